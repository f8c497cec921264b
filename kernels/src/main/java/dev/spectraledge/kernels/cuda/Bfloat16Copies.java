package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;

/** Copies of the two operands of a product, rounded to bfloat16, in working memory that the next product overwrites. */
final class Bfloat16Copies {
    private static final int THREADS = 256;
    /** Rows begin at multiples of this many elements, which tensor cores need. */
    private static final int ROW_ALIGNMENT = 8;

    private final CudaMemory memory;
    private final Launcher launcher;
    private final TypedKernel round;
    private final Copy first = new Copy();
    private final Copy second = new Copy();

    Bfloat16Copies(CudaDevice device, Launcher launcher) {
        memory = device.memory();
        this.launcher = launcher;
        round = new TypedKernel(device, "rows", "roundToBfloat16");
    }

    /** One operand, {@code [runs, rows, columns]}. */
    static final class Copy {
        private MemorySegment memory;
        private int rows;
        private int columns;
        private int rowStride;
        private long runStride;

        MemorySegment memory() {
            return memory;
        }

        /** Elements from one row to the next. */
        int rowStride() {
            return rowStride;
        }

        /** Elements from one run to the next. */
        long runStride() {
            return runStride;
        }

        private long resize(int newRows, int newColumns, int runs) {
            rows = newRows;
            columns = newColumns;
            rowStride = (newColumns + ROW_ALIGNMENT - 1) / ROW_ALIGNMENT * ROW_ALIGNMENT;
            runStride = (long) newRows * rowStride;
            long bytes = runs * runStride * Short.BYTES;
            return (bytes + Slabs.ALIGNMENT - 1) / Slabs.ALIGNMENT * Slabs.ALIGNMENT;
        }
    }

    void makeRoom(int firstRows, int firstColumns, int secondRows, int secondColumns, int runs) {
        long ofFirst = first.resize(firstRows, firstColumns, runs);
        long ofSecond = second.resize(secondRows, secondColumns, runs);
        MemorySegment both = memory.scratch(ofFirst + ofSecond);
        first.memory = both.asSlice(0, ofFirst);
        second.memory = both.asSlice(ofFirst, ofSecond);
    }

    /** Rounds the upper left part of each matrix of the first operand. */
    Copy first(Tensor operand) {
        return round(operand, first);
    }

    /** Rounds the upper left part of each matrix of the second operand. */
    Copy second(Tensor operand) {
        return round(operand, second);
    }

    private Copy round(Tensor operand, Copy to) {
        if (to.rows > 0 && to.columns > 0) {
            launcher.begin(round, DType.FLOAT32)
                    .integer(to.columns)
                    .view(operand)
                    .view(to.memory.address(), to.runStride, to.rowStride)
                    .run(to.rows, operand.size(0), 1, Launcher.threads(to.columns, THREADS));
        }
        return to;
    }
}
