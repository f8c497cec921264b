package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.broadcast;
import static dev.spectraledge.kernels.cpu.FloatLanes.load;
import static dev.spectraledge.kernels.cpu.FloatLanes.store;
import static dev.spectraledge.kernels.cpu.FloatLanes.tail;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * GELU and its derivative.
 *
 * <p>Exact form: with the tail T = Φ(−|x|), Φ(x) is T for x &lt; 0 and 1 − T otherwise, so that no digits cancel; the
 * derivative is Φ(x) + x·φ(x). Tanh form: ½(1 + tanh z) = 1/(1 + e^{−2z}), evaluated through e^{−2|z|} for the same
 * reason.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatGelu {
    /** 1/√(2π), the normal density at zero. */
    private static final float DENSITY_AT_ZERO = (float) 0.3989422804014327;
    /** 2√(2/π). */
    private static final float TANH_SLOPE = (float) (2 * 0.7978845608028654);

    private static final float TANH_CUBIC = (float) 0.044715;

    private FloatGelu() {}

    static void forward(int rows, Gelu kind, Tensor input, Tensor output) {
        int width = (int) input.size(1);
        for (int row = 0; row < rows; row++) {
            long from = input.address() + row * FloatRows.stride(input);
            long to = output.address() + row * FloatRows.stride(output);
            switch (kind) {
                case ERF -> erfRow(width, from, to);
                case TANH -> tanhRow(width, from, to);
            }
        }
    }

    static void backward(int rows, Gelu kind, Tensor outputGradient, Tensor input, Tensor inputGradient) {
        int width = (int) input.size(1);
        for (int row = 0; row < rows; row++) {
            long gradient = outputGradient.address() + row * FloatRows.stride(outputGradient);
            long from = input.address() + row * FloatRows.stride(input);
            long to = inputGradient.address() + row * FloatRows.stride(inputGradient);
            switch (kind) {
                case ERF -> erfBackwardRow(width, gradient, from, to);
                case TANH -> tanhBackwardRow(width, gradient, from, to);
            }
        }
    }

    private static void erfRow(int width, long input, long output) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            store(erf(load(input + at)), output + at);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(width - column);
            store(erf(load(input + at, mask)), output + at, mask);
        }
    }

    private static void erfBackwardRow(int width, long outputGradient, long input, long inputGradient) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            store(load(outputGradient + at).mul(erfDerivative(load(input + at))), inputGradient + at);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(width - column);
            FloatVector derivative = erfDerivative(load(input + at, mask));
            store(load(outputGradient + at, mask).mul(derivative), inputGradient + at, mask);
        }
    }

    private static void tanhRow(int width, long input, long output) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            store(tanh(load(input + at)), output + at);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(width - column);
            store(tanh(load(input + at, mask)), output + at, mask);
        }
    }

    private static void tanhBackwardRow(int width, long outputGradient, long input, long inputGradient) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            store(load(outputGradient + at).mul(tanhDerivative(load(input + at))), inputGradient + at);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(width - column);
            FloatVector derivative = tanhDerivative(load(input + at, mask));
            store(load(outputGradient + at, mask).mul(derivative), inputGradient + at, mask);
        }
    }

    /** x·Φ(x). */
    static FloatVector erf(FloatVector x) {
        FloatVector a = clampedMagnitude(x);
        return x.mul(normalDistribution(x, a, gaussian(a)));
    }

    /** Φ(x) + x·φ(x). */
    static FloatVector erfDerivative(FloatVector x) {
        FloatVector a = clampedMagnitude(x);
        FloatVector gaussian = gaussian(a);
        return x.mul(gaussian).fma(broadcast(DENSITY_AT_ZERO), normalDistribution(x, a, gaussian));
    }

    private static FloatVector clampedMagnitude(FloatVector x) {
        FloatVector a = x.abs();
        return a.blend(FloatMath.NORMAL_TAIL_END, a.compare(VectorOperators.GT, FloatMath.NORMAL_TAIL_END));
    }

    /** e^{−a²/2}; the rounding error of a² is put back, because the exponential would magnify it. */
    private static FloatVector gaussian(FloatVector a) {
        FloatVector square = a.mul(a);
        FloatVector error = a.fma(a, square.neg());
        FloatVector exponential = FloatMath.exp(square.mul(-0.5f));
        return exponential.fma(error.mul(-0.5f), exponential);
    }

    private static FloatVector normalDistribution(FloatVector x, FloatVector a, FloatVector gaussian) {
        FloatVector tail = FloatMath.scaledNormalTail(a).mul(gaussian);
        return broadcast(1f).sub(tail).blend(tail, x.compare(VectorOperators.LT, 0f));
    }

    /** x/(1 + e^{−2z}). */
    static FloatVector tanh(FloatVector x) {
        FloatVector z = doubledArgument(x);
        FloatVector exponential = FloatMath.exp(z.abs().neg());
        FloatVector numerator = broadcast(1f).blend(exponential, z.compare(VectorOperators.LT, 0f));
        return x.mul(numerator.div(exponential.add(1f)));
    }

    /** s + x·s(1 − s)·2z′ with s = 1/(1 + e^{−2z}). */
    static FloatVector tanhDerivative(FloatVector x) {
        FloatVector z = doubledArgument(x);
        FloatVector exponential = FloatMath.exp(z.abs().neg());
        FloatVector inverse = broadcast(1f).div(exponential.add(1f));
        FloatVector complement = inverse.mul(exponential);
        FloatVector sigmoid = inverse.blend(complement, z.compare(VectorOperators.LT, 0f));
        FloatVector slope =
                x.mul(x).fma(broadcast(3f * TANH_CUBIC), broadcast(1f)).mul(TANH_SLOPE);
        return x.mul(inverse.mul(complement)).fma(slope, sigmoid);
    }

    /** 2z = 2√(2/π)(x + 0.044715 x³). */
    private static FloatVector doubledArgument(FloatVector x) {
        return x.mul(x).fma(broadcast(TANH_CUBIC), broadcast(1f)).mul(x).mul(TANH_SLOPE);
    }
}
