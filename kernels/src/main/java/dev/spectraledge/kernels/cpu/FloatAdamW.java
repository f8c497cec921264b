package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.FloatLanes.broadcast;
import static dev.spectraledge.kernels.cpu.FloatLanes.load;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;
import static dev.spectraledge.kernels.cpu.FloatLanes.store;
import static dev.spectraledge.kernels.cpu.FloatLanes.write;

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

        long bytes = n * ELEMENT;
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            FloatVector theta = load(parameters + at);
            FloatVector g = load(gradient + at).mul(scale);
            FloatVector m = g.fma(broadcast(addFirst), load(firstMoment + at).mul(keepFirst));
            FloatVector v =
                    g.mul(g).fma(broadcast(addSecond), load(secondMoment + at).mul(keepSecond));
            FloatVector denominator = v.sqrt().fma(broadcast(rootCorrection), broadcast(epsilon));
            FloatVector change = m.mul(stepSize).div(denominator);
            store(m, firstMoment + at);
            store(v, secondMoment + at);
            store(theta.fma(broadcast(keep), change), parameters + at);
            if (gradientPart != 0) {
                store(load(gradientPart + at).add(change), gradientPart + at);
            }
            if (decayPart != 0) {
                store(theta.fma(broadcast(decay), load(decayPart + at)), decayPart + at);
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
