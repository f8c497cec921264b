package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * GELU and its derivative, row by row in a few passes over first-level cache: the transcendental functions of the row
 * into scratch, then what is left of the formula.
 *
 * <p>The exact form is x·Φ(x), its derivative Φ(x) + x·φ(x) with φ = e^{−x²/2}/√(2π). The tanh form is x·s with s = ½(1 +
 * tanh z) = 1/(1 + e^{−2z}), evaluated through e^{−2|z|} so that no digits cancel; its derivative is s + x·s(1 − s)·2z′.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatGelu {
    private static final float DENSITY_AT_ZERO = (float) 0.3989422804014327; // 1/√(2π)
    private static final float TANH_SLOPE = (float) (2 * 0.7978845608028654); // 2√(2/π)
    private static final float TANH_CUBIC = (float) 0.044715;

    private FloatGelu() {}

    /** Bytes of scratch that rows of {@code width} elements need. */
    static long scratch(int width) {
        return 3L * FloatLanes.padded(width) * ELEMENT;
    }

    static void forward(int rows, Gelu kind, Tensor input, Tensor output, long scratch) {
        int width = (int) input.size(1);
        int padded = FloatLanes.padded(width);
        long first = scratch + (long) padded * ELEMENT;
        long second = first + (long) padded * ELEMENT;
        long from = input.address();
        long to = output.address();
        long inputStride = FloatRows.stride(input);
        long outputStride = FloatRows.stride(output);
        for (int row = 0; row < rows; row++) {
            long x = FloatRows.wholeVectors(from, width, scratch);
            if (kind == Gelu.ERF) {
                FloatMath.gaussian(padded, x, first);
                FloatMath.normalDistribution(padded, x, first, second);
            } else {
                tanhExponent(padded, x, first);
                FloatMath.exp(padded, first, first);
                tanhSigmoid(padded, x, first, second);
            }
            FloatRows.multiply(x, second, to, width);
            from += inputStride;
            to += outputStride;
        }
    }

    static void backward(int rows, Gelu kind, Tensor outputGradient, Tensor input, Tensor inputGradient, long scratch) {
        int width = (int) input.size(1);
        int padded = FloatLanes.padded(width);
        long first = scratch + (long) padded * ELEMENT;
        long second = first + (long) padded * ELEMENT;
        long dy = outputGradient.address();
        long from = input.address();
        long dx = inputGradient.address();
        long dyStride = FloatRows.stride(outputGradient);
        long inputStride = FloatRows.stride(input);
        long dxStride = FloatRows.stride(inputGradient);
        for (int row = 0; row < rows; row++) {
            long x = FloatRows.wholeVectors(from, width, scratch);
            if (kind == Gelu.ERF) {
                FloatMath.gaussian(padded, x, first);
                FloatMath.normalDistribution(padded, x, first, second);
                erfDerivative(padded, x, first, second);
            } else {
                tanhExponent(padded, x, first);
                FloatMath.exp(padded, first, first);
                tanhDerivative(padded, x, first, second);
            }
            FloatRows.multiply(dy, second, dx, width);
            dy += dyStride;
            from += inputStride;
            dx += dxStride;
        }
    }

    /** normal ← normal + x·gaussian/√(2π). */
    private static void erfDerivative(int count, long x, long gaussian, long normal) {
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER)
                    .mul(FloatVector.fromMemorySegment(SPECIES, ALL, gaussian + at, ORDER))
                    .fma(
                            FloatVector.broadcast(SPECIES, DENSITY_AT_ZERO),
                            FloatVector.fromMemorySegment(SPECIES, ALL, normal + at, ORDER))
                    .intoMemorySegment(ALL, normal + at, ORDER);
        }
    }

    /** target ← −2|z| with 2z = 2√(2/π)(x + 0.044715 x³). */
    private static void tanhExponent(int count, long source, long target) {
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER);
            x.mul(x)
                    .fma(FloatVector.broadcast(SPECIES, TANH_CUBIC), FloatVector.broadcast(SPECIES, 1f))
                    .mul(x)
                    .mul(TANH_SLOPE)
                    .abs()
                    .neg()
                    .intoMemorySegment(ALL, target + at, ORDER);
        }
    }

    /** target ← s = 1/(1 + e^{−2z}), given e^{−2|z|}. */
    private static void tanhSigmoid(int count, long source, long exponential, long target) {
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER);
            FloatVector e = FloatVector.fromMemorySegment(SPECIES, ALL, exponential + at, ORDER);
            FloatVector.broadcast(SPECIES, 1f)
                    .blend(e, x.compare(VectorOperators.LT, 0f))
                    .div(e.add(1f))
                    .intoMemorySegment(ALL, target + at, ORDER);
        }
    }

    /** target ← s + x·s(1 − s)·2z′, given e^{−2|z|}. */
    private static void tanhDerivative(int count, long source, long exponential, long target) {
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER);
            FloatVector e = FloatVector.fromMemorySegment(SPECIES, ALL, exponential + at, ORDER);
            FloatVector inverse = FloatVector.broadcast(SPECIES, 1f).div(e.add(1f));
            FloatVector complement = inverse.mul(e);
            FloatVector sigmoid = inverse.blend(complement, x.compare(VectorOperators.LT, 0f));
            FloatVector slope = x.mul(x)
                    .fma(FloatVector.broadcast(SPECIES, 3f * TANH_CUBIC), FloatVector.broadcast(SPECIES, 1f))
                    .mul(TANH_SLOPE);
            x.mul(inverse).mul(complement).fma(slope, sigmoid).intoMemorySegment(ALL, target + at, ORDER);
        }
    }
}
