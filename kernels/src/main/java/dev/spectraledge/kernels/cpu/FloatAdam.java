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
 * Adam with coupled weight decay in one pass, its first moment in two parts, that of the gradient and that of ωθ. The
 * factors of a step are computed in double and rounded once, as in {@link FloatAdamW}.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatAdam {
    private FloatAdam() {}

    /** {@code hyperparameters} is the address of the run's row; the addresses of missing accumulators are 0. */
    static void step(
            long n,
            long hyperparameters,
            long parameters,
            long gradient,
            long firstMoment,
            long secondMoment,
            long decayMoment,
            long gradientPart,
            long decayPart) {
        double learningRate = Hyperparameters.read(hyperparameters, OptimizerArguments.LEARNING_RATE);
        double beta1 = Hyperparameters.read(hyperparameters, OptimizerArguments.BETA1);
        double beta2 = Hyperparameters.read(hyperparameters, OptimizerArguments.BETA2);
        double step = Hyperparameters.read(hyperparameters, OptimizerArguments.STEP);
        float weightDecay = (float) Hyperparameters.read(hyperparameters, OptimizerArguments.WEIGHT_DECAY);
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
            FloatVector theta = FloatVector.fromMemorySegment(SPECIES, ALL, parameters + at, ORDER);
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, ALL, gradient + at, ORDER)
                    .mul(scale);
            FloatVector l = theta.mul(weightDecay);
            FloatVector h = g.add(l);
            FloatVector m = g.fma(
                    FloatVector.broadcast(SPECIES, addFirst),
                    FloatVector.fromMemorySegment(SPECIES, ALL, firstMoment + at, ORDER)
                            .mul(keepFirst));
            FloatVector d = l.fma(
                    FloatVector.broadcast(SPECIES, addFirst),
                    FloatVector.fromMemorySegment(SPECIES, ALL, decayMoment + at, ORDER)
                            .mul(keepFirst));
            FloatVector v = h.mul(h)
                    .fma(
                            FloatVector.broadcast(SPECIES, addSecond),
                            FloatVector.fromMemorySegment(SPECIES, ALL, secondMoment + at, ORDER)
                                    .mul(keepSecond));
            FloatVector denominator = v.sqrt()
                    .fma(FloatVector.broadcast(SPECIES, rootCorrection), FloatVector.broadcast(SPECIES, epsilon));
            FloatVector rate = FloatVector.broadcast(SPECIES, stepSize).div(denominator);
            FloatVector change = m.mul(rate);
            FloatVector decay = d.mul(rate);
            m.intoMemorySegment(ALL, firstMoment + at, ORDER);
            d.intoMemorySegment(ALL, decayMoment + at, ORDER);
            v.intoMemorySegment(ALL, secondMoment + at, ORDER);
            theta.add(change.add(decay)).intoMemorySegment(ALL, parameters + at, ORDER);
            if (gradientPart != 0) {
                FloatVector.fromMemorySegment(SPECIES, ALL, gradientPart + at, ORDER)
                        .add(change)
                        .intoMemorySegment(ALL, gradientPart + at, ORDER);
            }
            if (decayPart != 0) {
                FloatVector.fromMemorySegment(SPECIES, ALL, decayPart + at, ORDER)
                        .add(decay)
                        .intoMemorySegment(ALL, decayPart + at, ORDER);
            }
        }
        for (; at < bytes; at += ELEMENT) {
            float theta = read(parameters + at);
            float g = read(gradient + at) * scale;
            float l = theta * weightDecay;
            float h = g + l;
            float m = Math.fma(g, addFirst, read(firstMoment + at) * keepFirst);
            float d = Math.fma(l, addFirst, read(decayMoment + at) * keepFirst);
            float v = Math.fma(h * h, addSecond, read(secondMoment + at) * keepSecond);
            float denominator = Math.fma((float) Math.sqrt(v), rootCorrection, epsilon);
            float rate = stepSize / denominator;
            float change = m * rate;
            float decay = d * rate;
            write(firstMoment + at, m);
            write(decayMoment + at, d);
            write(secondMoment + at, v);
            write(parameters + at, theta + (change + decay));
            if (gradientPart != 0) {
                write(gradientPart + at, read(gradientPart + at) + change);
            }
            if (decayPart != 0) {
                write(decayPart + at, read(decayPart + at) + decay);
            }
        }
    }
}
