package dev.spectraledge.analysis.statistic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RankSumTest {
    private static final double NEVER = Double.POSITIVE_INFINITY;

    @Test
    void ofAllChoicesOfThreeAmongTwelveOneIsTheFirstThree() {
        RankSum first = RankSum.of(new double[] {1, 2, 3}, new double[] {4, 5, 6, 7, 8, 9, 10, 11, 12});
        assertThat(first.smaller()).isCloseTo(1.0 / 220, within(1e-15));
        assertThat(first.larger()).isEqualTo(1);
    }

    /** Wilcoxon's own table: of two groups of three, a rank sum of at most 7 comes in two of twenty choices. */
    @Test
    void aSumOfSevenOfTwoGroupsOfThreeComesInOneOfTen() {
        assertThat(RankSum.of(new double[] {1, 2, 4}, new double[] {3, 5, 6}).smaller())
                .isCloseTo(0.1, within(1e-15));
    }

    @Test
    void whatNeverHappensComesLastAndEqualValuesShareTheirRanks() {
        RankSum never = RankSum.of(new double[] {NEVER, NEVER, NEVER}, new double[] {1, 2, 3});
        assertThat(never.larger()).isCloseTo(0.05, within(1e-15));
        RankSum equal = RankSum.of(new double[] {NEVER, NEVER}, new double[] {NEVER, NEVER, NEVER});
        assertThat(equal.smaller()).isEqualTo(1);
        assertThat(equal.larger()).isEqualTo(1);
    }

    /** Groups of one kind; a p of at most 0.05 comes in 11 of the 220 choices, and that is 0.05. */
    @Test
    void groupsOfOneKindDifferInOneOfTwentyCases() {
        Random random = new Random(40);
        int cases = 2000;
        int fired = 0;
        for (int index = 0; index < cases; index++) {
            double[] first = random.doubles(3).toArray();
            double[] second = random.doubles(9).toArray();
            fired += RankSum.of(first, second).smaller() <= 0.05 ? 1 : 0;
        }
        // Rank sums 6 to 10 have 1, 1, 2, 3 and 4 choices: 11 in all.
        assertThat((double) fired / cases).isCloseTo(11.0 / 220, within(2.58 * Math.sqrt(0.05 * 0.95 / cases)));
    }

    @Test
    void refusesGroupsThatCannotBeEnumerated() {
        assertThatThrownBy(() -> RankSum.of(new double[20], new double[5]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20 and 5");
        assertThatThrownBy(() -> RankSum.of(new double[0], new double[5])).isInstanceOf(IllegalArgumentException.class);
    }
}
