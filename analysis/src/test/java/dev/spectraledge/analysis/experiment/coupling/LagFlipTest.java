package dev.spectraledge.analysis.experiment.coupling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.TableRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.series.DrawnSeries;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LagFlipTest {
    private static final int STRIDE = 100;
    private static final int EVALUATIONS = 100;
    private static final long LAST = STRIDE * (EVALUATIONS - 1);
    private static final String FAMILY = "updates/stride=100";

    @TempDir
    private Path folder;

    private static double[] steps(int from) {
        return IntStream.range(from, EVALUATIONS)
                .mapToDouble(index -> STRIDE * index)
                .toArray();
    }

    /**
     * Windows whose ratio is that of some evaluation's value.
     *
     * @param evaluation by the end of a window, counted in strides
     */
    private static LossCourse course(int width, double[] values, double[] loss, IntUnaryOperator evaluation) {
        double[] steps = steps(width);
        double[] ratio = Arrays.stream(steps)
                .map(step -> 10 - values[evaluation.applyAsInt((int) step / STRIDE)])
                .toArray();
        return new LossCourse(
                steps, ratio, ratio, Arrays.copyOfRange(loss, width, EVALUATIONS), new double[steps.length]);
    }

    private static Findings measure(double[] values, double[] loss, IntUnaryOperator narrow, IntUnaryOperator wide) {
        NavigableMap<Integer, LossCourse> byWidth = new TreeMap<>();
        byWidth.put(10, course(10, values, loss, narrow));
        byWidth.put(20, course(20, values, loss, wide));
        Optional<CentredCourses> centred =
                CentredCourses.of(byWidth, STRIDE, step -> loss[(int) Math.round(step / STRIDE)]);
        assertThat(centred).isPresent();
        Findings findings = new Findings();
        LagFlip.measure(new LagCourses(FAMILY, byWidth, centred), 31, findings);
        return findings;
    }

    private static int inRange(int index) {
        return Math.clamp(index, 0, EVALUATIONS - 1);
    }

    private static double controlled(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, FAMILY + item, LAST)
                .orElseThrow();
    }

    private static double published(Findings findings, String quantity, String item) {
        return findings.value(Procedure.PUBLISHED, quantity, FAMILY + item, LAST)
                .orElseThrow();
    }

    /** Of losses that know nothing of the windows: how often both procedures flip, and what they say of it. */
    private static void requireLevel(int runs) {
        Random random = new Random(32);
        int rare = 0;
        int strong = 0;
        int flips = 0;
        double expected = 0;
        for (int run = 0; run < runs; run++) {
            double[] values = DrawnSeries.autoregressive(random, 0.5, EVALUATIONS);
            double[] loss = DrawnSeries.autoregressive(random, 0.5, EVALUATIONS);
            Findings findings = measure(values, loss, end -> end, end -> end);
            rare += controlled(findings, "lag-change-p", "/most-negative/autoregression") <= 0.05 ? 1 : 0;
            strong += controlled(findings, "peak-p", "/W=10/autoregression") <= 0.05 ? 1 : 0;
            flips += published(findings, "flips", "") == 1 ? 1 : 0;
            expected += controlled(findings, "flips-by-chance", "/published/autoregression");
        }
        // Two tests hold together with 95 % (Bonferroni). A lag is a whole number, so that its p is seldom small.
        double band = 2.241 * Math.sqrt(0.05 * 0.95 / runs);
        assertThat((double) rare / runs).isLessThan(0.05 + band);
        assertThat((double) strong / runs).isCloseTo(0.05, within(band));
        // Three standard errors of a share, of which nobody knows more than that it is at most one half.
        assertThat((double) flips / runs).isCloseTo(expected / runs, within(3 * 0.5 / Math.sqrt(runs)));
    }

    @Test
    void aLossThatKnowsNothingFlipsAsOftenAsIsSaid() {
        requireLevel(60);
    }

    @Test
    @Tag("nightly")
    void aLossThatKnowsNothingFlipsAsOftenAsIsSaidInManyRuns() {
        requireLevel(600);
    }

    @Test
    void aFlipOfTheMiddlesIsFound() {
        double[] loss = DrawnSeries.autoregressive(new Random(33), 0.5, EVALUATIONS);
        Findings findings = measure(loss, loss, end -> inRange(end - 5 - 1), end -> inRange(end - 10 + 1));
        for (String peak : new String[] {"most-negative", "strongest"}) {
            assertThat(controlled(findings, "peak-lag", "/W=10/" + peak)).isEqualTo(-1);
            assertThat(controlled(findings, "peak-lag", "/W=20/" + peak)).isEqualTo(1);
            assertThat(controlled(findings, "flips", "/" + peak)).isEqualTo(1);
            assertThat(controlled(findings, "lag-change", "/" + peak)).isEqualTo(2);
        }
        assertThat(controlled(findings, "peak-holm", "/W=20/phases")).isLessThan(0.02);
    }

    /** A wider window is later only because it ends later: by ends the lag changes by −5, by middles not at all. */
    @Test
    void windowsThatShowOneMomentHaveOneLagByTheirMiddles() {
        double[] loss = DrawnSeries.autoregressive(new Random(34), 0.5, EVALUATIONS);
        Findings findings = measure(loss, loss, end -> inRange(end - 5), end -> inRange(end - 10));
        assertThat(controlled(findings, "lag-change", "/most-negative")).isZero();
        assertThat(controlled(findings, "peak-correlation", "/W=10/most-negative"))
                .isLessThan(-0.9);
    }

    @Test
    void aFlipOfTheEndsIsWhatThePaperFinds() {
        double[] loss = DrawnSeries.autoregressive(new Random(35), 0.5, EVALUATIONS);
        Findings findings = measure(loss, loss, end -> inRange(end - 1), end -> inRange(end + 1));
        assertThat(published(findings, "peak-lag", "/W=10")).isEqualTo(-1);
        assertThat(published(findings, "peak-lag", "/W=20")).isEqualTo(1);
        assertThat(published(findings, "flips", "")).isEqualTo(1);
    }

    @Test
    void aRunIsReadFromItsTables() {
        double[] values = DrawnSeries.autoregressive(new Random(36), 0.5, EVALUATIONS);
        TableRun run = TableRun.in(folder)
                .losses(steps(0), Arrays.stream(values).map(each -> 10 + each).toArray());
        for (int width : new int[] {10, 15, 20}) {
            double[] ends = steps(width);
            run.spectrum(
                            "spectrum_w" + width + ".csv",
                            false,
                            ends,
                            row -> TableRun.norms(width, 10 - values[(int) ends[row] / STRIDE]))
                    .spectrum(
                            "spectrum_raw_w" + width + ".csv",
                            true,
                            ends,
                            row -> TableRun.norms(width, 10 + values[(int) ends[row] / STRIDE]));
        }
        Findings findings = new LagFlip().measure(run.open(), PhaseSteps.none());
        assertThat(findings.remarks()).isEmpty();
        assertThat(findings.figures()).hasSize(2);
        assertThat(published(findings, "peak-lag", "/W=15")).isZero();
        assertThat(published(findings, "peak-correlation", "/W=10")).isCloseTo(-1, within(1e-9));
        // Middles from 1,050 to 8,850, between those of the first and the last window of 20.
        assertThat(findings.value(Procedure.CONTROLLED, "windows", "gradients/stride=100/W=15", LAST))
                .hasValue(79);
    }

    @Test
    void whatIsMissingIsSaid() {
        TableRun run = TableRun.in(folder).spectrum("spectrum.csv", false, steps(10), row -> TableRun.norms(10, 2));
        assertThat(new LagFlip().objection(run.open()))
                .hasValueSatisfying(reason -> assertThat(reason).contains("metrics.csv", "evaluation.every"));
        run.losses(steps(0), steps(0));
        assertThat(new LagFlip().objection(run.open()))
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("of 20 updates", "alsoWindows: [10, 15, 20]", "evaluation.every=100"));
    }
}
