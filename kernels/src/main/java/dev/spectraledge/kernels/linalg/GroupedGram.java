package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The inner products of the last W + 1 updates of n parameters with each other, for each of S runs. The products are formed
 * for each of G groups of neighbouring parameters, so that a subset of the parameters is a sum of groups.
 *
 * <p>Updates are taken in blocks of at most K, and one pass over the stored ones gives the products of a whole block. No
 * product depends on K, or on where a block ended: each is added up as {@link Backend#gramRow} does it. A second vector, a
 * <em>companion</em>, may come with each update, such as the part of weight decay; its products with the updates are
 * formed as well.
 *
 * <p>Blocks of several updates without companions stay where they were written ({@link UpdateRing}); others are copied.
 *
 * <p>Where every update is a block of its own and nothing is recorded, {@link PlacedGram} copies nothing at all.
 *
 * <p>{@link #part}, {@link #companionPart} and {@link #multiply} are operations of the backend, which may be recorded where K
 * = 1, and leave their results in memory of the backend. {@link #absorb} takes them on the host, whenever it has time. Work
 * is split over workers by slices of n, whose parts are added in the order of the workers. Nothing is allocated after
 * construction.
 */
public final class GroupedGram extends UpdateGram {
    private final Backend backend;
    private final Workers workers;
    private final int runs;
    private final int slots;
    private final int block;
    private final int groups;
    /** Vectors that come with an update: 1, or 2 with a companion. */
    private final int vectors;
    /** [S, slots + K·vectors, n]: a ring of updates, then those of the block, each before its companion; or those of the ring. */
    private final Tensor rows;
    /** Null where updates are copied from their block. */
    private final UpdateRing ring;
    /** [S, slots, n], or null. */
    private final Tensor companions;

    private final Part[] parts;
    private final Workers.Task multiplyTask = this::multiplyPart;
    private int multiplied;
    private boolean begun;

    /**
     * What is multiplied.
     *
     * @param type of the updates, FLOAT32 or FLOAT64
     * @param runs S
     * @param window W
     * @param groupEnds where each group of parameters ends, in ascending order; the last one is n
     * @param companion whether a second vector comes with each update
     * @param block K
     */
    public record Shape(DType type, int runs, int window, List<Long> groupEnds, boolean companion, int block) {
        public Shape {
            groupEnds = List.copyOf(groupEnds);
            if (runs < 1 || window < 1 || block < 1 || groupEnds.isEmpty()) {
                throw new IllegalArgumentException(
                        "products need at least one run, stored update, new update and group");
            }
        }

        /** Updates of one group. */
        public Shape(DType type, int runs, int window, long parameters, boolean companion, int block) {
            this(type, runs, window, List.of(parameters), companion, block);
        }

        /** n. */
        public long parameters() {
            return groupEnds.getLast();
        }

        private int slots() {
            return window + 1;
        }

        private int vectors() {
            return companion ? 2 : 1;
        }

        /** Vectors that a new one is multiplied with. */
        private int width() {
            return slots() + block * vectors();
        }

        private boolean inPlace() {
            return block > 1 && !companion;
        }

        /** Vectors of n parameters, companions that are stored aside. */
        private int rows() {
            return inPlace() ? window + block : width();
        }

        private long blockProducts() {
            return (long) runs * block * vectors() * width();
        }

        private long pieceProducts() {
            if (inPlace()) {
                return (long) runs * block * slots();
            }
            return blockProducts() + (companion ? (long) runs * block * slots() : 0);
        }

        /** Numbers that {@link GroupedGram#multiply} leaves behind, for so many workers. */
        public long results(int workers) {
            return (long) workers * groupEnds.size() * pieceProducts();
        }
    }

    private final Shape shape;

    /** @param results FLOAT64, one axis of {@link Shape#results}, where {@link #multiply} leaves the products */
    public GroupedGram(Backend backend, Workers workers, MemoryOwner owner, Shape shape, Tensor results) {
        super(owner, shape.runs(), shape.window(), shape.groupEnds().size(), workers.count(), shape.companion());
        this.backend = backend;
        this.workers = workers;
        this.shape = shape;
        runs = shape.runs();
        slots = shape.slots();
        block = shape.block();
        groups = shape.groupEnds().size();
        vectors = shape.vectors();
        rows = backend.allocate(owner, shape.type(), runs, shape.rows(), shape.parameters());
        ring = shape.inPlace() ? new UpdateRing(backend, workers, owner, rows, shape.window()) : null;
        companions = shape.companion() ? backend.allocate(owner, shape.type(), runs, slots, shape.parameters()) : null;
        parts = new Part[workers.count()];
        for (int worker = 0; worker < parts.length; worker++) {
            parts[worker] = new Part(owner, worker, results);
        }
    }

    /** Goes on from the updates that have been seen, which a checkpoint may have said. */
    @Override
    public void begin() {
        if (!begun) {
            for (Part part : parts) {
                backend.copy(counter(), part.position);
            }
            if (ring != null) {
                ring.resume(seen());
            }
            begun = true;
        }
        if (ring != null) {
            ring.begin();
        }
    }

    @Override
    public Tensor part(int row, int worker) {
        return ring == null ? parts[worker].updates[row] : ring.part(row, worker);
    }

    @Override
    public Tensor companionPart(int row, int worker) {
        return parts[worker].companions[row];
    }

    @Override
    public void multiply(int count) {
        multiplied = count;
        workers.run(multiplyTask);
        if (ring != null) {
            ring.advance(count);
        }
    }

    private void multiplyPart(int worker) {
        parts[worker].multiply(multiplied);
    }

    @Override
    public void absorb(Tensor results, int row) {
        long update = seen();
        long products = shape.pieceProducts();
        for (int run = 0; run < runs; run++) {
            for (int age = 0; age < slots; age++) {
                int other = slotOf(update - age);
                int column = age <= row ? slots + (row - age) * vectors : other;
                long index = ring == null ? blockIndex(run, row * vectors, column) : bandIndex(run, row, age);
                take(results, index, products, run, update - age);
                if (shape.companion()) {
                    long withCompanion =
                            age <= row ? blockIndex(run, row * vectors, column + 1) : companionIndex(run, row, other);
                    long ofCompanion = blockIndex(run, row * vectors + 1, column);
                    takeCompanions(results, withCompanion, ofCompanion, products, run, update - age);
                }
            }
        }
        taken();
    }

    private long bandIndex(int run, int row, int age) {
        return ((long) run * block + row) * slots + (slots - 1 - age);
    }

    private long blockIndex(int run, int row, int column) {
        return ((long) run * block * vectors + row) * shape.width() + column;
    }

    private long companionIndex(int run, int row, int slot) {
        return shape.blockProducts() + ((long) run * block + row) * slots + slot;
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = super.state();
        state.put("window", ring == null ? rows.slice(1, 0, slots) : ring.inSlots());
        if (companions != null) {
            state.put("companion_0", companions);
        }
        return state;
    }

    /** What one worker works on: a slice of all rows. */
    private final class Part {
        private final Tensor[] updates = new Tensor[ring == null ? block : 0];
        private final Tensor[] companions = new Tensor[vectors == 2 ? block : 0];
        /** [slots, S, part]. */
        private final Tensor updateRing;

        private final Tensor companionRing;
        /** Of the ring slot that comes next. */
        private final Tensor position;

        private final List<Piece> pieces = new ArrayList<>();

        Part(MemoryOwner owner, int worker, Tensor results) {
            long from = workers.partBegin(shape.parameters(), worker);
            long to = workers.partBegin(shape.parameters(), worker + 1);
            Tensor mine = rows.slice(2, from, to).leading(1);
            for (int row = 0; row < updates.length; row++) {
                updates[row] = mine.at(slots + row * vectors);
                if (vectors == 2) {
                    companions[row] = mine.at(slots + row * vectors + 1);
                }
            }
            updateRing = ring == null ? mine.slice(0, 0, slots) : null;
            companionRing = vectors == 2
                    ? GroupedGram.this.companions.slice(2, from, to).leading(1)
                    : null;
            position = backend.allocate(owner, DType.FLOAT64, 1);
            long begin = 0;
            for (int group = 0; group < groups; group++) {
                long end = shape.groupEnds().get(group);
                long piece = ((long) worker * groups + group) * shape.pieceProducts();
                if (Math.max(begin, from) < Math.min(end, to)) {
                    Tensor own = rows.slice(2, Math.max(begin, from), Math.min(end, to));
                    Tensor products = results.slice(0, piece, piece + shape.pieceProducts());
                    pieces.add(
                            ring == null
                                    ? new BlockPiece(own, Math.max(begin, from), Math.min(end, to), products)
                                    : new RingPiece(own, products));
                }
                begin = end;
            }
        }

        void multiply(int count) {
            if (pieces.isEmpty()) {
                return;
            }
            for (int piece = 0; piece < pieces.size(); piece++) {
                pieces.get(piece).multiply(count);
            }
            for (int row = 0; row < count && ring == null; row++) {
                backend.store(updates[row], updateRing, position);
                if (companionRing != null) {
                    backend.store(companions[row], companionRing, position);
                }
                backend.increment(position);
            }
        }
    }

    /** The parameters of one worker and one group. */
    private interface Piece {
        void multiply(int count);
    }

    /** Operands by the number of updates in the block, less one. */
    private final class RingPiece implements Piece {
        private final Tensor updates;
        private final Tensor[] products = new Tensor[block];

        RingPiece(Tensor updates, Tensor results) {
            this.updates = updates;
            Tensor all = results.reshape(runs, block, slots);
            for (int index = 0; index < block; index++) {
                products[index] = all.slice(1, 0, index + 1L);
            }
        }

        @Override
        public void multiply(int count) {
            ring.multiply(updates, products[count - 1]);
        }
    }

    /** Operands by the number of updates in the block, less one. */
    private final class BlockPiece implements Piece {
        private final Tensor[] stored = new Tensor[block];
        private final Tensor[] added = new Tensor[block];
        private final Tensor[] addedUpdates = new Tensor[block];
        private final Tensor[] products = new Tensor[block];
        private final Tensor storedCompanions;
        private final Tensor[] companionProducts = new Tensor[block];

        BlockPiece(Tensor own, long from, long to, Tensor results) {
            Tensor all =
                    results.slice(0, 0, shape.blockProducts()).reshape(runs, (long) block * vectors, shape.width());
            storedCompanions = vectors == 2 ? companions.slice(2, from, to) : null;
            Tensor ofCompanions = vectors == 2
                    ? results.slice(0, shape.blockProducts(), shape.pieceProducts())
                            .reshape(runs, block, slots)
                    : null;
            for (int index = 0; index < block; index++) {
                int count = (index + 1) * vectors;
                stored[index] = own.slice(1, 0, slots + count);
                added[index] = own.slice(1, slots, slots + count);
                addedUpdates[index] = added[index].every(1, vectors);
                products[index] = all.slice(1, 0, count).slice(2, 0, slots + count);
                companionProducts[index] = ofCompanions == null ? null : ofCompanions.slice(1, 0, index + 1L);
            }
        }

        @Override
        public void multiply(int count) {
            backend.gramBlock(stored[count - 1], added[count - 1], products[count - 1]);
            if (storedCompanions != null) {
                backend.gramBlock(storedCompanions, addedUpdates[count - 1], companionProducts[count - 1]);
            }
        }
    }
}
