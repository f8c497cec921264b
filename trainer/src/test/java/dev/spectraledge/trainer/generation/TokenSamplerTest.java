package dev.spectraledge.trainer.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenSamplerTest {
    private static final int DRAWS = 20_000;
    private static final double[] LOGITS = {1, 3, 2, -1, 3};

    private static int[] draws(TokenSampler sampler) {
        try (MemoryOwner owner = MemoryOwner.open("logits")) {
            Tensor logits = Tensor.allocate(owner, DType.FLOAT32, LOGITS.length);
            for (int token = 0; token < LOGITS.length; token++) {
                logits.set(LOGITS[token], token);
            }
            return IntStream.range(0, DRAWS).map(draw -> sampler.next(logits)).toArray();
        }
    }

    private static long count(int[] draws, int token) {
        return IntStream.of(draws).filter(drawn -> drawn == token).count();
    }

    /** Pearson's statistic of the softmax at 0.7, with 4 degrees of freedom, beneath its 99.9 % point. */
    @Test
    void drawsFromTheSoftmax() {
        int[] draws = draws(new TokenSampler(0.7, 100, 1));
        double sum = 0;
        for (double logit : LOGITS) {
            sum += Math.exp(logit / 0.7);
        }
        double statistic = 0;
        for (int token = 0; token < LOGITS.length; token++) {
            double expected = DRAWS * Math.exp(LOGITS[token] / 0.7) / sum;
            statistic += Math.pow(count(draws, token) - expected, 2) / expected;
        }
        assertThat(statistic).isLessThan(18.47);
    }

    @Test
    void seedsDecide() {
        assertThat(draws(new TokenSampler(1, 5, 3))).isEqualTo(draws(new TokenSampler(1, 5, 3)));
        assertThat(draws(new TokenSampler(1, 5, 3))).isNotEqualTo(draws(new TokenSampler(1, 5, 4)));
    }

    @Test
    void onlyTheMostProbableCome() {
        int[] draws = draws(new TokenSampler(10, 3, 1));
        assertThat(draws).contains(1, 2, 4).doesNotContain(0, 3);
        // Two are the most probable: neither is left out.
        assertThat(draws(new TokenSampler(10, 1, 1))).contains(1, 4).doesNotContain(0, 2, 3);
    }

    @Test
    void withoutTemperatureTheFirstOfTheMostProbableComes() {
        assertThat(draws(new TokenSampler(0, 5, 1))).containsOnly(1);
    }

    @Test
    void whatCannotBeDrawnFromIsRefused() {
        assertThatThrownBy(() -> new TokenSampler(-1, 1, 1)).hasMessage("a temperature is 0 or more, not -1.0");
        assertThatThrownBy(() -> new TokenSampler(1, 0, 1))
                .hasMessage("of the most probable tokens at least one can come, not 0");
    }
}
