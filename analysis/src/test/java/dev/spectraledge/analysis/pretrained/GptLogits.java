package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.TokenStream;
import dev.spectraledge.trainer.data.TokenWidth;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Workspace;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** What a model in float64 says of a sequence of tokens. */
final class GptLogits {
    private GptLogits() {}

    /** {@code [tokens, vocabulary]}. */
    static Tensor of(MemoryOwner owner, GptArchitecture architecture, Parameters parameters, int[] tokens) {
        CpuBackend backend = new CpuBackend();
        // A window has a target behind it.
        int[] stream = Arrays.copyOf(tokens, tokens.length + 1);
        Examples data = TokenStream.of(
                MemorySegment.ofArray(stream),
                TokenWidth.I32,
                architecture.shape().vocabulary(),
                tokens.length);
        PackedBatch batch = new PackedBatch(backend, owner, DType.FLOAT64, data.form(), 1, 1, tokens.length);
        batch.append(0, data, 0, 0, 0, 1);
        return architecture
                .create(new Workspace(backend, owner, DType.FLOAT64, 1, tokens.length, parameters, null))
                .forward(batch)
                .at(0);
    }

    /** A pretrained model's parameters. */
    static Parameters parameters(MemoryOwner owner, PretrainedGpt model) {
        Parameters parameters = Parameters.allocate(
                new CpuBackend(), owner, DType.FLOAT64, 1, model.architecture().layout());
        model.load(parameters.named(0));
        return parameters;
    }
}
