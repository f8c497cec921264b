package dev.spectraledge.analysis.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RankAgreementTest {
    private static List<double[]> groups(Random random, int count, int members) {
        List<double[]> groups = new ArrayList<>();
        for (int group = 0; group < count; group++) {
            groups.add(random.doubles(members).toArray());
        }
        return groups;
    }

    private static void requireLevel(int cases) {
        Random random = new Random(50);
        int[] fired = new int[2];
        for (int number = 0; number < cases; number++) {
            RankAgreement agreement =
                    RankAgreement.of(groups(random, 4, 5), groups(random, 4, 5), new PhiloxKey(number, 1));
            fired[0] += agreement.above() <= 0.05 ? 1 : 0;
            fired[1] += agreement.below() <= 0.05 ? 1 : 0;
        }
        // Both sides hold together with 95 % (Bonferroni); equal correlations count as reached, which makes it a little
        // rarer.
        double band = 2.241 * Math.sqrt(0.05 * 0.95 / cases);
        for (int side : fired) {
            assertThat((double) side / cases).isBetween(0.04 - band, 0.05 + band);
        }
    }

    @Test
    void shuffledRanksFireInOneOfTwentyCases() {
        requireLevel(300);
    }

    @Test
    @Tag("nightly")
    void shuffledRanksFireInOneOfTwentyOfManyCases() {
        requireLevel(3000);
    }

    @Test
    void ordersThatAgreeAndOrdersThatDoNotAreFound() {
        List<double[]> ascending = List.of(new double[] {1, 2, 3, 4, 5}, new double[] {0, 10, 20, 30, 40});
        List<double[]> descending = List.of(new double[] {9, 8, 7, 6, 5}, new double[] {5, 4, 3, 2, 1});
        PhiloxKey key = new PhiloxKey(1, 1);
        assertThat(RankAgreement.of(ascending, ascending, key).correlation()).isCloseTo(1, within(1e-12));
        assertThat(RankAgreement.of(ascending, ascending, key).above()).isLessThan(0.01);
        assertThat(RankAgreement.of(ascending, descending, key).correlation()).isCloseTo(-1, within(1e-12));
        assertThat(RankAgreement.of(ascending, descending, key).below()).isLessThan(0.01);
    }

    @Test
    void groupsThatCannotBeRankedAreLeftOut() {
        List<double[]> pair = List.of(new double[] {1, 2}, new double[] {1, Double.NaN, 2});
        assertThat(RankAgreement.of(pair, pair, new PhiloxKey(1, 1)).correlation())
                .isNaN();
    }
}
