package dev.spectraledge.trainer.task.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkovChainTest {
    /** Entropy rate 113/32 + 7/4 bits: that of q, whatever came before, and that of p, as no two of the maps agree anywhere. */
    private static final String PUBLISHED = """
        {"q": [0.0625, 0.03125, 0.0625, 0.125, 0.015625, 0.03125, 0.03125, 0.0625,
               0.03125, 0.03125, 0.25, 0.0625, 0.015625, 0.125, 0.03125, 0.03125],
         "p": [0.5, 0.25, 0.125, 0.125], "a": [1, 5, 9, 13], "c": [3, 6, 1, 12], "b": 5, "seed": 1042}
        """;

    @TempDir
    Path folder;

    private MarkovChain published() throws IOException {
        return MarkovChains.read(Files.writeString(folder.resolve("source.json"), PUBLISHED));
    }

    @Test
    void aPublishedChainHasItsPublishedEntropyRate() throws IOException {
        MarkovChain chain = published();
        assertThat(chain.vocabulary()).isEqualTo(256);
        assertThat(chain.entropyRate()).isCloseTo((113.0 / 32 + 7.0 / 4) * Math.log(2), within(1e-12));
        assertThat(chain.stationary(16 * 10 + 3)).isCloseTo(0.25 / 16, within(1e-14));
        assertThat(chain.probability(16 * 2 + 7, 16 * 10 + (7 + 3 + 10) % 16)).isEqualTo(0.5 * 0.25);
    }

    @Test
    void twoStatesHaveTheirClosedForm() {
        double a = 0.3;
        double b = 0.05;
        MarkovChain chain = new MarkovChain(2, 2, new int[] {0, 1, 0, 1}, new double[] {1 - a, a, b, 1 - b});
        double expected = (b * binaryEntropy(a) + a * binaryEntropy(b)) / (a + b);
        assertThat(chain.entropyRate()).isCloseTo(expected, within(1e-12));
        assertThat(chain.stationary(0)).isCloseTo(b / (a + b), within(1e-12));
    }

    private static double binaryEntropy(double p) {
        return -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    }

    /** 1/2, 1/4, 1/8, 1/8, whatever the order. */
    @ParameterizedTest
    @CsvSource({"16, 1", "8, 3", "2, 1"})
    void rulesHaveTheEntropyOfTheirProbabilities(int vocabulary, int order) {
        int rules = Math.min(4, vocabulary);
        double bits = rules == 4 ? 7.0 / 4 : 1;
        MarkovChain chain = MarkovChains.rules(vocabulary, order, rules, 5);
        assertThat(chain.entropyRate()).isCloseTo(bits * Math.log(2), within(1e-12));
        int states = (int) Math.pow(vocabulary, order);
        IntStream.range(0, states)
                .forEach(state -> assertThat(chain.stationary(state)).isCloseTo(1.0 / states, within(1e-13)));
        assertThat(MarkovChains.rules(vocabulary, order, 1, 5).entropyRate()).isZero();
    }

    /** Code length of tokens under a chain: mean and standard error, by means of batches that are long against its memory. */
    private static double[] cost(MarkovChain under, MarkovChain source, int states, long seed) {
        int batches = 200;
        int length = 2000;
        double[] means = new double[batches];
        int[] state = new int[1];
        long[] index = new long[1];
        int[] tokens = new int[batches * length];
        state[0] = source.draw(seed, tokens.length, token -> tokens[(int) index[0]++] = token);
        for (int at = 0; at < tokens.length; at++) {
            means[at / length] -= Math.log(under.probability(state[0], tokens[at])) / length;
            state[0] = (int) (((long) state[0] * under.vocabulary() + tokens[at]) % states);
        }
        double mean = IntStream.range(0, batches)
                .mapToDouble(batch -> means[batch])
                .average()
                .orElseThrow();
        double squares = IntStream.range(0, batches)
                .mapToDouble(batch -> (means[batch] - mean) * (means[batch] - mean))
                .sum();
        return new double[] {mean, Math.sqrt(squares / (batches - 1) / batches)};
    }

    /** Four standard errors: 6e-5 for each of the four, if the closed form is right. */
    @ParameterizedTest
    @CsvSource({"random, 50, 1, 4", "random, 12, 2, 3", "rules, 64, 1, 3", "rules, 10, 3, 4"})
    void longSamplesCostTheEntropyRate(String kind, int vocabulary, int order, int branches) {
        MarkovChain chain = chain(kind, vocabulary, order, branches, 17);
        double[] cost = cost(chain, chain, (int) Math.pow(vocabulary, order), 3);
        assertThat(cost[0]).isCloseTo(chain.entropyRate(), within(4 * cost[1]));
        assertThat(cost[1]).isLessThan(0.01 * cost[0]);
    }

    private static MarkovChain chain(String kind, int vocabulary, int order, int branches, long seed) {
        return kind.equals("random")
                ? MarkovChains.random(vocabulary, order, branches, seed)
                : MarkovChains.rules(vocabulary, order, branches, seed);
    }

    /** What a chain of the same successors with slightly other probabilities costs is more than the rate, and is seen. */
    @Test
    void aSlightlyWrongChainIsNoticed() {
        double[] right = {0.5, 0.5, 0.2, 0.8};
        double[] wrong = {0.45, 0.55, 0.2, 0.8};
        int[] successors = {0, 1, 0, 1};
        MarkovChain source = new MarkovChain(2, 2, successors, right);
        double[] cost = cost(new MarkovChain(2, 2, successors, wrong), source, 2, 3);
        // By Kullback and Leibler's divergence, 0.00503 nats in state 0, which has 2/7 of the tokens.
        assertThat(cost[0] - source.entropyRate()).isCloseTo(0.00503 * 2 / 7, within(4 * cost[1]));
        assertThat(cost[1]).isLessThan(0.001);
    }

    @Test
    void drawsAreThoseOfTheirSeed() {
        MarkovChain chain = MarkovChains.rules(16, 2, 4, 1);
        int[][] drawn = new int[3][];
        for (int index = 0; index < 3; index++) {
            IntStream.Builder tokens = IntStream.builder();
            chain.draw(index == 2 ? 9 : 8, 100, tokens);
            drawn[index] = tokens.build().toArray();
        }
        assertThat(drawn[0]).isEqualTo(drawn[1]).isNotEqualTo(drawn[2]);
    }

    @Test
    void whatHasNoOneEntropyRateIsRefused() {
        int[] successors = {0, 0, 1, 2, 1, 2};
        double[] probabilities = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
        assertThatThrownBy(() -> new MarkovChain(3, 3, successors, probabilities))
                .isInstanceOf(RunException.class)
                .hasMessage("the Markov chain falls apart, or takes too long to forget where it began");
        assertThatThrownBy(() -> MarkovChains.random(1000, 3, 4, 0))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("at most 16777216 are possible");
        assertThatThrownBy(() -> MarkovChains.random(4, 1, 5, 0))
                .hasMessageContaining("must be at most task.vocabulary (4)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"q\"; \"r\"; is not a Markov chain: field 'q' is missing or malformed",
                "0.25, 0.0625; 0.25, -0.0625; is not a Markov chain: field 'q' is missing or malformed",
                "[0.5; [0.4; the probabilities 'p' sum to 0.9, not 1",
                "[1, 5,; [5,; is not a Markov chain: field 'a' is missing or malformed",
                "\"b\": 5; \"b\": \"5\"; is not a Markov chain: field 'b' is missing or malformed",
            })
    void aBrokenFileIsRefused(String original, String changed, String reason) throws IOException {
        assertThat(PUBLISHED).contains(original);
        Path file = Files.writeString(folder.resolve("source.json"), PUBLISHED.replace(original, changed));
        assertThatThrownBy(() -> MarkovChains.read(file))
                .isInstanceOf(RunException.class)
                .hasMessage(file + ": " + reason);
    }
}
