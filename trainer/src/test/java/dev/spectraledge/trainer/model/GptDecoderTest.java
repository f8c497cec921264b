package dev.spectraledge.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.training.TinySetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a decoder says token by token is what the model says of the whole text. */
class GptDecoderTest {
    private final CpuBackend backend = new CpuBackend();

    private Parameters parameters(MemoryOwner owner, GptArchitecture architecture) {
        Parameters parameters = Parameters.allocate(backend, owner, DType.FLOAT64, 1, architecture.layout());
        backend.normal(new PhiloxKey[] {new PhiloxKey(7, 1)}, 0, 0.5, parameters.flat());
        return parameters;
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatTheModelReads(GptVariant variant) {
        GptArchitecture architecture = variant.architecture();
        try (MemoryOwner owner = MemoryOwner.open("decoder")) {
            Parameters parameters = parameters(owner, architecture);
            Examples data =
                    TinySetup.tokens(GptVariant.VOCABULARY, GptVariant.LONGEST).train();
            PackedBatch batch = new PackedBatch(backend, owner, DType.FLOAT64, data.form(), 1, 1, GptVariant.LONGEST);
            batch.append(0, data, 3, 0, 0, 1);
            Tensor expected = architecture
                    .create(new Workspace(backend, owner, DType.FLOAT64, 1, GptVariant.LONGEST, parameters, null))
                    .forward(batch)
                    .at(0);
            GptDecoder decoder = new GptDecoder(backend, owner, DType.FLOAT64, architecture, parameters);
            // Again after forgetting: nothing of what was read before may be left.
            for (int first : new int[] {1, 4, GptVariant.LONGEST}) {
                decoder.forget();
                int[] begin = new int[first];
                for (int position = 0; position < first; position++) {
                    begin[position] = data.token(3, position);
                }
                assertSame(decoder.read(begin), expected.at(first - 1L));
                for (int position = first; position < GptVariant.LONGEST; position++) {
                    assertSame(decoder.read(data.token(3, position)), expected.at(position));
                }
                assertThat(decoder.length()).isEqualTo(GptVariant.LONGEST);
            }
        }
    }

    private static void assertSame(Tensor actual, Tensor expected) {
        for (long token = 0; token < GptVariant.VOCABULARY; token++) {
            assertThat(actual.get(token)).isCloseTo(expected.get(token), within(1e-12));
        }
    }

    @Test
    void hasRoomForItsContextAlone() {
        GptArchitecture architecture = GptVariant.GPT2.architecture();
        try (MemoryOwner owner = MemoryOwner.open("decoder")) {
            GptDecoder decoder =
                    new GptDecoder(backend, owner, DType.FLOAT64, architecture, parameters(owner, architecture));
            decoder.read(new int[GptVariant.LONGEST]);
            assertThatThrownBy(() -> decoder.read(0)).hasMessage("cannot read 1 tokens after 9 with room for 9");
            decoder.forget();
            assertThatThrownBy(decoder::read).hasMessage("cannot read 0 tokens after 0 with room for 9");
        }
    }
}
