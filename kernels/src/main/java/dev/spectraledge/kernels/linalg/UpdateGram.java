package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The inner products of the last W + 1 updates of n parameters with each other, for each of S runs and for each of G groups of
 * neighbouring parameters; how the updates are kept is up to its subclasses. Products are formed where the updates are ({@link
 * #multiply}) and taken on the host whenever it has time ({@link #absorb}).
 */
public abstract class UpdateGram {
    private final int slots;
    private final int groups;
    private final int workers;
    /** On the host, like everything that is known of the updates. */
    private final Tensor seen;
    /** [S, slots, slots]; entries by slot, not by age. */
    private final Tensor gram;
    /** [S, G, slots, slots], or null where the only group is everything. */
    private final Tensor groupGrams;
    /** [S, slots, slots]: row = slot of the companion, column = slot of the update; or null. */
    private final Tensor crossGram;

    /**
     * Room for the products.
     *
     * @param runs S
     * @param window W
     * @param groups G
     * @param workers each of which has formed a part of every product
     * @param companion whether a second vector comes with each update
     */
    protected UpdateGram(MemoryOwner owner, int runs, int window, int groups, int workers, boolean companion) {
        this.groups = groups;
        this.workers = workers;
        slots = window + 1;
        seen = Tensor.allocate(owner, DType.FLOAT64, 1);
        gram = Tensor.allocate(owner, DType.FLOAT64, runs, slots, slots);
        groupGrams = groups == 1 ? null : Tensor.allocate(owner, DType.FLOAT64, runs, groups, slots, slots);
        crossGram = companion ? Tensor.allocate(owner, DType.FLOAT64, runs, slots, slots) : null;
    }

    /** Called before each block of updates. */
    public abstract void begin();

    /** Where a worker writes its slice {@code [S, part]} of an update of the block; empty for some where n is small. */
    public abstract Tensor part(int row, int worker);

    /** The same for its companion. */
    public abstract Tensor companionPart(int row, int worker);

    /** Forms the products of the first {@code count} updates of the block, and stores them: those of an empty block follow. */
    public abstract void multiply(int count);

    /**
     * Takes the products of the next update.
     *
     * @param results what {@link #multiply} has left, on the host
     * @param row of the update in its block
     */
    public abstract void absorb(Tensor results, int row);

    /** ⟨c, δ'⟩ of the newest companion and the update {@code age} ≤ W before. */
    public final double companionProduct(int run, int age) {
        return get(companions(), run, slotOf(seen() - 1), slotOf(seen() - 1 - age));
    }

    /** ⟨δ, c'⟩ of the newest update and the companion {@code age} ≤ W before. */
    public final double productWithCompanion(int run, int age) {
        return get(companions(), run, slotOf(seen() - 1 - age), slotOf(seen() - 1));
    }

    private Tensor companions() {
        if (crossGram == null) {
            throw new IllegalStateException("no companions come with these updates");
        }
        return crossGram;
    }

    /** Updates absorbed so far. */
    public final long seen() {
        return (long) seen.getDouble(0);
    }

    /** ⟨δ, δ'⟩ of the newest update δ and the one {@code age} ≤ W updates before it. */
    public final double product(int run, int age) {
        return get(gram, run, slotOf(seen() - 1), slotOf(seen() - 1 - age));
    }

    /** The same of the parameters of one group; these add up to the product of all. */
    public final double product(int run, int group, int age) {
        return groupGrams == null
                ? product(run, age)
                : get(groupGrams, run * groups + group, slotOf(seen() - 1), slotOf(seen() - 1 - age));
    }

    /**
     * Everything that is carried from one block to the next, as live tensors: overwriting them with those of another
     * instance of the same shape, before its first block, continues it bit for bit. It does not depend on K. Asked for between
     * blocks, and asked for again after a block.
     */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("seen", seen);
        state.put("gram", gram);
        if (groupGrams != null) {
            state.put("group_grams", groupGrams);
        }
        if (crossGram != null) {
            state.put("cross_gram_0", crossGram);
        }
        return state;
    }

    /** FLOAT64 {@code [1]}: updates absorbed so far. */
    final Tensor counter() {
        return seen;
    }

    /** The place of an update in a ring of W + 1. */
    protected final int slotOf(long update) {
        return (int) Math.floorMod(update, (long) slots);
    }

    /**
     * Sets the product of the next update with another.
     *
     * @param index of the product in the piece of the first worker and group
     * @param pieceProducts length of a piece; those of a worker's groups follow each other
     */
    protected final void take(Tensor results, long index, long pieceProducts, int run, long other) {
        int row = slotOf(seen());
        int column = slotOf(other);
        double product = sum(results, index, pieceProducts);
        set(gram, run, row, column, product);
        set(gram, run, column, row, product);
        for (int group = 0; group < groups && groupGrams != null; group++) {
            double own = ofGroup(results, group, index, pieceProducts);
            set(groupGrams, run * groups + group, row, column, own);
            set(groupGrams, run * groups + group, column, row, own);
        }
    }

    /**
     * Sets the products of the next update with another one's companion, and of its own companion with the other.
     *
     * @param withCompanion index of the first of them in the piece of the first worker and group
     * @param ofCompanion index of the second
     */
    protected final void takeCompanions(
            Tensor results, long withCompanion, long ofCompanion, long pieceProducts, int run, long other) {
        int newest = slotOf(seen());
        int place = slotOf(other);
        set(crossGram, run, place, newest, sum(results, withCompanion, pieceProducts));
        set(crossGram, run, newest, place, sum(results, ofCompanion, pieceProducts));
    }

    /** Says that all products of the next update are set. */
    protected final void taken() {
        seen.segment().set(ValueLayout.JAVA_DOUBLE, 0, seen() + 1.0);
    }

    /** Over the groups, each of them over the workers. */
    private double sum(Tensor results, long index, long pieceProducts) {
        double sum = 0;
        for (int group = 0; group < groups; group++) {
            sum += ofGroup(results, group, index, pieceProducts);
        }
        return sum;
    }

    private double ofGroup(Tensor results, int group, long index, long pieceProducts) {
        return CorrectedSum.of(results, group * pieceProducts + index, groups * pieceProducts, workers);
    }

    /** In one of several matrices, one after another. */
    private void set(Tensor matrices, int matrix, int row, int column, double value) {
        matrices.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, ((long) matrix * slots + row) * slots + column, value);
    }

    private double get(Tensor matrices, int matrix, int row, int column) {
        return matrices.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, ((long) matrix * slots + row) * slots + column);
    }
}
