package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;

/** Flat vectors, and rows against a window. */
final class VectorOperations {
    private static final int THREADS = 256;
    /** Blocks of a run at most: enough to fill any device, few enough for their parts to be added at once. */
    private static final int MOST_BLOCKS = 1024;

    private static final int MOST_PARTS = 528;
    private static final int ELEMENTS_PER_PART = 2048;
    /** Rows whose sums a thread keeps in registers. */
    private static final int BLOCK_ROWS = 8;
    /** A sum and the sum of its errors. */
    private static final int PART_BYTES = 2 * Double.BYTES;

    private final CudaMemory memory;
    private final Launcher launcher;
    private final TypedKernel axpy;
    private final TypedKernel scale;
    private final TypedKernel normalize;
    private final TypedKernel subtract;
    private final TypedKernel products;
    private final TypedKernel blockProducts;
    private final TypedKernel combineRows;

    VectorOperations(CudaDevice device, Launcher launcher) {
        memory = device.memory();
        this.launcher = launcher;
        axpy = new TypedKernel(device, "vectors", "axpy");
        scale = new TypedKernel(device, "vectors", "scale");
        normalize = new TypedKernel(device, "vectors", "normalize");
        subtract = new TypedKernel(device, "vectors", "subtract");
        products = new TypedKernel(device, "reductions", "products");
        blockProducts = new TypedKernel(device, "reductions", "blockProducts");
        combineRows = new TypedKernel(device, "rows", "combineRows");
    }

    /** Blocks of one run for a loop over a vector. */
    static long blocks(long elements) {
        return Math.min(MOST_BLOCKS, Launcher.blocks(elements, THREADS));
    }

    /** The same where a thread takes elements of 16 bytes at once. */
    static long blocksOfPacks(long elements, DType type) {
        return blocks(Launcher.blocks(elements, Launcher.PACK_BYTES / type.bytes()));
    }

    void axpy(double alpha, Tensor x, Tensor y) {
        if (x.elements() > 0) {
            launcher.begin(axpy, x.type())
                    .number(x.size(1))
                    .real(alpha)
                    .view(x)
                    .view(y)
                    .run(blocksOfPacks(x.size(1), x.type()), x.size(0), 1, THREADS);
        }
    }

    void scale(double alpha, Tensor x) {
        if (x.elements() > 0) {
            launcher.begin(scale, x.type())
                    .number(x.size(1))
                    .real(alpha)
                    .view(x)
                    .run(blocksOfPacks(x.size(1), x.type()), x.size(0), 1, THREADS);
        }
    }

    void normalize(Tensor squares, double added, double least, Tensor x) {
        if (x.elements() > 0) {
            launcher.begin(normalize, x.type())
                    .number(x.size(1))
                    .view(squares)
                    .real(added)
                    .real(least)
                    .view(x)
                    .run(blocksOfPacks(x.size(1), x.type()), x.size(0), 1, THREADS);
        }
    }

    void subtract(Tensor x, Tensor y, Tensor out) {
        if (x.elements() > 0) {
            launcher.begin(subtract, x.type())
                    .number(x.size(1))
                    .view(x)
                    .view(y)
                    .view(out)
                    .run(blocksOfPacks(x.size(1), x.type()), x.size(0), 1, THREADS);
        }
    }

    void dot(Tensor x, Tensor y, Tensor result) {
        products(x, 1, y, result);
    }

    void gramRow(Tensor window, Tensor x, Tensor result) {
        products(window, window.size(1), x, result);
    }

    void gramBlock(Tensor window, Tensor rows, Tensor result) {
        for (long begin = 0; begin < rows.size(1); begin += BLOCK_ROWS) {
            long end = Math.min(begin + BLOCK_ROWS, rows.size(1));
            blockProducts(window, rows.slice(1, begin, end), result.slice(1, begin, end));
        }
    }

    private void blockProducts(Tensor window, Tensor rows, Tensor result) {
        long sums = result.elements();
        if (sums == 0) {
            return;
        }
        long parts = parts(rows.size(2));
        launcher.begin(blockProducts, rows.type())
                .number(rows.size(2))
                .integer(Math.toIntExact(rows.size(1)))
                .view(window)
                .view(rows)
                .view(result)
                .number(memory.scratch(sums * parts * PART_BYTES).address())
                .number(memory.tickets(sums).address())
                .run(parts, rows.size(0), window.size(1), THREADS);
    }

    /** Blocks that share a product of vectors of so many elements. */
    static long parts(long elements) {
        return Math.clamp(Launcher.blocks(elements, ELEMENTS_PER_PART), 1, MOST_PARTS);
    }

    private void products(Tensor window, long rows, Tensor x, Tensor result) {
        long runs = x.size(0);
        if (runs == 0 || rows == 0) {
            return;
        }
        long parts = parts(x.size(1));
        launcher.begin(products, x.type())
                .number(x.size(1))
                .view(window)
                .view(x)
                .view(result)
                .number(memory.scratch(runs * rows * parts * PART_BYTES).address())
                .number(memory.tickets(runs * rows).address())
                .run(parts, runs, rows, THREADS);
    }

    void combineRows(Tensor window, Tensor coefficients, Tensor out) {
        if (out.elements() > 0) {
            launcher.begin(combineRows, out.type())
                    .number(out.size(1))
                    .integer(Math.toIntExact(window.size(1)))
                    .view(window)
                    .view(coefficients)
                    .view(out)
                    .run(blocks(out.size(1)), out.size(0), 1, THREADS);
        }
    }
}
