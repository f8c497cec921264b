package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.gradient.GradientSource;
import dev.spectraledge.analysis.gradient.MinibatchGradients;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.Lanczos;

/** The largest and the least eigenvalues of the Hessian of a batch's loss, by as many products as published. */
final class HessianEnds implements AutoCloseable {
    /** Thesis §5.9. */
    static final int PRODUCTS = 60;

    private static final long START_SEED = 5900;

    private final MemoryOwner owner = MemoryOwner.open("ends of a Hessian");
    private final Backend backend;
    private final HessianProducts products;
    private final Tensor start;
    private final Lanczos lanczos;
    private final Tensor vector;
    private final Tensor product;

    /**
     * An eigenvalue.
     *
     * @param value Rayleigh quotient of a Ritz vector
     * @param bound on its distance from the nearest eigenvalue
     */
    record Eigenvalue(double value, double bound) {}

    /** For points of {@code size} parameters. */
    HessianEnds(Backend backend, GradientSource source, long size) {
        this.backend = backend;
        products = new HessianProducts(backend, owner, source, size);
        vector = backend.allocate(owner, DType.FLOAT64, 1, size);
        product = backend.allocate(owner, DType.FLOAT64, 1, size);
        start = RandomDirections.draw(backend, owner, START_SEED, 1, size).getFirst();
        lanczos = new Lanczos(backend, size, PRODUCTS);
    }

    /** Ritz values of the batch's loss at {@code theta [1, n]}; overwritten by the next. */
    Lanczos of(Tensor theta, long batch) {
        products.at(theta, batch);
        lanczos.run(products, start);
        return lanczos;
    }

    /** Number of Ritz values of the last {@link #of}. */
    int size() {
        return lanczos.size();
    }

    /**
     * The eigenvalue that a Ritz value of the last {@link #of} approaches, from one more product with its vector: ρ = y·Hy, which
     * an eigenvalue is no farther from than ‖Hy − ρy‖ (Parlett, The Symmetric Eigenvalue Problem, theorem 4.5.1).
     *
     * @param index 0 for the largest
     */
    Eigenvalue eigenvalue(int index) {
        lanczos.vector(index, vector);
        double error = products.multiply(vector, product);
        double value = VectorProducts.dot(backend, vector, product);
        backend.axpy(-value, vector, product);
        return new Eigenvalue(value, VectorProducts.norm(backend, product) + error);
    }

    /** What is asked of a run's weights. */
    @FunctionalInterface
    interface Question {
        /**
         * Asks.
         *
         * @param theta of a snapshot, {@code [1, n]}
         */
        void ask(HessianEnds ends, long step, Tensor theta);
    }

    /** Asks at each of some snapshots, of batches as large as those of training. */
    static void atEach(StudiedRun run, Iterable<Long> steps, Question question) {
        Backend backend = run.backend();
        try (MinibatchGradients gradients = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT64);
                HessianEnds ends =
                        new HessianEnds(backend, gradients, run.layout().size())) {
            for (long step : steps) {
                try (MemoryOwner scratch = MemoryOwner.open("weights")) {
                    question.ask(ends, step, run.weights(scratch, step).flat());
                }
            }
        }
    }

    @Override
    public void close() {
        lanczos.close();
        owner.close();
    }
}
