package dev.spectraledge.trainer.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.GptDecoder;
import dev.spectraledge.trainer.model.GptVariant;
import dev.spectraledge.trainer.model.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TextGeneratorTest {
    private static final long SEED = 5;
    private static final int TOKENS = 40;
    private static final int[] PROMPT = {3, 1, 4};

    private final CpuBackend backend = new CpuBackend();

    private GptDecoder decoder(MemoryOwner owner, GptVariant variant, double deviation) {
        GptArchitecture architecture = variant.architecture();
        Parameters parameters = Parameters.allocate(backend, owner, DType.FLOAT64, 1, architecture.layout());
        backend.normal(new PhiloxKey[] {new PhiloxKey(7, 1)}, 0, deviation, parameters.flat());
        return new GptDecoder(backend, owner, DType.FLOAT64, architecture, parameters);
    }

    private static List<Integer> generate(GptDecoder decoder, long seed) {
        List<Integer> tokens = new ArrayList<>();
        new TextGenerator(decoder, new TokenSampler(0.8, 5, seed), GptVariant.VOCABULARY)
                .generate(PROMPT, TOKENS, tokens::add);
        return tokens;
    }

    /** Far beyond the context, so that it has begun anew several times. */
    @ParameterizedTest
    @EnumSource
    void whatIsKeptChangesNothing(GptVariant variant) {
        try (MemoryOwner owner = MemoryOwner.open("generator")) {
            GptDecoder decoder = decoder(owner, variant, 0.5);
            List<Integer> tokens = generate(decoder, SEED);
            assertThat(tokens).hasSize(TOKENS).isEqualTo(recomputed(decoder, SEED));
            assertThat(generate(decoder, SEED)).isEqualTo(tokens);
            assertThat(generate(decoder, SEED + 1)).isNotEqualTo(tokens);
        }
    }

    /** The same without keeping anything: all that is visible is read again for each token. */
    private static List<Integer> recomputed(GptDecoder decoder, long seed) {
        TokenSampler sampler = new TokenSampler(0.8, 5, seed);
        List<Integer> visible = new ArrayList<>();
        for (int token : PROMPT) {
            visible.add(token);
        }
        List<Integer> tokens = new ArrayList<>();
        while (tokens.size() < TOKENS) {
            if (visible.size() > decoder.capacity()) {
                int kept = decoder.capacity() / 2 + 1;
                visible = new ArrayList<>(visible.subList(visible.size() - kept, visible.size()));
            }
            decoder.forget();
            int next = sampler.next(
                    decoder.read(visible.stream().mapToInt(Integer::intValue).toArray()));
            tokens.add(next);
            visible.add(next);
        }
        return tokens;
    }

    @Test
    void ofALongPromptTheEndIsRead() {
        try (MemoryOwner owner = MemoryOwner.open("generator")) {
            GptDecoder decoder = decoder(owner, GptVariant.NEOX, 0.5);
            int[] prompt = {0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3};
            List<Integer> ofAll = new ArrayList<>();
            List<Integer> ofEnd = new ArrayList<>();
            new TextGenerator(decoder, new TokenSampler(1, 7, SEED), GptVariant.VOCABULARY)
                    .generate(prompt, 5, ofAll::add);
            new TextGenerator(decoder, new TokenSampler(1, 7, SEED), GptVariant.VOCABULARY)
                    .generate(Arrays.copyOfRange(prompt, 2, 11), 5, ofEnd::add);
            assertThat(ofAll).isEqualTo(ofEnd);
        }
    }

    /** As a model has whose table was made longer than its tokenizer's vocabulary. */
    @Test
    void tokensThatMeanNothingAreNotDrawn() {
        int vocabulary = 3;
        try (MemoryOwner owner = MemoryOwner.open("generator")) {
            GptDecoder decoder = decoder(owner, GptVariant.GPT2, 0.5);
            int[] prompt = {0};
            List<Integer> ofAll = new ArrayList<>();
            List<Integer> ofSome = new ArrayList<>();
            new TextGenerator(decoder, new TokenSampler(1, 7, SEED), GptVariant.VOCABULARY)
                    .generate(prompt, TOKENS, ofAll::add);
            new TextGenerator(decoder, new TokenSampler(1, 7, SEED), vocabulary).generate(prompt, TOKENS, ofSome::add);
            assertThat(ofAll).anyMatch(token -> token >= vocabulary);
            assertThat(ofSome).hasSize(TOKENS).allMatch(token -> token < vocabulary);
        }
    }

    @Test
    void logitsThatAreNotFiniteAreRefused() {
        try (MemoryOwner owner = MemoryOwner.open("generator")) {
            GptDecoder decoder = decoder(owner, GptVariant.GPT2, Double.NaN);
            assertThatThrownBy(() -> generate(decoder, SEED))
                    .isInstanceOf(RunException.class)
                    .hasMessage("the model's weights give logits that are not finite (token 0 has NaN)");
        }
    }
}
