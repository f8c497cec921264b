package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016), the variance from the deviations rather than from the squares. With
 * x̂ = (x − mean)/σ and the means over the row, dx = (dŷ − mean(dŷ) − x̂·mean(dŷ·x̂))/σ where dŷ = dy·gain. Where there is no
 * mean (RMS norm), it and mean(dŷ) are 0.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatLayerNorm {
    /** Stands for the address of a tensor that is not there. */
    private static final long NONE = 0;

    private FloatLayerNorm() {}

    /** {@code lanes} is scratch of two vectors, here and in {@link #backward}. */
    static void forward(
            int rows,
            double epsilon,
            Tensor input,
            Tensor gain,
            Tensor bias,
            Tensor output,
            Tensor mean,
            Tensor inverseDeviation,
            long lanes) {
        int width = (int) gain.size(0);
        long gainAddress = gain.address();
        long biasAddress = addressOrNone(bias);
        long meanAddress = addressOrNone(mean);
        long inverseAddress = inverseDeviation.address();
        long inputStride = FloatRows.stride(input);
        long outputStride = FloatRows.stride(output);
        long from = input.address();
        long to = output.address();
        for (int row = 0; row < rows; row++) {
            float rowMean = meanAddress == NONE ? 0 : sum(from, width, lanes) / width;
            double variance = squaredDeviations(from, width, rowMean, lanes) / (double) width;
            float inverse = (float) (1 / Math.sqrt(variance + epsilon));
            if (meanAddress != NONE) {
                FloatLanes.write(meanAddress + (long) row * ELEMENT, rowMean);
            }
            FloatLanes.write(inverseAddress + (long) row * ELEMENT, inverse);
            normalize(from, width, rowMean, inverse, gainAddress, biasAddress, to);
            from += inputStride;
            to += outputStride;
        }
    }

    private static long addressOrNone(Tensor tensor) {
        return tensor == null ? NONE : tensor.address();
    }

    private static float sum(long address, int width, long lanes) {
        FloatVector sums = FloatVector.zero(SPECIES);
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            sums = FloatVector.fromMemorySegment(SPECIES, ALL, address + (long) column * ELEMENT, ORDER)
                    .add(sums);
        }
        if (column < width) {
            VectorMask<Float> mask = SPECIES.indexInRange(column, width);
            sums = FloatVector.fromMemorySegment(SPECIES, ALL, address + (long) column * ELEMENT, ORDER, mask)
                    .add(sums);
        }
        sums.intoMemorySegment(ALL, lanes, ORDER);
        return FloatLanes.sum(lanes);
    }

    private static float squaredDeviations(long address, int width, float mean, long lanes) {
        FloatVector sums = FloatVector.zero(SPECIES);
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, address + (long) column * ELEMENT, ORDER);
            FloatVector deviation = x.sub(mean);
            sums = deviation.fma(deviation, sums);
        }
        if (column < width) {
            VectorMask<Float> mask = SPECIES.indexInRange(column, width);
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, address + (long) column * ELEMENT, ORDER, mask);
            FloatVector deviation = x.sub(mean).blend(0f, mask.not());
            sums = deviation.fma(deviation, sums);
        }
        sums.intoMemorySegment(ALL, lanes, ORDER);
        return FloatLanes.sum(lanes);
    }

    private static void normalize(
            long address, int width, float mean, float inverse, long gain, long bias, long target) {
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector normalized = FloatVector.fromMemorySegment(SPECIES, ALL, address + at, ORDER)
                    .sub(mean)
                    .mul(inverse);
            FloatVector scale = FloatVector.fromMemorySegment(SPECIES, ALL, gain + at, ORDER);
            (bias == NONE
                            ? normalized.mul(scale)
                            : normalized.fma(scale, FloatVector.fromMemorySegment(SPECIES, ALL, bias + at, ORDER)))
                    .intoMemorySegment(ALL, target + at, ORDER);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = SPECIES.indexInRange(0, width - column);
            FloatVector normalized = FloatVector.fromMemorySegment(SPECIES, ALL, address + at, ORDER, mask)
                    .sub(mean)
                    .mul(inverse);
            FloatVector scale = FloatVector.fromMemorySegment(SPECIES, ALL, gain + at, ORDER, mask);
            (bias == NONE
                            ? normalized.mul(scale)
                            : normalized.fma(
                                    scale, FloatVector.fromMemorySegment(SPECIES, ALL, bias + at, ORDER, mask)))
                    .intoMemorySegment(ALL, target + at, ORDER, mask);
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
            Tensor biasGradient,
            long lanes) {
        int width = (int) gain.size(0);
        long gainAddress = gain.address();
        long meanAddress = addressOrNone(mean);
        long inverseAddress = inverseDeviation.address();
        long gainGradientAddress = gainGradient.address();
        long biasGradientAddress = addressOrNone(biasGradient);
        long dyStride = FloatRows.stride(outputGradient);
        long xStride = FloatRows.stride(input);
        long dxStride = FloatRows.stride(inputGradient);
        long residualStride = residualGradient == null ? 0 : FloatRows.stride(residualGradient);
        long dy = outputGradient.address();
        long x = input.address();
        long dx = inputGradient.address();
        long residual = addressOrNone(residualGradient);
        for (int row = 0; row < rows; row++) {
            float rowMean = meanAddress == NONE ? 0 : FloatLanes.read(meanAddress + (long) row * ELEMENT);
            float inverse = FloatLanes.read(inverseAddress + (long) row * ELEMENT);
            parameterGradients(
                    width, dy, x, gainAddress, rowMean, inverse, gainGradientAddress, biasGradientAddress, lanes);
            float meanGradient = meanAddress == NONE ? 0 : FloatLanes.sum(lanes) / width;
            float meanProjection = FloatLanes.sum(lanes + VECTOR) / width;
            inputGradientRow(width, dy, x, gainAddress, rowMean, inverse, meanGradient, meanProjection, residual, dx);
            dy += dyStride;
            x += xStride;
            dx += dxStride;
            residual += residualStride;
        }
    }

    /** Adds a row to the gradients of gain and bias; leaves the lanes of Σ dŷ and of Σ dŷ·x̂ at {@code lanes}. */
    private static void parameterGradients(
            int width,
            long outputGradient,
            long input,
            long gain,
            float mean,
            float inverse,
            long gainGradient,
            long biasGradient,
            long lanes) {
        FloatVector sums = FloatVector.zero(SPECIES);
        FloatVector projections = FloatVector.zero(SPECIES);
        int column = 0;
        for (; column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector dy = FloatVector.fromMemorySegment(SPECIES, ALL, outputGradient + at, ORDER);
            FloatVector normalized = FloatVector.fromMemorySegment(SPECIES, ALL, input + at, ORDER)
                    .sub(mean)
                    .mul(inverse);
            FloatVector scaled = dy.mul(FloatVector.fromMemorySegment(SPECIES, ALL, gain + at, ORDER));
            sums = scaled.add(sums);
            projections = scaled.fma(normalized, projections);
            dy.fma(normalized, FloatVector.fromMemorySegment(SPECIES, ALL, gainGradient + at, ORDER))
                    .intoMemorySegment(ALL, gainGradient + at, ORDER);
            if (biasGradient != NONE) {
                dy.add(FloatVector.fromMemorySegment(SPECIES, ALL, biasGradient + at, ORDER))
                        .intoMemorySegment(ALL, biasGradient + at, ORDER);
            }
        }
        sums.intoMemorySegment(ALL, lanes, ORDER);
        projections.intoMemorySegment(ALL, lanes + VECTOR, ORDER);
        if (column < width) {
            long at = (long) column * ELEMENT;
            parameterGradientsOfRest(
                    width - column,
                    outputGradient + at,
                    input + at,
                    gain + at,
                    mean,
                    inverse,
                    gainGradient + at,
                    biasGradient == NONE ? NONE : biasGradient + at,
                    lanes);
        }
    }

    /** The last columns, fewer than a vector; apart from the loop because C1 gives up on both in one method. */
    private static void parameterGradientsOfRest(
            int columns,
            long outputGradient,
            long input,
            long gain,
            float mean,
            float inverse,
            long gainGradient,
            long biasGradient,
            long lanes) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, columns);
        FloatVector dy = FloatVector.fromMemorySegment(SPECIES, ALL, outputGradient, ORDER, mask);
        FloatVector normalized = FloatVector.fromMemorySegment(SPECIES, ALL, input, ORDER, mask)
                .sub(mean)
                .mul(inverse);
        FloatVector scaled = dy.mul(FloatVector.fromMemorySegment(SPECIES, ALL, gain, ORDER, mask));
        FloatVector.fromMemorySegment(SPECIES, ALL, lanes, ORDER).add(scaled).intoMemorySegment(ALL, lanes, ORDER);
        scaled.fma(normalized, FloatVector.fromMemorySegment(SPECIES, ALL, lanes + VECTOR, ORDER))
                .intoMemorySegment(ALL, lanes + VECTOR, ORDER);
        dy.fma(normalized, FloatVector.fromMemorySegment(SPECIES, ALL, gainGradient, ORDER, mask))
                .intoMemorySegment(ALL, gainGradient, ORDER, mask);
        if (biasGradient != NONE) {
            dy.add(FloatVector.fromMemorySegment(SPECIES, ALL, biasGradient, ORDER, mask))
                    .intoMemorySegment(ALL, biasGradient, ORDER, mask);
        }
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
            FloatVector normalized = FloatVector.fromMemorySegment(SPECIES, ALL, input + at, ORDER)
                    .sub(mean)
                    .mul(inverse);
            FloatVector centred = FloatVector.fromMemorySegment(SPECIES, ALL, outputGradient + at, ORDER)
                    .mul(FloatVector.fromMemorySegment(SPECIES, ALL, gain + at, ORDER))
                    .sub(meanGradient);
            FloatVector dx = normalized
                    .fma(FloatVector.broadcast(SPECIES, -meanProjection), centred)
                    .mul(inverse);
            (residual == NONE ? dx : dx.add(FloatVector.fromMemorySegment(SPECIES, ALL, residual + at, ORDER)))
                    .intoMemorySegment(ALL, inputGradient + at, ORDER);
        }
        if (column < width) {
            long at = (long) column * ELEMENT;
            VectorMask<Float> mask = SPECIES.indexInRange(0, width - column);
            FloatVector normalized = FloatVector.fromMemorySegment(SPECIES, ALL, input + at, ORDER, mask)
                    .sub(mean)
                    .mul(inverse);
            FloatVector centred = FloatVector.fromMemorySegment(SPECIES, ALL, outputGradient + at, ORDER, mask)
                    .mul(FloatVector.fromMemorySegment(SPECIES, ALL, gain + at, ORDER, mask))
                    .sub(meanGradient);
            FloatVector dx = normalized
                    .fma(FloatVector.broadcast(SPECIES, -meanProjection), centred)
                    .mul(inverse);
            (residual == NONE ? dx : dx.add(FloatVector.fromMemorySegment(SPECIES, ALL, residual + at, ORDER, mask)))
                    .intoMemorySegment(ALL, inputGradient + at, ORDER, mask);
        }
    }
}
