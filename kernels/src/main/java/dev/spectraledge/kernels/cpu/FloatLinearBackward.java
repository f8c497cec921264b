package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;

import dev.spectraledge.kernels.Tensor;

/**
 * Backward of a linear layer of moderate size by {@link FloatPanels}. Its products read all matrices as they lie in memory,
 * so that nothing has to be packed as a library does, and a block of rows is brought near once for all three gradients.
 */
final class FloatLinearBackward {
    /** Bytes of the vectors that {@link FloatPanels} is made for. */
    private static final long WIDE_VECTOR = 64;

    /** With more outputs, a panel of the weights would fill the second-level cache. */
    private static final int MOST_COLUMNS = 512;

    /** With fewer, reading and writing the weights' gradient takes longer than the sums. */
    private static final int FEWEST_ROWS = 16;

    /** Rows that are brought near together. */
    private static final int BLOCK = 192;

    private FloatLinearBackward() {}

    /** Whether a layer is computed here faster than by a library. */
    static boolean suits(int rows, int outputs, int inputs) {
        return VECTOR == WIDE_VECTOR
                && rows >= FEWEST_ROWS
                && inputs % FloatPanels.COLUMNS == 0
                && outputs <= MOST_COLUMNS
                && inputs <= MOST_COLUMNS;
    }

    /** Bytes of scratch that {@link #backward} needs: a row of zeros and a tile. */
    static long scratch(int inputs) {
        return (long) inputs * ELEMENT + FloatPanels.TILE;
    }

    /** dX ← dY·W, dW ← dW + dYᵀ·X, db ← db + column sums of dY; dX and db may be null. */
    static void backward(
            int rows,
            Tensor outputGradient,
            Tensor input,
            Tensor weight,
            Tensor inputGradient,
            Tensor weightGradient,
            Tensor biasGradient,
            long scratch) {
        int outputs = (int) weight.size(0);
        int inputs = (int) weight.size(1);
        long dyStride = FloatRows.stride(outputGradient);
        long xStride = FloatRows.stride(input);
        long dwStride = FloatRows.stride(weightGradient);
        long tile = scratch + (long) inputs * ELEMENT;
        FloatRows.clear(scratch, inputs);
        for (int first = 0; first < rows; first += BLOCK) {
            int count = Math.min(BLOCK, rows - first);
            long dy = outputGradient.address() + first * dyStride;
            if (biasGradient != null) {
                FloatRows.addColumnSums(first, count, outputGradient, biasGradient);
            }
            FloatPanels.multiply(
                    outputs,
                    inputs,
                    count,
                    dy,
                    ELEMENT,
                    dyStride,
                    input.address() + first * xStride,
                    xStride,
                    weightGradient.address(),
                    dwStride,
                    weightGradient.address(),
                    dwStride,
                    tile);
            if (inputGradient != null) {
                long dxStride = FloatRows.stride(inputGradient);
                FloatPanels.multiply(
                        count,
                        inputs,
                        outputs,
                        dy,
                        dyStride,
                        ELEMENT,
                        weight.address(),
                        FloatRows.stride(weight),
                        scratch,
                        0,
                        inputGradient.address() + first * dxStride,
                        dxStride,
                        tile);
            }
        }
    }
}
