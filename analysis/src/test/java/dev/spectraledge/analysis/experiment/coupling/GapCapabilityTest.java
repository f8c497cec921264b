package dev.spectraledge.analysis.experiment.coupling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.series.DrawnSeries;
import dev.spectraledge.kernels.PhiloxKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GapCapabilityTest {
    private static final int SIZE = 200;
    private static final int LAST = 100 * SIZE;

    @TempDir
    private Path folder;

    /** Levels that rise at random places, by 1. */
    private static double[] staircase(Random random, int rises) {
        boolean[] rising = new boolean[SIZE];
        for (int rise = 0; rise < rises; rise++) {
            rising[1 + random.nextInt(SIZE - 1)] = true;
        }
        double[] levels = new double[SIZE];
        for (int index = 1; index < SIZE; index++) {
            levels[index] = levels[index - 1] + (rising[index] ? 1 : 0);
        }
        return levels;
    }

    private static double probability(double[] gap, double[] accuracy) {
        Findings findings = new Findings();
        GapCapability.coincide("R", gap, accuracy, LAST, findings);
        return findings.value(Procedure.CONTROLLED, "coincidence-p", "R", LAST).orElseThrow();
    }

    /** Shares of few gains are coarse, and equal ones count as reached: no more than 5 % fire, not exactly as many. */
    private static void requireLevel(int runs) {
        Random random = new Random(40);
        int fired = 0;
        for (int run = 0; run < runs; run++) {
            fired += probability(staircase(random, 8), staircase(random, 6)) <= 0.05 ? 1 : 0;
        }
        double band = 1.96 * Math.sqrt(0.05 * 0.95 / runs);
        assertThat((double) fired / runs).isBetween(0.005, 0.05 + band);
    }

    @Test
    void openingsThatHaveNothingToDoWithGainsFireInNoMoreThanOneOfTwentyRuns() {
        requireLevel(400);
    }

    @Test
    @Tag("nightly")
    void openingsThatHaveNothingToDoWithGainsFireInNoMoreThanOneOfTwentyOfManyRuns() {
        requireLevel(4000);
    }

    @Test
    void gainsThatFollowOpeningsAreFoundAndShiftedOnesAreNot() {
        Random random = new Random(41);
        double[] gap = staircase(random, 8);
        assertThat(probability(gap, DrawnSeries.later(random, gap, 2, 0))).isLessThan(0.05);
        assertThat(probability(gap, DrawnSeries.later(random, gap, 5, 0))).isGreaterThan(0.05);
    }

    @Test
    void nothingThatHappensCoincidesWithNothing() {
        assertThat(probability(new double[SIZE], new double[SIZE])).isNaN();
    }

    private static double trendsThatFire(int runs) {
        Random random = new Random(42);
        int fired = 0;
        for (int run = 0; run < runs; run++) {
            double[] values = DrawnSeries.autoregressive(random, 0.3, SIZE);
            fired += Trend.of(DrawnSeries.steps(SIZE), values, new PhiloxKey(run, 1))
                                    .probability()
                            <= 0.05
                    ? 1
                    : 0;
        }
        return (double) fired / runs;
    }

    /** The autoregression is fitted to the series that it tests, beside its line: a tenth fires at most. */
    @Test
    void seriesWithoutATrendHaveNone() {
        int runs = 200;
        assertThat(trendsThatFire(runs)).isBetween(0.01, 0.05 + 2.5 * Math.sqrt(0.05 * 0.95 / runs));
    }

    @Test
    void aPlantedTrendIsFoundWithItsSlope() {
        double[] values = DrawnSeries.autoregressive(new Random(43), 0.3, SIZE);
        for (int index = 0; index < SIZE; index++) {
            values[index] -= 0.05 * index;
        }
        Trend trend = Trend.of(DrawnSeries.steps(SIZE), values, new PhiloxKey(1, 1));
        assertThat(trend.probability()).isLessThan(0.01);
        // Four standard errors: √(12/n³) of independent values, and (1 + φ)/(1 − φ) times their variance.
        assertThat(trend.slope())
                .isCloseTo(-0.05, within(4 * Math.sqrt(12 / Math.pow(SIZE, 3) * 1.3 / 0.7 / (1 - 0.09))));
    }

    @Test
    void aRunIsReadFromItsSnapshotsAndEvaluations() throws IOException {
        StringBuilder table = new StringBuilder("step,test_accuracy\n");
        for (int index = 0; index < 30; index++) {
            table.append(100 * index)
                    .append(',')
                    .append(index < 12 ? 0.1 : 0.97)
                    .append('\n');
        }
        Files.writeString(folder.resolve("metrics.csv"), table);
        StudiedRun run = SyntheticRun.write(
                folder, 0, 30, (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1));
        PhaseSteps phases = PhaseSteps.everywhere("test", Map.of(Phase.AT_GROK, 1200L, Phase.LATE, 2900L));
        Findings findings = new GapCapability().measure(run, phases);
        assertThat(findings.value(Procedure.PUBLISHED, "weight-ratio", "W_Q", 1200)
                        .orElseThrow())
                .isEqualTo(findings.value(Procedure.PUBLISHED, "weight-ratio-of-phase", "at grok", 1200)
                        .orElseThrow())
                .isGreaterThan(1);
        assertThat(findings.value(Procedure.CONTROLLED, "gains", "W_Q", 2900)).hasValue(1);
        assertThat(findings.value(Procedure.CONTROLLED, "trend-p", "sigma-2", 2900))
                .isPresent();
        assertThat(findings.remarks()).isEmpty();
        assertThat(findings.figures()).hasSize(1);
    }
}
