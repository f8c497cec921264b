package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Products of updates that come one at a time, each written where it stays: in the slot of the one that leaves the window. Nothing
 * is copied, and one pass over the window serves an update and its companion. Products and state have the bits of a {@link
 * GroupedGram}.
 *
 * <p>Which slot comes next is known on the host alone, so that nothing of this can be recorded. Nothing is allocated after
 * construction.
 */
public final class PlacedGram extends UpdateGram {
    private final Backend backend;
    private final Workers workers;
    private final GroupedGram.Shape shape;
    private final int slots;
    /** Vectors that come with an update: 1, or 2 with a companion. */
    private final int vectors;
    /** [S, vectors, slots, n]: updates, then companions. */
    private final Tensor rows;
    /** By vector, slot and worker: [S, part]. */
    private final Tensor[][][] parts;
    /** By worker. */
    private final List<List<Piece>> pieces = new ArrayList<>();

    private final Workers.Task multiplyTask = this::multiplyPart;
    private long next;
    private boolean begun;

    /**
     * Room for a window.
     *
     * @param shape with blocks of one update
     * @param results FLOAT64, one axis of {@link #results}, where {@link #multiply} leaves the products
     */
    public PlacedGram(Backend backend, Workers workers, MemoryOwner owner, GroupedGram.Shape shape, Tensor results) {
        super(owner, shape.runs(), shape.window(), shape.groupEnds().size(), workers.count(), shape.companion());
        if (shape.block() != 1) {
            throw new IllegalArgumentException("updates come one at a time, not in blocks of " + shape.block());
        }
        this.backend = backend;
        this.workers = workers;
        this.shape = shape;
        slots = shape.window() + 1;
        vectors = shape.companion() ? 2 : 1;
        rows = backend.allocate(owner, shape.type(), shape.runs(), vectors, slots, shape.parameters());
        parts = new Tensor[vectors][slots][];
        for (int vector = 0; vector < vectors; vector++) {
            Tensor bySlot = window(vector).leading(1);
            for (int slot = 0; slot < slots; slot++) {
                parts[vector][slot] = workers.slices(bySlot.at(slot));
            }
        }
        for (int worker = 0; worker < workers.count(); worker++) {
            pieces.add(piecesOf(worker, results));
        }
    }

    /** Numbers that {@link #multiply} leaves behind, for so many workers. */
    public static long results(GroupedGram.Shape shape, int workers) {
        return (long) workers * shape.groupEnds().size() * pieceProducts(shape);
    }

    /** With a companion the products of both with the updates, and of the update with the companions. */
    private static long pieceProducts(GroupedGram.Shape shape) {
        return shape.runs() * (shape.window() + 1L) * (shape.companion() ? 3 : 1);
    }

    private List<Piece> piecesOf(int worker, Tensor results) {
        List<Piece> own = new ArrayList<>();
        long products = pieceProducts(shape);
        long first = (long) worker * shape.groupEnds().size() * products;
        long begin = 0;
        for (long end : shape.groupEnds()) {
            long from = Math.max(begin, workers.partBegin(shape.parameters(), worker));
            long to = Math.min(end, workers.partBegin(shape.parameters(), worker + 1));
            if (from < to) {
                own.add(new Piece(rows.slice(3, from, to), results.slice(0, first, first + products)));
            }
            first += products;
            begin = end;
        }
        return own;
    }

    /** {@code [S, W + 1, n]} of the updates or of the companions. */
    private Tensor window(int vector) {
        return rows.leading(1).at(vector);
    }

    @Override
    public void begin() {
        if (!begun) {
            next = seen();
            begun = true;
        }
    }

    @Override
    public Tensor part(int row, int worker) {
        return parts[0][slotOf(next)][worker];
    }

    @Override
    public Tensor companionPart(int row, int worker) {
        return parts[1][slotOf(next)][worker];
    }

    @Override
    public void multiply(int count) {
        workers.run(multiplyTask);
        next++;
    }

    private void multiplyPart(int worker) {
        List<Piece> own = pieces.get(worker);
        int slot = slotOf(next);
        for (int piece = 0; piece < own.size(); piece++) {
            own.get(piece).multiply(slot);
        }
    }

    @Override
    public void absorb(Tensor results, int row) {
        long update = seen();
        long products = pieceProducts(shape);
        long ofUpdates = (long) shape.runs() * vectors * slots;
        for (int run = 0; run < shape.runs(); run++) {
            long first = (long) run * vectors * slots;
            for (int age = 0; age < slots; age++) {
                int other = slotOf(update - age);
                take(results, first + other, products, run, update - age);
                if (shape.companion()) {
                    long withCompanion = ofUpdates + (long) run * slots + other;
                    takeCompanions(results, withCompanion, first + slots + other, products, run, update - age);
                }
            }
        }
        taken();
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = super.state();
        state.put("window", window(0));
        if (shape.companion()) {
            state.put("companion_0", window(1));
        }
        return state;
    }

    /** The parameters of one worker and one group. */
    private final class Piece {
        private final Tensor updates;
        private final Tensor companions;
        private final Tensor products;
        private final Tensor companionProducts;
        /** By slot, {@code [S, vectors, part]}: an update and its companion. */
        private final Tensor[] newest = new Tensor[slots];
        /** By slot, {@code [S, 1, part]}. */
        private final Tensor[] newestUpdate = new Tensor[slots];

        /** @param own {@code [S, vectors, slots, part]} */
        Piece(Tensor own, Tensor results) {
            Tensor byVector = own.leading(1);
            updates = byVector.at(0);
            companions = vectors == 2 ? byVector.at(1) : null;
            long ofUpdates = (long) shape.runs() * vectors * slots;
            products = results.slice(0, 0, ofUpdates).reshape(shape.runs(), vectors, slots);
            companionProducts = vectors == 2
                    ? results.slice(0, ofUpdates, pieceProducts(shape)).reshape(shape.runs(), 1, slots)
                    : null;
            Tensor bySlot = own.leading(2);
            for (int slot = 0; slot < slots; slot++) {
                newest[slot] = bySlot.at(slot);
                newestUpdate[slot] = newest[slot].slice(1, 0, 1);
            }
        }

        void multiply(int slot) {
            backend.gramBlock(updates, newest[slot], products);
            if (companions != null) {
                backend.gramBlock(companions, newestUpdate[slot], companionProducts);
            }
        }
    }
}
