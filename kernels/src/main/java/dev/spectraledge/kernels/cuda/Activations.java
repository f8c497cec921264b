package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Layer norm and GELU. */
final class Activations {
    private static final int THREADS = 256;
    private static final int WARPS = THREADS / Launcher.WARP;
    /** Rows of a block of the backward, while there are at most this many blocks. */
    private static final int ROWS_PER_BLOCK = 8;
    /** Two on each multiprocessor of the largest devices; few enough for the last one to add up what all have found. */
    private static final int MOST_BLOCKS = 264;
    /** For the gains, for the biases, and of the residual's gradient. */
    private static final int COLUMN_SUMS = 3;

    private final CudaMemory memory;
    private final Launcher launcher;
    private final TypedKernel layerNorm;
    private final TypedKernel layerNormBackward;
    private final TypedKernel gelu;
    private final TypedKernel geluBackward;

    Activations(CudaDevice device, Launcher launcher) {
        memory = device.memory();
        this.launcher = launcher;
        layerNorm = new TypedKernel(device, "layer_norm", "layerNorm");
        layerNormBackward = new TypedKernel(device, "layer_norm", "layerNormBackward");
        gelu = new TypedKernel(device, "gelu", "gelu");
        geluBackward = new TypedKernel(device, "gelu", "geluBackward");
    }

    void layerNorm(
            Rows rows,
            double epsilon,
            Tensor input,
            Tensor gain,
            Tensor bias,
            Tensor output,
            Tensor mean,
            Tensor inverseDeviation) {
        int most = RowCounts.most(rows);
        if (most == 0) {
            return;
        }
        launcher.begin(layerNorm, input.type())
                .rows(rows)
                .integer(Math.toIntExact(gain.size(1)))
                .real(epsilon)
                .view(input)
                .view(gain)
                .view(bias)
                .view(output)
                .view(mean)
                .view(inverseDeviation)
                .run(Launcher.blocks(most, WARPS), rows.runs(), 1, THREADS);
    }

    void layerNormBackward(
            Rows rows,
            Tensor outputGradient,
            Tensor input,
            Tensor gain,
            Tensor mean,
            Tensor inverseDeviation,
            Tensor residualGradient,
            Tensor residualSums,
            Tensor inputGradient,
            Tensor gainGradient,
            Tensor biasGradient) {
        int most = RowCounts.most(rows);
        int width = Math.toIntExact(gain.size(1));
        if (most == 0 || width == 0) {
            return;
        }
        int rowsPerBlock = rowsPerBlock(most);
        long blocks = Launcher.blocks(most, rowsPerBlock);
        launcher.begin(layerNormBackward, input.type())
                .rows(rows)
                .integer(width)
                .integer(rowsPerBlock)
                .view(outputGradient)
                .view(input)
                .view(gain)
                .view(mean)
                .view(inverseDeviation)
                .view(residualGradient)
                .view(residualSums)
                .view(inputGradient)
                .view(gainGradient)
                .view(biasGradient)
                .number(memory.scratch(rows.runs() * blocks * COLUMN_SUMS * width * Double.BYTES)
                        .address())
                .number(memory.tickets(rows.runs()).address())
                .run(blocks, rows.runs(), 1, THREADS);
    }

    /** Rows of one block of the backward, of so many rows of each run. */
    static int rowsPerBlock(int rows) {
        return Math.max(ROWS_PER_BLOCK, (int) Launcher.blocks(rows, MOST_BLOCKS));
    }

    void gelu(Rows rows, Gelu kind, Tensor input, Tensor output) {
        int most = RowCounts.most(rows);
        int width = Math.toIntExact(input.size(2));
        if (most == 0 || width == 0) {
            return;
        }
        launcher.begin(gelu, input.type())
                .rows(rows)
                .integer(width)
                .integer(kind == Gelu.ERF ? 1 : 0)
                .view(input)
                .view(output)
                .run(most, rows.runs(), 1, Launcher.threadsOfPacks(width, input.type(), THREADS));
    }

    void geluBackward(Rows rows, Gelu kind, Tensor outputGradient, Tensor input, Tensor inputGradient) {
        int most = RowCounts.most(rows);
        int width = Math.toIntExact(input.size(2));
        if (most == 0 || width == 0) {
            return;
        }
        launcher.begin(geluBackward, input.type())
                .rows(rows)
                .integer(width)
                .integer(kind == Gelu.ERF ? 1 : 0)
                .view(outputGradient)
                .view(input)
                .view(inputGradient)
                .run(most, rows.runs(), 1, Launcher.threadsOfPacks(width, input.type(), THREADS));
    }
}
