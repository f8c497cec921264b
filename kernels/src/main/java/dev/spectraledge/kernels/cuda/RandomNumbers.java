package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;

/** Random tensors, and random projections. */
final class RandomNumbers {
    private static final int THREADS = 256;
    /** Blocks of a run that share a sketch; their parts are added by the last one. */
    private static final int MOST_PARTS = 264;
    /** Entries of a sparse operator that a block keeps in shared memory. */
    private static final int MOST_ENTRIES = 8192;

    private final CudaMemory memory;
    private final Launcher launcher;
    private final TypedKernel uniform;
    private final TypedKernel normal;
    private final TypedKernel gaussian;
    private final TypedKernel sparseSign;

    RandomNumbers(CudaDevice device, Launcher launcher) {
        memory = device.memory();
        this.launcher = launcher;
        uniform = new TypedKernel(device, "random", "uniform");
        normal = new TypedKernel(device, "random", "normal");
        gaussian = new TypedKernel(device, "sketch", "gaussianSketch");
        sparseSign = new TypedKernel(device, "sketch", "sparseSignSketch");
    }

    void uniform(PhiloxKey[] keys, double low, double high, Tensor out) {
        draw(uniform, keys, low, high, out);
    }

    void normal(PhiloxKey[] keys, double mean, double standardDeviation, Tensor out) {
        draw(normal, keys, mean, standardDeviation, out);
    }

    private void draw(TypedKernel kernel, PhiloxKey[] keys, double first, double second, Tensor out) {
        for (int run = 0; run < keys.length; run++) {
            Tensor own = out.run(run);
            if (!own.isContiguous()) {
                throw new IllegalArgumentException("out is strided within a run " + own + ", needs contiguous runs");
            }
            if (own.elements() > 0) {
                launcher.begin(kernel, out.type()).number(own.elements());
                key(keys[run])
                        .real(first)
                        .real(second)
                        .number(own.deviceAddress())
                        .run(VectorOperations.blocks((own.elements() + 1) / 2), 1, 1, THREADS);
            }
        }
    }

    private Launcher key(PhiloxKey key) {
        return launcher.beginStructure().number(key.seed()).number(key.stream()).endStructure();
    }

    void sketch(SketchOperator operator, Tensor x, Tensor out) {
        switch (operator.kind()) {
            case GAUSSIAN -> gaussian(operator, x, out);
            case SPARSE_SIGN -> sparseSign(operator, x, out);
        }
    }

    private void gaussian(SketchOperator operator, Tensor x, Tensor out) {
        long parts = Math.clamp(x.size(1), 1, MOST_PARTS);
        launcher.begin(gaussian, x.type()).number(x.size(1)).integer(operator.rows());
        key(operator.key());
        results(x, out, parts, operator.rows());
        launcher.run(parts, x.size(0), 1, Launcher.threads((operator.rows() + 1) / 2, THREADS));
    }

    private void sparseSign(SketchOperator operator, Tensor x, Tensor out) {
        int nonzeros = operator.nonzerosPerColumn();
        if (nonzeros > MOST_ENTRIES) {
            throw new IllegalArgumentException("a sketch with " + nonzeros
                    + " nonzeros per column is beyond a device's shared memory, at most " + MOST_ENTRIES);
        }
        int columnsAtOnce = Math.min(THREADS, MOST_ENTRIES / nonzeros);
        long parts = Math.clamp(Launcher.blocks(x.size(1), columnsAtOnce), 1, MOST_PARTS);
        launcher.begin(sparseSign, x.type())
                .number(x.size(1))
                .integer(operator.rows())
                .integer(nonzeros)
                .integer(columnsAtOnce);
        key(operator.key());
        results(x, out, parts, operator.rows());
        launcher.run(parts, x.size(0), 1, THREADS, columnsAtOnce * nonzeros * Integer.BYTES);
    }

    private void results(Tensor x, Tensor out, long parts, int rows) {
        long runs = x.size(0);
        launcher.view(x)
                .view(out)
                .number(memory.scratch(runs * parts * rows * Double.BYTES).address())
                .number(memory.tickets(runs).address());
    }
}
