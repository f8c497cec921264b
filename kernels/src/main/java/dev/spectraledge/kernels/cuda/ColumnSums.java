package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Sums of the columns of gradients, which are the gradients of biases. Nobody reads them before a backward pass is over, so
 * they wait until something else is called, or until their matrix is about to be overwritten; those that wait are added up in
 * one launch. A layer norm whose backward reads the matrix anyway takes its sums along.
 */
final class ColumnSums {
    private static final int THREADS = 256;
    /** As many as the kernel takes. */
    private static final int MOST = 5;
    /** Of what the kernel is told of each. */
    private static final int MEMBERS = 10;

    private static final int ROWS_PER_PART = 64;
    private static final int MOST_PARTS = 64;

    private final CudaDevice device;
    private final Launcher launcher;
    private final TypedKernel kernel;
    private final Sum[] waiting = new Sum[MOST];
    private int count;

    ColumnSums(CudaDevice device, Launcher launcher) {
        this.device = device;
        this.launcher = launcher;
        kernel = new TypedKernel(device, "rows", "addColumnSums");
        Arrays.setAll(waiting, i -> new Sum());
        device.setBeforeOthers(this::flush);
    }

    /** What waits; addresses, because memory is given back when its owner is closed already, and not before all has been done. */
    private static final class Sum {
        private final Place matrix = new Place();
        private final Place target = new Place();
        private Rows rows;
        private boolean areEqual;
        private int most;
        private long width;
        private Tensor targetTensor;
    }

    /** Where the parts of the runs of a tensor are. */
    private static final class Place {
        private long address;
        private long bytes;
        private long runs;
        private long runStride;
        private long rowStride;
        private DType type;

        void set(Tensor tensor) {
            MemorySegment memory = tensor.deviceSegment();
            address = memory.address();
            bytes = memory.byteSize();
            runs = tensor.size(0);
            runStride = tensor.stride(0);
            rowStride = tensor.rank() > 2 ? tensor.stride(1) : 0;
            type = tensor.type();
        }

        boolean is(Tensor tensor) {
            return tensor.deviceAddress() == address
                    && tensor.deviceSegment().byteSize() == bytes
                    && tensor.type() == type
                    && tensor.stride(0) == runStride
                    && tensor.stride(1) == rowStride;
        }

        boolean overlaps(Tensor other) {
            MemorySegment memory = other.deviceSegment();
            boolean areApart = address >= memory.address() + memory.byteSize() || memory.address() >= address + bytes;
            if (areApart || runStride != other.stride(0) || type != other.type()) {
                return !areApart;
            }
            // Both may be parts of one vector for each run.
            long stride = runStride * type.bytes();
            long distance = Math.floorMod(memory.address() - address, stride);
            long otherBytes = memory.byteSize() - (other.size(0) - 1) * stride;
            return distance < bytes - (runs - 1) * stride || distance + otherBytes > stride;
        }
    }

    /**
     * Adds the sums of the columns of {@code matrix}, in the rows in use, to {@code target}: at some time, unless it is another
     * number of rows in each run, which is known to the tables of the moment alone.
     */
    void add(Rows ofMatrix, Tensor matrix, Tensor target) {
        if (count == MOST || (count > 0 && waiting[0].matrix.type != matrix.type()) || isTarget(target)) {
            flush();
        }
        Sum sum = waiting[count];
        sum.rows = ofMatrix;
        sum.areEqual = RowCounts.areEqual(ofMatrix);
        sum.most = RowCounts.most(ofMatrix);
        sum.width = target.size(1);
        sum.matrix.set(matrix);
        sum.target.set(target);
        sum.targetTensor = target;
        count++;
        if (!sum.areEqual) {
            flush();
        }
    }

    private boolean isTarget(Tensor tensor) {
        for (int i = 0; i < count; i++) {
            if (waiting[i].target.overlaps(tensor)) {
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
            if (waiting[i].matrix.overlaps(written) || waiting[i].target.overlaps(written)) {
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
            Sum sum = waiting[i];
            if (sum.rows.equals(ofMatrix)
                    && sum.most == RowCounts.most(ofMatrix)
                    && sum.width == matrix.size(2)
                    && sum.matrix.is(matrix)) {
                count--;
                waiting[i] = waiting[count];
                waiting[count] = sum;
                return sum.targetTensor;
            }
        }
        return null;
    }

    /** Blocks that share the sums of 32 columns of so many rows. */
    static long parts(long rows) {
        return Math.min(MOST_PARTS, Launcher.blocks(rows, ROWS_PER_PART));
    }

    private void flush() {
        if (count == 0) {
            return;
        }
        int number = count;
        count = 0;
        long runs = waiting[0].target.runs;
        long longest = 0;
        long widest = 0;
        for (int i = 0; i < number; i++) {
            longest = Math.max(longest, waiting[i].most);
            widest = Math.max(widest, waiting[i].width);
        }
        long parts = parts(longest);
        long tiles = Launcher.blocks(widest, Launcher.WARP);
        launcher.begin(kernel, waiting[0].matrix.type).integer(number).beginStructure();
        for (int i = 0; i < MOST; i++) {
            if (i < number) {
                arguments(waiting[i]);
            } else {
                noArguments();
            }
        }
        CudaMemory memory = device.memory();
        launcher.endStructure()
                .integer(Math.toIntExact(parts))
                .number(memory.scratch(number * runs * parts * tiles * Launcher.WARP * Double.BYTES)
                        .address())
                .number(memory.tickets(number * runs * tiles).address())
                .run(tiles * parts, runs, number, THREADS);
    }

    private void arguments(Sum sum) {
        if (sum.areEqual) {
            launcher.number(0).number(0).number(sum.most);
        } else {
            launcher.rowMembers(sum.rows);
        }
        launcher.number(sum.width)
                .number(sum.matrix.address)
                .number(sum.matrix.runStride)
                .number(sum.matrix.rowStride)
                .number(sum.target.address)
                .number(sum.target.runStride)
                .number(0);
    }

    private void noArguments() {
        for (int member = 0; member < MEMBERS; member++) {
            launcher.number(0);
        }
    }
}
