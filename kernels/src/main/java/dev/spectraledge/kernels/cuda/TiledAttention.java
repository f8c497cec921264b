package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Attention without kept probabilities: a block for each tile of rows and head. */
final class TiledAttention {
    private static final int THREADS = 256;
    private static final int WARPS = THREADS / Launcher.WARP;
    /** Rows of a tile. */
    private static final int TILE = 32;

    private final CudaDevice device;
    private final Launcher launcher;
    private final TypedKernel forward;
    private final TypedKernel byQueries;
    private final TypedKernel byKeys;

    TiledAttention(CudaDevice device, Launcher launcher) {
        this.device = device;
        this.launcher = launcher;
        forward = new TypedKernel(device, "tiled_attention", "tiledAttention", true);
        byQueries = new TypedKernel(device, "tiled_attention", "tiledAttentionByQueries", true);
        byKeys = new TypedKernel(device, "tiled_attention", "tiledAttentionByKeys", true);
    }

    void forward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor logSums,
            Tensor output) {
        if (RowCounts.most(queries) == 0) {
            return;
        }
        begin(forward, shape, queries, keys, query.type())
                .view(query)
                .view(key)
                .view(value)
                .view(logSums)
                .view(output)
                .run(blocks(queries), queries.runs(), shape.heads(), THREADS, sharedBytes(shape, query.type()));
    }

    void backward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor output,
            Tensor logSums,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient) {
        DType type = query.type();
        long runStride = (long) RowCounts.most(queries) * shape.heads();
        long means = device.memory()
                .scratch(Math.max(1, queries.runs() * runStride) * type.bytes())
                .address();
        int sharedBytes = sharedBytes(shape, type);
        if (RowCounts.most(queries) > 0) {
            begin(byQueries, shape, queries, keys, type)
                    .view(outputGradient)
                    .view(query)
                    .view(key)
                    .view(value)
                    .view(output)
                    .view(logSums)
                    .view(queryGradient)
                    .view(means, runStride, shape.heads())
                    .run(blocks(queries), queries.runs(), shape.heads(), THREADS, sharedBytes);
        }
        if (RowCounts.most(keys) > 0) {
            begin(byKeys, shape, queries, keys, type)
                    .view(outputGradient)
                    .view(query)
                    .view(key)
                    .view(value)
                    .view(logSums)
                    .view(means, runStride, shape.heads())
                    .view(keyGradient)
                    .view(valueGradient)
                    .run(blocks(keys), keys.runs(), shape.heads(), THREADS, sharedBytes);
        }
    }

    private Launcher begin(
            TypedKernel kernel, AttentionShape shape, PackedSequences queries, PackedSequences keys, DType type) {
        return launcher.begin(kernel, type)
                .beginStructure()
                .number(shape.headWidth())
                .number(shape.causal() ? 1 : 0)
                .number(0)
                .number(0)
                .number(0)
                .real(1 / Math.sqrt(shape.headWidth()))
                .endStructure()
                .sequences(queries)
                .sequences(keys);
    }

    private static long blocks(Rows rows) {
        return Launcher.blocks(RowCounts.most(rows), TILE);
    }

    /** Two tiles, whose rows are spaced as the kernels space them, and two factors for each lane. */
    private int sharedBytes(AttentionShape shape, DType type) {
        long elements = 2L * TILE * (shape.headWidth() | 1) + 2L * WARPS * Launcher.WARP;
        long bytes = elements * type.bytes();
        if (bytes > device.sharedBytesPerBlock()) {
            throw new IllegalArgumentException("heads of " + shape.headWidth() + " columns need " + bytes
                    + " bytes of shared memory in tiled attention, the device has " + device.sharedBytesPerBlock());
        }
        return (int) bytes;
    }
}
