package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Heads whose patterns are known. */
class AttentionScoresTest {
    private static final int POSITIONS = 24;
    private static final double ROUNDING = 1e-12;
    /** Of logarithms with 10⁻¹⁰ added to their argument, which is at least 1/24. */
    private static final double GUARDS = 1e-7;

    private static AttentionHead head(int[] real, IntFunction<IntFunction<double[]>> rows) {
        double[][][] weights = new double[real.length][POSITIONS][];
        for (int sequence = 0; sequence < real.length; sequence++) {
            for (int query = 0; query < POSITIONS; query++) {
                weights[sequence][query] = rows.apply(sequence).apply(query);
            }
        }
        return new AttentionHead("self", "L0H0", POSITIONS, weights, real);
    }

    private static double[] uniform(int query) {
        double[] row = new double[query + 1];
        Arrays.fill(row, 1.0 / row.length);
        return row;
    }

    private static double[] single(int query, int key) {
        double[] row = new double[query + 1];
        row[key] = 1;
        return row;
    }

    @Test
    void aHeadThatAttendsUniformlyHasNoDivergence() {
        AttentionHead head = head(new int[] {24, 6}, sequence -> AttentionScoresTest::uniform);
        AttentionScores published = AttentionScores.published(head);
        double mostEntropy = 0;
        for (int query = 1; query < POSITIONS; query++) {
            mostEntropy += Math.log(query + 1) / POSITIONS;
        }
        assertThat(published.entropy()).isCloseTo(mostEntropy, within(GUARDS));
        assertThat(published.divergence()).isCloseTo(0, within(GUARDS));
        AttentionScores controlled = AttentionScores.controlled(head);
        assertThat(controlled.divergence()).isCloseTo(0, within(ROUNDING));
        assertThat(controlled.local()).isCloseTo(0, within(ROUNDING));
        assertThat(controlled.recent()).isCloseTo(0, within(ROUNDING));
    }

    @Test
    void onlyRealQueriesCountForTheControlledScores() {
        int[] real = {5, 9};
        AttentionHead head =
                head(real, sequence -> query -> query < real[sequence] ? uniform(query) : single(query, query));
        assertThat(AttentionScores.published(head).divergence()).isGreaterThan(0.3);
        assertThat(AttentionScores.controlled(head).divergence()).isCloseTo(0, within(ROUNDING));
    }

    @Test
    void patternsThatDifferBetweenSequencesDoNotCancel() {
        AttentionHead head =
                head(new int[] {24, 24}, sequence -> query -> query == 1 ? single(1, sequence) : uniform(query));
        assertThat(AttentionScores.published(head).divergence()).isCloseTo(0, within(GUARDS));
        assertThat(AttentionScores.controlled(head).divergence()).isCloseTo(Math.log(2) / 23, within(ROUNDING));
    }

    @Test
    void aHeadThatLooksBackOneIsRecentButNotLocal() {
        AttentionHead head = head(new int[] {24}, sequence -> query -> single(query, Math.max(0, query - 1)));
        AttentionScores published = AttentionScores.published(head);
        assertThat(published.recent()).isCloseTo(1, within(ROUNDING));
        assertThat(published.local()).isCloseTo(1.0 / POSITIONS, within(ROUNDING));
        assertThat(published.entropy()).isCloseTo(0, within(GUARDS));
        assertThat(AttentionScores.controlled(head).recent()).isGreaterThan(0.5);
        assertThat(AttentionScores.controlled(head).local()).isLessThan(0);
    }
}
