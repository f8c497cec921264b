package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;
import static dev.spectraledge.kernels.cpu.FloatLanes.write;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import dev.spectraledge.kernels.OptimizerArguments;
import jdk.incubator.vector.FloatVector;

/**
 * Decoupled AdamW (Loshchilov and Hutter 2019) in one pass. As in PyTorch, the factors of a step are computed in double
 * and rounded once: the step size η/(1 − β₁ᵗ), 1/√(1 − β₂ᵗ) for the denominator √v/√(1 − β₂ᵗ) + ε, and ηω.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatAdamW {
    private FloatAdamW() {}

    /** {@code hyperparameters} is the address of the run's row; the addresses of missing accumulators are 0. */
    static void step(
            long n,
            long hyperparameters,
            long parameters,
            long gradient,
            long firstMoment,
            long secondMoment,
            long gradientPart,
            long decayPart) {
        double learningRate = Hyperparameters.read(hyperparameters, OptimizerArguments.LEARNING_RATE);
        double beta1 = Hyperparameters.read(hyperparameters, OptimizerArguments.BETA1);
        double beta2 = Hyperparameters.read(hyperparameters, OptimizerArguments.BETA2);
        double step = Hyperparameters.read(hyperparameters, OptimizerArguments.STEP);
        float decay = (float) -(learningRate * Hyperparameters.read(hyperparameters, OptimizerArguments.WEIGHT_DECAY));
        float keep = (float) (1 + (double) decay);
        float keepFirst = (float) beta1;
        float addFirst = (float) (1 - beta1);
        float keepSecond = (float) beta2;
        float addSecond = (float) (1 - beta2);
        float stepSize = (float) -(learningRate / (1 - Math.pow(beta1, step)));
        float rootCorrection = (float) (1 / Math.sqrt(1 - Math.pow(beta2, step)));
        float epsilon = (float) Hyperparameters.read(hyperparameters, OptimizerArguments.EPSILON);
        float scale = (float) Hyperparameters.read(hyperparameters, OptimizerArguments.GRADIENT_SCALE);

        // Made once, because a product with a scalar costs the compiler twice the nodes, of which it has a limit.
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        FloatVector keepFirsts = FloatVector.broadcast(SPECIES, keepFirst);
        FloatVector addFirsts = FloatVector.broadcast(SPECIES, addFirst);
        FloatVector keepSeconds = FloatVector.broadcast(SPECIES, keepSecond);
        FloatVector addSeconds = FloatVector.broadcast(SPECIES, addSecond);
        FloatVector stepSizes = FloatVector.broadcast(SPECIES, stepSize);
        FloatVector rootCorrections = FloatVector.broadcast(SPECIES, rootCorrection);
        FloatVector epsilons = FloatVector.broadcast(SPECIES, epsilon);
        FloatVector keeps = FloatVector.broadcast(SPECIES, keep);
        FloatVector decays = FloatVector.broadcast(SPECIES, decay);
        long bytes = n * ELEMENT;
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            FloatVector theta = FloatVector.fromMemorySegment(SPECIES, ALL, parameters + at, ORDER);
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, ALL, gradient + at, ORDER)
                    .mul(scales);
            FloatVector m = g.fma(
                    addFirsts,
                    FloatVector.fromMemorySegment(SPECIES, ALL, firstMoment + at, ORDER)
                            .mul(keepFirsts));
            FloatVector v = g.mul(g)
                    .fma(
                            addSeconds,
                            FloatVector.fromMemorySegment(SPECIES, ALL, secondMoment + at, ORDER)
                                    .mul(keepSeconds));
            FloatVector denominator = v.sqrt().fma(rootCorrections, epsilons);
            FloatVector change = m.mul(stepSizes).div(denominator);
            m.intoMemorySegment(ALL, firstMoment + at, ORDER);
            v.intoMemorySegment(ALL, secondMoment + at, ORDER);
            theta.fma(keeps, change).intoMemorySegment(ALL, parameters + at, ORDER);
            if (gradientPart != 0) {
                change.add(FloatVector.fromMemorySegment(SPECIES, ALL, gradientPart + at, ORDER))
                        .intoMemorySegment(ALL, gradientPart + at, ORDER);
            }
            if (decayPart != 0) {
                theta.fma(decays, FloatVector.fromMemorySegment(SPECIES, ALL, decayPart + at, ORDER))
                        .intoMemorySegment(ALL, decayPart + at, ORDER);
            }
        }
        for (; at < bytes; at += ELEMENT) {
            float theta = read(parameters + at);
            float g = read(gradient + at) * scale;
            float m = Math.fma(g, addFirst, read(firstMoment + at) * keepFirst);
            float v = Math.fma(g * g, addSecond, read(secondMoment + at) * keepSecond);
            float denominator = Math.fma((float) Math.sqrt(v), rootCorrection, epsilon);
            float change = m * stepSize / denominator;
            write(firstMoment + at, m);
            write(secondMoment + at, v);
            write(parameters + at, Math.fma(theta, keep, change));
            if (gradientPart != 0) {
                write(gradientPart + at, read(gradientPart + at) + change);
            }
            if (decayPart != 0) {
                write(decayPart + at, Math.fma(theta, decay, read(decayPart + at)));
            }
        }
    }
}
