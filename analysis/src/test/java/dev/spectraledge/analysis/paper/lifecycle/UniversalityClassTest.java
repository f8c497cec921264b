package dev.spectraledge.analysis.paper.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.statistic.Interval;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UniversalityClassTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.95 0.97 0.96 | 0.30 0.32 0.31 | 3 3.1 2.9 | FUNCTIONAL",
                "0.95 0.97 0.96 | 0.00 0.01 -0.01 | 3 3.1 2.9 | MIXED",
                "0.50 0.52 0.48 | 0.30 0.32 0.31 | 3 3.1 2.9 | MIXED",
                "0.02 0.03 0.01 | 0.30 0.32 0.31 | 3 3.1 2.9 | COMPRESSION",
                "0.95 0.97 0.96 | 0.30 0.32 0.31 | 1 1.01 1.02 | NO_EDGE",
                "0.20 0.90 0.50 | 0.30 0.32 0.31 | 3 3.1 2.9 | UNDECIDED",
                "0.95 0.97 0.96 | -0.2 0.40 0.10 | 3 3.1 2.9 | UNDECIDED",
                "0.02 | 0.3 | 3 | COMPRESSION",
                "0.60 | 0.3 | 3 | MIXED",
            })
    void seedsDecideByTheRule(String led, String excess, String coherence, UniversalityClass expected) {
        assertThat(UniversalityClass.of(interval(led), interval(excess), interval(coherence)))
                .isEqualTo(expected);
    }

    private static Interval interval(String values) {
        String[] numbers = values.strip().split(" ", -1);
        double[] seeds = new double[numbers.length];
        for (int i = 0; i < seeds.length; i++) {
            seeds[i] = Double.parseDouble(numbers[i]);
        }
        return Interval.of(seeds);
    }
}
