package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/**
 * Sums of the columns of gradients, which are the gradients of biases. Nobody reads them before a backward pass is over, so
 * they wait until something else is called, or until their matrix is about to be overwritten; those that wait are added up in
 * one launch. A layer norm whose backward reads the matrix anyway takes its sums along.
 */
final class ColumnSums {
    private static final int THREADS = 256;
    /** As many as the kernel takes. */
    private static final int MOST = 5;

    private static final int ROWS_PER_PART = 64;
    private static final int MOST_PARTS = 64;

    private final CudaDevice device;
    private final Launcher launcher;
    private final TypedKernel kernel;
    private final Rows[] rows = new Rows[MOST];
    private final int[] most = new int[MOST];
    private final Tensor[] matrices = new Tensor[MOST];
    private final Tensor[] sums = new Tensor[MOST];
    private int count;

    ColumnSums(CudaDevice device, Launcher launcher) {
        this.device = device;
        this.launcher = launcher;
        kernel = new TypedKernel(device, "rows", "addColumnSums");
        device.setBeforeOthers(this::flush);
    }

    /**
     * Adds the sums of the columns of {@code matrix}, in the rows in use, to {@code target}: at some time, unless it is another
     * number of rows in each run, which is known to the tables of the moment alone.
     */
    void add(Rows ofMatrix, Tensor matrix, Tensor target) {
        if (count == MOST || (count > 0 && matrices[0].type() != matrix.type()) || isTarget(target)) {
            flush();
        }
        rows[count] = ofMatrix;
        most[count] = RowCounts.most(ofMatrix);
        matrices[count] = matrix;
        sums[count] = target;
        count++;
        if (!RowCounts.areEqual(ofMatrix)) {
            flush();
        }
    }

    private boolean isTarget(Tensor tensor) {
        for (int i = 0; i < count; i++) {
            if (overlap(sums[i], tensor)) {
                return true;
            }
        }
        return false;
    }

    /** What waits stays waiting until {@link #release}, unless it has to do with {@code written}. */
    void keepBut(Tensor written) {
        device.letWait(true);
        keepBesidesBut(written);
    }

    /** The same for another tensor that is written. */
    void keepBesidesBut(Tensor written) {
        for (int i = 0; written != null && i < count; i++) {
            if (overlap(matrices[i], written) || overlap(sums[i], written)) {
                flush();
            }
        }
    }

    /** Ends {@link #keepBut}. */
    void release() {
        device.letWait(false);
    }

    /** Where the sums of this matrix go, if they still wait: they are the caller's then. Null otherwise. */
    Tensor take(Rows ofMatrix, Tensor matrix) {
        for (int i = 0; matrix != null && i < count; i++) {
            if (rows[i] == ofMatrix && most[i] == RowCounts.most(ofMatrix) && isSame(matrices[i], matrix)) {
                Tensor target = sums[i];
                count--;
                rows[i] = rows[count];
                most[i] = most[count];
                matrices[i] = matrices[count];
                sums[i] = sums[count];
                return target;
            }
        }
        return null;
    }

    private static boolean isSame(Tensor one, Tensor other) {
        return one.deviceAddress() == other.deviceAddress()
                && one.type() == other.type()
                && one.size(2) == other.size(2)
                && one.stride(0) == other.stride(0)
                && one.stride(1) == other.stride(1);
    }

    private static boolean overlap(Tensor one, Tensor other) {
        long begin = one.deviceAddress();
        long otherBegin = other.deviceAddress();
        boolean areApart = begin >= otherBegin + other.deviceSegment().byteSize()
                || otherBegin >= begin + one.deviceSegment().byteSize();
        if (areApart || one.stride(0) != other.stride(0) || one.type() != other.type()) {
            return !areApart;
        }
        // Both may be parts of one vector for each run.
        long stride = one.stride(0) * one.type().bytes();
        long distance = Math.floorMod(otherBegin - begin, stride);
        return distance < bytesOfRun(one) || distance + bytesOfRun(other) > stride;
    }

    private static long bytesOfRun(Tensor tensor) {
        return tensor.deviceSegment().byteSize()
                - (tensor.size(0) - 1) * tensor.stride(0) * tensor.type().bytes();
    }

    /** Blocks that share the sums of 32 columns of so many rows. */
    static long parts(long rows) {
        return Math.min(MOST_PARTS, Launcher.blocks(rows, ROWS_PER_PART));
    }

    private void flush() {
        if (count == 0) {
            return;
        }
        int waiting = count;
        count = 0;
        int runs = Math.toIntExact(sums[0].size(0));
        long longest = 0;
        long widest = 0;
        for (int i = 0; i < waiting; i++) {
            longest = Math.max(longest, most[i]);
            widest = Math.max(widest, sums[i].size(1));
        }
        long parts = parts(longest);
        long tiles = Launcher.blocks(widest, Launcher.WARP);
        DType type = sums[0].type();
        launcher.begin(kernel, type).integer(waiting).beginStructure();
        for (int i = 0; i < MOST; i++) {
            boolean isGiven = i < waiting;
            if (isGiven && !RowCounts.areEqual(rows[i])) {
                launcher.rowMembers(rows[i]);
            } else {
                launcher.number(0).number(0).number(isGiven ? most[i] : 0);
            }
            launcher.number(isGiven ? sums[i].size(1) : 0)
                    .members(isGiven ? matrices[i] : null)
                    .members(isGiven ? sums[i] : null);
        }
        CudaMemory memory = device.memory();
        launcher.endStructure()
                .integer(Math.toIntExact(parts))
                .number(memory.scratch(waiting * runs * parts * tiles * Launcher.WARP * Double.BYTES)
                        .address())
                .number(memory.tickets(waiting * runs * tiles).address())
                .run(tiles * parts, runs, waiting, THREADS);
    }
}
