package dev.spectraledge.analysis.statistic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HolmTest {
    private static final double LEVEL = 0.05;

    /** By hand: sorted .005·5, .01·4, .02·3, .04·2 and .03·3 … in order .025, .04, .06 and, never less than before, .06 and .06. */
    @Test
    void agreesWithAnExampleByHand() {
        double[] adjusted = Holm.adjusted(0.04, 0.01, 0.02, 0.005, 0.025);
        assertThat(adjusted).containsExactly(new double[] {0.06, 0.04, 0.06, 0.025, 0.06}, within(1e-15));
    }

    @Test
    void staysAtOneAndLeavesOutWhatIsNoNumber() {
        assertThat(Holm.adjusted(0.9, Double.NaN, 0.6)).containsExactly(1, Double.NaN, 1);
        assertThat(Holm.adjusted(0.03)).containsExactly(0.03);
        assertThat(Holm.adjusted()).isEmpty();
    }

    /** Twelve true hypotheses: any of them is rejected in 5 % of families, unadjusted in 46 %. */
    @Test
    void rejectsAnyTrueHypothesisAtItsLevel() {
        Random random = new Random(42);
        int families = 4000;
        int unadjusted = 0;
        int rejected = 0;
        for (int family = 0; family < families; family++) {
            double[] probabilities = random.doubles(12).toArray();
            unadjusted += Arrays.stream(probabilities).anyMatch(p -> p <= LEVEL) ? 1 : 0;
            rejected += Arrays.stream(Holm.adjusted(probabilities)).anyMatch(p -> p <= LEVEL) ? 1 : 0;
        }
        System.out.printf(
                "families of 12 true nulls with a rejection: %.3f, unadjusted %.3f%n",
                rejected / (double) families, unadjusted / (double) families);
        // Four standard errors of 4,000 families.
        assertThat(rejected / (double) families).isCloseTo(LEVEL, within(0.014));
        assertThat(unadjusted / (double) families).isGreaterThan(0.4);
    }

    @Test
    void rejectsWhatIsPlanted() {
        Random random = new Random(7);
        int found = 0;
        for (int family = 0; family < 200; family++) {
            double[] probabilities = random.doubles(12).toArray();
            probabilities[5] = 1e-4;
            found += Holm.adjusted(probabilities)[5] <= LEVEL ? 1 : 0;
        }
        assertThat(found).isEqualTo(200);
    }
}
