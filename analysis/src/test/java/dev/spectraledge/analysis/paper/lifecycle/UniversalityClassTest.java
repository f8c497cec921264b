package dev.spectraledge.analysis.paper.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.statistic.Interval;
import dev.spectraledge.analysis.statistic.Null;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UniversalityClassTest {
    private static final double RANDOM = 0.2;
    private static final double LARGEST = 0.3;
    private static final int DIRECTIONS = 39;
    private static final int SEEDS = 3;
    private static final int REPLICATES = 2000;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.95 0.97 0.96 | 0.50 0.52 0.51 | 0.025 0.05 0.025 | 3 3.1 2.9 | FUNCTIONAL",
                "0.95 0.97 0.96 | 0.20 0.21 0.19 | 0.5 0.4 0.6 | 3 3.1 2.9 | MIXED",
                "0.95 0.97 0.96 | 0.05 0.35 0.20 | 0.9 0.1 0.5 | 3 3.1 2.9 | UNDECIDED",
                "0.95 0.97 0.96 | 0.24 0.25 0.26 | 0.4 0.4 0.6 | 3 3.1 2.9 | UNDECIDED",
                "0.95 0.97 0.96 | 0.50 0.52 0.51 | NaN NaN NaN | 3 3.1 2.9 | UNDECIDED",
                "0.50 0.52 0.48 | 0.50 0.52 0.51 | 0.025 0.05 0.025 | 3 3.1 2.9 | MIXED",
                "0.02 0.03 0.01 | 0.50 0.52 0.51 | 0.025 0.05 0.025 | 3 3.1 2.9 | COMPRESSION",
                "0.95 0.97 0.96 | 0.50 0.52 0.51 | 0.025 0.05 0.025 | 1 1.01 1.02 | NO_EDGE",
                "0.20 0.90 0.50 | 0.50 0.52 0.51 | 0.025 0.05 0.025 | 3 3.1 2.9 | UNDECIDED",
                "0.95 0.97 0.96 | 0.00 0.60 0.30 | 0.9 0.025 0.025 | 3 3.1 2.9 | UNDECIDED",
                "0.95 | 0.5 | 0.025 | 3 | FUNCTIONAL",
                "0.02 | 0.5 | 0.025 | 3 | COMPRESSION",
                "0.60 | 0.5 | 0.025 | 3 | MIXED",
            })
    void seedsDecideByTheRule(
            String led, String shares, String probabilities, String coherence, UniversalityClass expected) {
        double[] edge = numbers(shares);
        double[] probability = numbers(probabilities);
        EdgeFunction function = EdgeFunction.of(IntStream.range(0, edge.length)
                .mapToObj(seed -> new EdgeFunction.Seed(edge[seed], RANDOM, LARGEST, probability[seed]))
                .toList());
        assertThat(UniversalityClass.of(interval(led), function, interval(coherence)))
                .isEqualTo(expected);
    }

    /** An edge that is one more random direction is called functional in at most 5 of 100 cases, whatever the spread is. */
    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.05, 5})
    void aRandomDirectionIsNotFunctional(double spread) {
        Random random = new Random(1);
        assertThat(share(random, spread, 0, UniversalityClass.FUNCTIONAL)).isLessThanOrEqualTo(0.05);
        assertThat(share(random, spread, -3 * spread, UniversalityClass.FUNCTIONAL))
                .isLessThanOrEqualTo(0.05);
        assertThat(share(random, spread, -3 * spread, UniversalityClass.MIXED)).isGreaterThan(0.8);
    }

    /** That an edge is not seen to stand out is not yet a class: one that does is called mixed in at most 5 of 100 cases. */
    @Test
    void anEdgeThatStandsOutIsNotMixed() {
        assertThat(share(new Random(3), 1, 4, UniversalityClass.MIXED)).isLessThanOrEqualTo(0.05);
    }

    /** One that stands out of the random ones is found, also where that is by less than 0.05. */
    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.05, 5})
    void anEdgeThatStandsOutIsFunctional(double spread) {
        assertThat(share(new Random(2), spread, 8 * spread, UniversalityClass.FUNCTIONAL))
                .isGreaterThan(0.95);
    }

    /** How often simulated runs have a class: shares of all directions are normal, that of the edge lies higher. */
    private static double share(Random random, double spread, double effect, UniversalityClass expected) {
        int found = 0;
        for (int replicate = 0; replicate < REPLICATES; replicate++) {
            EdgeFunction function = EdgeFunction.of(IntStream.range(0, SEEDS)
                    .mapToObj(seed -> {
                        Null draws = Null.of(IntStream.range(0, DIRECTIONS)
                                .mapToDouble(direction -> spread * random.nextGaussian())
                                .toArray());
                        double edge = spread * random.nextGaussian() + effect;
                        return new EdgeFunction.Seed(edge, draws.mean(), draws.largest(), draws.probability(edge));
                    })
                    .toList());
            found += UniversalityClass.of(interval("0.95 0.97 0.96"), function, interval("3 3.1 2.9")) == expected
                    ? 1
                    : 0;
        }
        return (double) found / REPLICATES;
    }

    private static Interval interval(String values) {
        return Interval.of(numbers(values));
    }

    private static double[] numbers(String values) {
        return Arrays.stream(values.strip().split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
