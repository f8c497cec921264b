package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A worker's part of the gradient as {@link Backend#beginOptimizerStep} clips it, g·min(1, c/(‖g‖ + 10⁻⁶)) with ‖g‖ that of the
 * whole gradient: formed as c·(g/max(‖g‖ + 10⁻⁶, c)), whose two roundings are one unit in the last place each at most. Runs that
 * are not clipped keep their gradient as it is.
 */
final class ClippedGradient {
    private final Backend backend;
    private final Tensor gradient;
    private final Tensor clipped;
    /** Of the runs that are clipped. */
    private final Run[] runs;

    private record Run(Tensor square, Tensor clipped, double largestNorm) {}

    private ClippedGradient(Backend backend, UpdateFeed.Gradients gradients, Tensor gradient, Tensor clipped) {
        this.backend = backend;
        this.gradient = gradient;
        this.clipped = clipped;
        List<Double> norms = gradients.largestNorms();
        runs = IntStream.range(0, norms.size())
                .filter(run -> Double.isFinite(norms.get(run)))
                .mapToObj(run -> new Run(
                        gradients.squares().slice(0, run, run + 1L), clipped.slice(0, run, run + 1L), norms.get(run)))
                .toArray(Run[]::new);
    }

    /** @param clipped {@code [S, part]} of each worker, where it is formed */
    static ClippedGradient[] ofWorkers(
            Backend backend, UpdateFeed.Gradients gradients, Tensor[] gradient, Tensor[] clipped) {
        ClippedGradient[] parts = new ClippedGradient[gradient.length];
        for (int worker = 0; worker < parts.length; worker++) {
            parts[worker] = new ClippedGradient(backend, gradients, gradient[worker], clipped[worker]);
        }
        return parts;
    }

    void form() {
        backend.copy(gradient, clipped);
        for (Run run : runs) {
            backend.normalize(run.square, OptimizerArguments.NORM_GUARD, run.largestNorm, run.clipped);
            backend.scale(run.largestNorm, run.clipped);
        }
    }
}
