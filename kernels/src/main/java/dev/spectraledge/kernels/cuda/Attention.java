package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/**
 * Attention: a block for each sequence and head. Shared memory is asked for as sequences of the longest length need it that
 * the probabilities have room for; the kernels take longer ones, and those of a device with less, from global memory.
 */
final class Attention {
    private static final int THREADS = 256;
    /** For sequences that are not longer than a warp is wide. */
    private static final int FEW_THREADS = 128;

    private final CudaDevice device;
    private final CudaMemory memory;
    private final Launcher launcher;
    private final TypedKernel forward;
    private final TypedKernel backward;

    Attention(CudaDevice device, Launcher launcher) {
        this.device = device;
        memory = device.memory();
        this.launcher = launcher;
        forward = new TypedKernel(device, "attention", "attention", true);
        backward = new TypedKernel(device, "attention", "attentionBackward", true);
    }

    void forward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor output) {
        int sequences = sequences(queries);
        if (sequences == 0) {
            return;
        }
        DType type = query.type();
        long maxKeys = probabilities.size(3);
        int threads = threads(maxKeys);
        long perWarp = shape.headWidth() + maxKeys;
        long elements = 2 * maxKeys * padded(shape.headWidth()) + threads / Launcher.WARP * perWarp;
        int sharedBytes = sharedBytes(elements, type);
        launcher.begin(forward, type);
        shape(shape, probabilities, sharedBytes, type)
                .sequences(queries)
                .sequences(keys)
                .view(query)
                .view(key)
                .view(value)
                .view(probabilities)
                .view(output)
                .number(memory.faults().address())
                .run(sequences, queries.runs(), shape.heads(), threads, sharedBytes);
    }

    void backward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient) {
        int sequences = sequences(queries);
        if (sequences == 0) {
            return;
        }
        DType type = query.type();
        long maxKeys = probabilities.size(3);
        int threads = threads(maxKeys);
        long scores = maxKeys * padded(maxKeys);
        long needed =
                2 * maxKeys * padded(shape.headWidth()) + scores + (long) threads / Launcher.WARP * shape.headWidth();
        int sharedBytes = sharedBytes(needed + scores, type);
        boolean allFit = queries == keys && needed * type.bytes() <= sharedBytes;
        long rowStride = shape.heads() * maxKeys;
        long runStride = probabilities.size(1) * rowStride;
        long farScores = allFit
                ? 0
                : memory.scratch(queries.runs() * runStride * type.bytes()).address();
        launcher.begin(backward, type);
        shape(shape, probabilities, sharedBytes, type)
                .sequences(queries)
                .sequences(keys)
                .view(outputGradient)
                .view(query)
                .view(key)
                .view(value)
                .view(probabilities)
                .view(queryGradient)
                .view(keyGradient)
                .view(valueGradient)
                .view(farScores, runStride, rowStride)
                .number(memory.faults().address())
                .run(sequences, queries.runs(), shape.heads(), threads, sharedBytes);
    }

    private Launcher shape(AttentionShape shape, Tensor probabilities, int sharedBytes, DType type) {
        return launcher.beginStructure()
                .number(shape.headWidth())
                .number(shape.causal() ? 1 : 0)
                .number(probabilities.size(3))
                .number(probabilities.stride(2))
                .number(sharedBytes / type.bytes())
                .real(1 / Math.sqrt(shape.headWidth()))
                .endStructure();
    }

    /** A recording must serve as many sequences as there can be, a call those that there are. */
    private int sequences(PackedSequences queries) {
        if (device.isRecording()) {
            return queries.capacitySequences();
        }
        int most = 0;
        for (int run = 0; run < queries.runs(); run++) {
            most = Math.max(most, queries.sequences(run));
        }
        return most;
    }

    private static int threads(long maxKeys) {
        return maxKeys <= Launcher.WARP ? FEW_THREADS : THREADS;
    }

    /** As the kernels space rows in shared memory. */
    private static long padded(long width) {
        return width | 1;
    }

    private int sharedBytes(long elements, DType type) {
        return (int) Math.min(elements * type.bytes(), device.sharedBytesPerBlock());
    }
}
