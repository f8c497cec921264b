package dev.spectraledge.analysis.experiment.coupling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.series.DrawnSeries;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LeadTestsTest {
    private static final int SIZE = 60;
    private static final long LAST = SIZE - 1;

    private static double[] walk(Random random) {
        double[] values = new double[SIZE];
        for (int index = 1; index < SIZE; index++) {
            values[index] = values[index - 1] + random.nextGaussian();
        }
        return values;
    }

    private static Findings measure(double[] ratio, double[] loss) {
        Findings findings = new Findings();
        LeadTests.measure(new LossCourse(DrawnSeries.steps(SIZE), ratio, ratio, loss, new double[SIZE]), 96, findings);
        return findings;
    }

    private static double value(Findings findings, Procedure procedure, String quantity, String item) {
        return findings.value(procedure, quantity, item, LAST).orElseThrow();
    }

    /** Of independent walks, whose levels correlate without a reason. */
    private static void requireLevel(int pairs) {
        Random random = new Random(97);
        int[] rare = new int[2];
        for (int pair = 0; pair < pairs; pair++) {
            Findings findings = measure(walk(random), walk(random));
            // Both ratios are one series here, so that each of two hypotheses stands twice among the four.
            rare[0] += value(findings, Procedure.CONTROLLED, "granger-holm", "r23 to loss") <= 0.05 ? 1 : 0;
            rare[1] += value(findings, Procedure.CONTROLLED, "difference-p", "r23 with loss/autoregression") <= 0.05
                    ? 1
                    : 0;
        }
        double band = 2.241 * Math.sqrt(0.05 * 0.95 / pairs);
        for (int test : rare) {
            assertThat((double) test / pairs).isLessThan(0.05 + band);
        }
    }

    @Test
    void walksThatKnowNothingOfEachOtherForetellNothing() {
        requireLevel(40);
    }

    @Test
    @Tag("nightly")
    void manyWalksThatKnowNothingOfEachOtherForetellNothing() {
        requireLevel(400);
    }

    @Test
    void aLossThatFollowsIsForetoldAndNotTheReverse() {
        Random random = new Random(98);
        double[] ratio = walk(random);
        double[] loss = new double[SIZE];
        for (int index = 1; index < SIZE; index++) {
            loss[index] = -ratio[index - 1] + 0.2 * random.nextGaussian();
        }
        Findings findings = measure(ratio, loss);
        assertThat(value(findings, Procedure.CONTROLLED, "granger-holm", "r23 to loss"))
                .isLessThan(0.001);
        assertThat(value(findings, Procedure.CONTROLLED, "granger-p", "loss to r23"))
                .isGreaterThan(0.01);
        assertThat(value(findings, Procedure.PUBLISHED, "granger-p", "r23 to loss"))
                .isLessThan(0.001);
        assertThat(value(findings, Procedure.PUBLISHED, "difference-lag", "r23 to loss"))
                .isEqualTo(1);
        assertThat(value(findings, Procedure.CONTROLLED, "difference-lag", "r23 with loss"))
                .isEqualTo(1);
        assertThat(value(findings, Procedure.CONTROLLED, "difference-holm", "r23 with loss/phases"))
                .isLessThan(0.02);
    }

    @Test
    void aLossThatGoesWithTheRatioDoesSoInEveryStretch() {
        Random random = new Random(99);
        double[] ratio = walk(random);
        double[] loss = Arrays.stream(ratio)
                .map(value -> -value + 0.2 * random.nextGaussian())
                .toArray();
        Findings findings = measure(ratio, loss);
        for (String item : new String[] {"R/8 windows", "r23/11 windows"}) {
            assertThat(value(findings, Procedure.PUBLISHED, "sliding-strong", item))
                    .isGreaterThan(0.9);
            assertThat(value(findings, Procedure.CONTROLLED, "sliding-strong-p", item))
                    .isLessThan(0.02);
        }
    }
}
