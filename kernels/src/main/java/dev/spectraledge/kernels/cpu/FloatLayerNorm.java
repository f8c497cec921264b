package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.broadcast;
import static dev.spectraledge.kernels.cpu.FloatLanes.load;
import static dev.spectraledge.kernels.cpu.FloatLanes.store;
import static dev.spectraledge.kernels.cpu.FloatLanes.tail;
import static dev.spectraledge.kernels.cpu.FloatLanes.zero;

import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016), the variance from the deviations rather than from the squares. With
 * x̂ = (x − mean)/σ and the means over the row, dx = (dŷ − mean(dŷ) − x̂·mean(dŷ·x̂))/σ where dŷ = dy·gain.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatLayerNorm {
    /** Stands for the address of a residual gradient that is not there. */
    private static final long NONE = 0;

    private FloatLayerNorm() {}

    static void forward(
            int rows,
            double epsilon,
            Tensor input,
            Tensor gain,
            Tensor bias,
            Tensor output,
            Tensor mean,
            Tensor inverseDeviation) {
        int width = (int) gain.size(0);
        long from = input.address();
        long to = output.address();
        for (int row = 0; row < rows; row++) {
            float rowMean = sum(from, width) / width;
            double variance = squaredDeviations(from, width, rowMean) / (double) width;
            float inverse = (float) (1 / Math.sqrt(variance + epsilon));
            FloatLanes.write(mean.address() + (long) row * ELEMENT, rowMean);
            FloatLanes.write(inverseDeviation.address() + (long) row * ELEMENT, inverse);
            normalize(from, width, rowMean, inverse, gain.address(), bias.address(), to);
            from += FloatRows.stride(input);
            to += FloatRows.stride(output);
        }
    }

    private static float sum(long address, int width) {
        FloatVector sums = zero();
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            sums = sums.add(load(address + (long) column * ELEMENT));
        }
        if (column < width) {
            sums = sums.add(load(address + (long) column * ELEMENT, tail(width - column)));
        }
        return FloatLanes.sum(sums);
    }

    private static float squaredDeviations(long address, int width, float mean) {
        FloatVector sums = zero();
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            FloatVector deviation = load(address + (long) column * ELEMENT).sub(mean);
            sums = deviation.fma(deviation, sums);
        }
        if (column < width) {
            VectorMask<Float> mask = tail(width - column);
            FloatVector deviation =
                    zero().blend(load(address + (long) column * ELEMENT, mask).sub(mean), mask);
            sums = deviation.fma(deviation, sums);
        }
        return FloatLanes.sum(sums);
    }

    private static void normalize(
            long address, int width, float mean, float inverse, long gain, long bias, long target) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector normalized = load(address + at).sub(mean).mul(inverse);
            store(normalized.fma(load(gain + at), load(bias + at)), target + at);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(width - column);
            FloatVector normalized = load(address + at, mask).sub(mean).mul(inverse);
            store(normalized.fma(load(gain + at, mask), load(bias + at, mask)), target + at, mask);
        }
    }

    static void backward(
            int rows,
            Tensor outputGradient,
            Tensor input,
            Tensor gain,
            Tensor mean,
            Tensor inverseDeviation,
            Tensor residualGradient,
            Tensor inputGradient,
            Tensor gainGradient,
            Tensor biasGradient) {
        int width = (int) gain.size(0);
        for (int row = 0; row < rows; row++) {
            backwardRow(
                    width,
                    outputGradient.address() + row * FloatRows.stride(outputGradient),
                    input.address() + row * FloatRows.stride(input),
                    gain.address(),
                    FloatLanes.read(mean.address() + (long) row * ELEMENT),
                    FloatLanes.read(inverseDeviation.address() + (long) row * ELEMENT),
                    residualGradient == null
                            ? NONE
                            : residualGradient.address() + row * FloatRows.stride(residualGradient),
                    inputGradient.address() + row * FloatRows.stride(inputGradient),
                    gainGradient.address(),
                    biasGradient.address());
        }
    }

    private static void backwardRow(
            int width,
            long outputGradient,
            long input,
            long gain,
            float mean,
            float inverse,
            long residual,
            long inputGradient,
            long gainGradient,
            long biasGradient) {
        FloatVector sums = zero();
        FloatVector projections = zero();
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector dy = load(outputGradient + at);
            FloatVector normalized = load(input + at).sub(mean).mul(inverse);
            FloatVector scaled = dy.mul(load(gain + at));
            sums = sums.add(scaled);
            projections = scaled.fma(normalized, projections);
            store(dy.fma(normalized, load(gainGradient + at)), gainGradient + at);
            store(dy.add(load(biasGradient + at)), biasGradient + at);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(width - column);
            FloatVector dy = load(outputGradient + at, mask);
            FloatVector normalized = load(input + at, mask).sub(mean).mul(inverse);
            FloatVector scaled = dy.mul(load(gain + at, mask));
            sums = sums.add(scaled);
            projections = scaled.fma(normalized, projections);
            store(dy.fma(normalized, load(gainGradient + at, mask)), gainGradient + at, mask);
            store(dy.add(load(biasGradient + at, mask)), biasGradient + at, mask);
        }
        inputGradientRow(
                width,
                outputGradient,
                input,
                gain,
                mean,
                inverse,
                FloatLanes.sum(sums) / width,
                FloatLanes.sum(projections) / width,
                residual,
                inputGradient);
    }

    private static void inputGradientRow(
            int width,
            long outputGradient,
            long input,
            long gain,
            float mean,
            float inverse,
            float meanGradient,
            float meanProjection,
            long residual,
            long inputGradient) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector normalized = load(input + at).sub(mean).mul(inverse);
            FloatVector centred = load(outputGradient + at).mul(load(gain + at)).sub(meanGradient);
            FloatVector dx = normalized.fma(broadcast(-meanProjection), centred).mul(inverse);
            store(residual == NONE ? dx : dx.add(load(residual + at)), inputGradient + at);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = tail(width - column);
            FloatVector normalized = load(input + at, mask).sub(mean).mul(inverse);
            FloatVector centred =
                    load(outputGradient + at, mask).mul(load(gain + at, mask)).sub(meanGradient);
            FloatVector dx = normalized.fma(broadcast(-meanProjection), centred).mul(inverse);
            store(residual == NONE ? dx : dx.add(load(residual + at, mask)), inputGradient + at, mask);
        }
    }
}
