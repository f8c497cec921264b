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
 * Gradient descent with optional momentum and decoupled weight decay in one pass. The descent direction of momentum μ
 * is a·g + c·b with b ← μb + g: (a, c) is (0, 1) for the heavy ball and (1, μ) for Nesterov's look-ahead.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatSgd {
    private FloatSgd() {}

    /** {@code hyperparameters} is the address of the run's row; the addresses of missing vectors are 0. */
    static void step(
            long n,
            long hyperparameters,
            boolean nesterov,
            long parameters,
            long gradient,
            long momentumBuffer,
            long gradientPart,
            long decayPart) {
        double learningRate = Hyperparameters.read(hyperparameters, OptimizerArguments.LEARNING_RATE);
        float decay = (float) -(learningRate * Hyperparameters.read(hyperparameters, OptimizerArguments.WEIGHT_DECAY));
        float keep = (float) (1 + (double) decay);
        float rate = (float) -learningRate;
        float momentum = (float) Hyperparameters.read(hyperparameters, OptimizerArguments.BETA1);
        float scale = (float) Hyperparameters.read(hyperparameters, OptimizerArguments.GRADIENT_SCALE);
        float ofGradient = nesterov ? 1f : 0f;
        float ofBuffer = nesterov ? momentum : 1f;

        long bytes = n * ELEMENT;
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            FloatVector theta = FloatVector.fromMemorySegment(SPECIES, ALL, parameters + at, ORDER);
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, ALL, gradient + at, ORDER)
                    .mul(scale);
            FloatVector direction = g;
            if (momentumBuffer != 0) {
                FloatVector b = FloatVector.fromMemorySegment(SPECIES, ALL, momentumBuffer + at, ORDER)
                        .fma(FloatVector.broadcast(SPECIES, momentum), g);
                b.intoMemorySegment(ALL, momentumBuffer + at, ORDER);
                direction = b.mul(ofBuffer).add(g.mul(ofGradient));
            }
            FloatVector change = direction.mul(rate);
            theta.fma(FloatVector.broadcast(SPECIES, keep), change).intoMemorySegment(ALL, parameters + at, ORDER);
            if (gradientPart != 0) {
                change.add(FloatVector.fromMemorySegment(SPECIES, ALL, gradientPart + at, ORDER))
                        .intoMemorySegment(ALL, gradientPart + at, ORDER);
            }
            if (decayPart != 0) {
                theta.fma(
                                FloatVector.broadcast(SPECIES, decay),
                                FloatVector.fromMemorySegment(SPECIES, ALL, decayPart + at, ORDER))
                        .intoMemorySegment(ALL, decayPart + at, ORDER);
            }
        }
        for (; at < bytes; at += ELEMENT) {
            float theta = read(parameters + at);
            float g = read(gradient + at) * scale;
            float direction = g;
            if (momentumBuffer != 0) {
                float b = Math.fma(read(momentumBuffer + at), momentum, g);
                write(momentumBuffer + at, b);
                direction = b * ofBuffer + g * ofGradient;
            }
            float change = direction * rate;
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
