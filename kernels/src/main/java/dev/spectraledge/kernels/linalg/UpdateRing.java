package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.util.Arrays;

/**
 * The last W + K updates of n parameters, each where it was written: none is copied when its block is full, for a block of K
 * begins behind the W that it is multiplied with. A checkpoint holds W + 1 in the order of their numbers modulo W + 1 whatever K
 * is; the rows are brought into that order when it is asked for, and back before the next block.
 *
 * <p>Which row comes next is known on the host alone, so that nothing of this can be recorded.
 */
final class UpdateRing {
    private static final long NONE = -1;

    private final Backend backend;
    private final int slots;
    /** [S, W + K, n]. */
    private final Tensor rows;
    /** By row: [S, n]. */
    private final Tensor[] wholeRows;
    /** By row and worker: [S, part]. */
    private final Tensor[][] parts;

    private final Tensor spare;
    /** By row: the number of its update. */
    private final long[] updates;

    private long next;
    private boolean inSlots = true;

    /** @param rows {@code [S, W + K, n]} */
    UpdateRing(Backend backend, Workers workers, MemoryOwner owner, Tensor rows, int window) {
        this.backend = backend;

        this.rows = rows;
        slots = window + 1;
        int count = Math.toIntExact(rows.size(1));
        wholeRows = new Tensor[count];
        parts = new Tensor[count][];
        for (int row = 0; row < count; row++) {
            wholeRows[row] = rows.leading(1).at(row);
            parts[row] = workers.slices(wholeRows[row]);
        }
        spare = backend.allocate(owner, rows.type(), rows.size(0), rows.size(2));
        updates = new long[count];
        Arrays.fill(updates, NONE);
    }

    /** Goes on after so many updates, of which the last W + 1 lie in their slots. */
    void resume(long seen) {
        next = seen;
        for (long update = Math.max(0, seen - slots); update < seen; update++) {
            updates[(int) (update % slots)] = update;
        }
    }

    /** Called before a block. */
    void begin() {
        if (inSlots) {
            arrange(updates.length);
            inSlots = false;
        }
    }

    /** Where a worker writes its part of an update of the block. */
    Tensor part(int row, int worker) {
        return parts[rowOf(next + row)][worker];
    }

    private int rowOf(long update) {
        return (int) (update % updates.length);
    }

    /** The products of the block's first updates, for the parameters that {@code ring} has of all. */
    void multiply(Tensor ring, Tensor products) {
        backend.gramBand(ring, rowOf(next), products);
    }

    /** Called when the products of so many are formed. */
    void advance(int count) {
        for (int row = 0; row < count; row++) {
            updates[rowOf(next)] = next;
            next++;
        }
    }

    /** {@code [S, W + 1, n]}, by number modulo W + 1. */
    Tensor inSlots() {
        if (!inSlots) {
            arrange(slots);
            inSlots = true;
        }
        return rows.slice(1, 0, slots);
    }

    /** Brings each of the last W + 1 updates to the row of its number modulo {@code period}. */
    private void arrange(int period) {
        for (long update = Math.max(0, next - slots); update < next; update++) {
            int target = (int) (update % period);
            int row = target;
            while (updates[row] != update) {
                row = (row + 1) % updates.length;
            }
            if (row != target) {
                backend.copy(wholeRows[target], spare);
                backend.copy(wholeRows[row], wholeRows[target]);
                backend.copy(spare, wholeRows[row]);
                updates[row] = updates[target];
                updates[target] = update;
            }
        }
    }
}
