package dev.spectraledge.analysis.experiment.coupling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.TableRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.series.DrawnSeries;
import dev.spectraledge.kernels.PhiloxKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShiftDetectionTest {
    private static final int WINDOWS = 80;
    private static final double[] STEPS =
            IntStream.rangeClosed(1, WINDOWS).mapToDouble(index -> 100 * index).toArray();
    private static final double SHIFT = 4000;
    private static final long AT = 4000;

    @TempDir
    private Path folder;

    private static Findings measure(double[] values) {
        return measure(values, 1);
    }

    private static Findings measure(double[] values, int draws) {
        Findings findings = new Findings();
        ShiftDetection.measure("r23", STEPS, values, SHIFT, new PhiloxKey(51, draws), findings);
        return findings;
    }

    private static double controlled(Findings findings, String quantity, ChangeDetector detector) {
        return findings.value(Procedure.CONTROLLED, quantity, "r23/" + detector.key(), AT)
                .orElseThrow();
    }

    private static double published(Findings findings, String quantity, ChangeDetector detector) {
        return findings.value(Procedure.PUBLISHED, quantity, "r23/" + detector.key(), AT)
                .orElseThrow();
    }

    /** Of series in which nothing shifts, as slow as adjacent windows are. */
    private static void requireLevel(int runs) {
        Random random = new Random(52);
        Map<ChangeDetector, Integer> rare = new EnumMap<>(ChangeDetector.class);
        Map<ChangeDetector, Double> found = new EnumMap<>(ChangeDetector.class);
        Map<ChangeDetector, Double> expected = new EnumMap<>(ChangeDetector.class);
        for (int run = 0; run < runs; run++) {
            Findings findings = measure(DrawnSeries.autoregressive(random, 0.5, WINDOWS), run);
            for (ChangeDetector detector : ChangeDetector.values()) {
                rare.merge(detector, controlled(findings, "alarm-p", detector) <= 0.05 ? 1 : 0, Integer::sum);
                found.merge(detector, published(findings, "found", detector), Double::sum);
                expected.merge(detector, controlled(findings, "found-by-chance", detector), Double::sum);
            }
        }
        // Six tests hold together with 95 % (Bonferroni); p takes few values, so that it may be small more seldom.
        double band = 2.638 * Math.sqrt(0.05 * 0.95 / runs);
        for (ChangeDetector detector : ChangeDetector.values()) {
            // The process is fitted to 40 windows, which makes p small up to twice as often.
            assertThat((double) rare.get(detector) / runs).as(detector.key()).isLessThan(0.10 + 2 * band);
            double share = expected.get(detector) / runs;
            assertThat(found.get(detector) / runs)
                    .as(detector.key())
                    .isCloseTo(share, within(2.638 * Math.sqrt(share * (1 - share) / runs)));
        }
    }

    @Test
    void whereNothingShiftsTheDetectorsFindAsOftenAsIsSaid() {
        requireLevel(60);
    }

    @Test
    @Tag("nightly")
    void whereNothingShiftsTheDetectorsFindAsOftenAsIsSaidInManyRuns() {
        requireLevel(600);
    }

    @Test
    void aShiftIsFoundWithItsDelay() {
        Random random = new Random(53);
        double[] values = DrawnSeries.autoregressive(random, 0.3, WINDOWS);
        // The first window that holds something new is that of step 4,100; this one answers two windows later.
        Findings findings = measure(IntStream.range(0, WINDOWS)
                .mapToDouble(index -> values[index] + (STEPS[index] >= 4300 ? 30 : 0))
                .toArray());
        for (ChangeDetector detector : ChangeDetector.values()) {
            assertThat(published(findings, "found-step", detector))
                    .as(detector.key())
                    .isEqualTo(4300);
            assertThat(published(findings, "distance", detector)).isEqualTo(300);
            assertThat(published(findings, "found", detector)).isZero();
            assertThat(controlled(findings, "alarm-p", detector)).isLessThanOrEqualTo(0.05);
        }
        assertThat(controlled(findings, "delay", ChangeDetector.CUSUM)).isEqualTo(200);
        assertThat(controlled(findings, "alarm-step", ChangeDetector.CUSUM)).isEqualTo(4300);
        assertThat(controlled(findings, "found", ChangeDetector.CUSUM)).isEqualTo(1);
        assertThat(controlled(findings, "found", ChangeDetector.DERIVATIVE)).isEqualTo(1);
        // Five values, the last two of which are new.
        assertThat(controlled(findings, "delay", ChangeDetector.T_TEST)).isBetween(400.0, 600.0);
    }

    @Test
    void aTrendRaisesAlarmsWithoutAShift() {
        Random random = new Random(54);
        double[] values = DrawnSeries.autoregressive(random, 0.3, WINDOWS);
        Findings findings = measure(IntStream.range(0, WINDOWS)
                .mapToDouble(index -> values[index] + index)
                .toArray());
        assertThat(controlled(findings, "delay", ChangeDetector.CUSUM)).isLessThan(1000);
        assertThat(controlled(findings, "alarm-p", ChangeDetector.CUSUM)).isGreaterThan(0.05);
    }

    private TableRun run() {
        Random random = new Random(55);
        double[] values = DrawnSeries.autoregressive(random, 0.3, WINDOWS);
        return TableRun.in(folder, "training.shiftAfter=3000", "training.freshOptimizer=true")
                .spectrum("spectrum.csv", false, STEPS, row -> TableRun.norms(5, 10 + values[row]))
                .file("metrics.csv", metrics());
    }

    /** With two test sets. */
    private static String metrics() {
        StringBuilder table = new StringBuilder("step,test_loss,test_loss_other\n");
        Arrays.stream(STEPS)
                .forEach(step -> table.append((long) step)
                        .append(",1,")
                        .append(Math.sin(step))
                        .append('\n'));
        return table.toString();
    }

    @Test
    void theEventOfARunIsItsReference() {
        TableRun run = run().file("events.csv", "step,known_at,event,detail\n3000,3000,task_shift,fresh optimizer\n");
        Findings findings = new ShiftDetection().measure(run.open(), PhaseSteps.none());
        assertThat(findings.remarks()).isEmpty();
        assertThat(findings.value(Procedure.CONTROLLED, "shifted", "updates/stride=100/W=5", 3000))
                .hasValue(1);
        assertThat(findings.value(
                        Procedure.CONTROLLED, "baseline-windows", "updates/stride=100/W=5/test_loss_other", 3000))
                .hasValue(30);
        assertThat(findings.items(Procedure.PUBLISHED, "found"))
                .contains("updates/stride=100/W=5/r34/t-test", "updates/stride=100/W=5/test_loss/cusum");
        assertThat(findings.figures()).hasSize(1);
    }

    @Test
    void withoutAShiftTheMiddleIsLookedAt() {
        Findings findings = new ShiftDetection().measure(run().open(), PhaseSteps.none());
        assertThat(findings.remarks()).singleElement().asString().contains("nothing shifts in this run");
        assertThat(findings.value(Procedure.CONTROLLED, "shifted", "updates/stride=100/W=5", 4000))
                .hasValue(0);
    }

    @Test
    void tooFewWindowsAreSaid() {
        TableRun run = TableRun.in(folder)
                .spectrum("spectrum.csv", false, Arrays.copyOf(STEPS, 12), row -> TableRun.norms(5, 2));
        Findings findings = new ShiftDetection().measure(run.open(), PhaseSteps.none());
        assertThat(findings.remarks())
                .anySatisfy(remark ->
                        assertThat(remark).contains("10 windows before the middle of the run", "stride: 100"));
    }
}
