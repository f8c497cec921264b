package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
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
    private final HessianProducts products;
    private final Tensor start;
    private final Lanczos lanczos;

    /** For points of {@code size} parameters. */
    HessianEnds(Backend backend, GradientSource source, long size) {
        products = new HessianProducts(backend, owner, source, size);
        start = RandomDirections.draw(backend, owner, START_SEED, 1, size).getFirst();
        lanczos = new Lanczos(backend, size, PRODUCTS);
    }

    /** Ritz values of the batch's loss at {@code theta [1, n]}; overwritten by the next. */
    Lanczos of(Tensor theta, long batch) {
        products.at(theta, batch);
        lanczos.run(products, start);
        return lanczos;
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
        try (MinibatchGradients gradients = new MinibatchGradients(run, backend, DType.FLOAT64);
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
