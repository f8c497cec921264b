package dev.spectraledge.analysis.experiment.coupling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.TableRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.series.DrawnSeries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhasesAndLossTest {
    private static final int SIZE = 100;
    private static final long LAST = 100 * (SIZE - 1);

    @TempDir
    private Path folder;

    private static double[] positive(double[] values) {
        return Arrays.stream(values).map(value -> 10 + value).toArray();
    }

    private static double[] steps() {
        return Arrays.stream(DrawnSeries.steps(SIZE)).map(step -> 100 * step).toArray();
    }

    private static Findings measure(double[] ratio, double[] loss, double[] rate) {
        Findings findings = new Findings();
        PhasesAndLoss.measure(new LossCourse(steps(), ratio, ratio, loss, rate), 24, findings);
        return findings;
    }

    private static double value(Findings findings, Procedure procedure, String quantity, String item) {
        return findings.value(procedure, quantity, item, LAST).orElseThrow();
    }

    private static void requireLevel(int pairs) {
        Random random = new Random(25);
        int[] fired = new int[2];
        int passed = 0;
        for (int pair = 0; pair < pairs; pair++) {
            Findings findings = measure(
                    positive(DrawnSeries.autoregressive(random, 0.5, SIZE)),
                    positive(DrawnSeries.autoregressive(random, 0.5, SIZE)),
                    new double[SIZE]);
            fired[0] += value(findings, Procedure.CONTROLLED, "peak-p", "R/linear/autoregression") <= 0.05 ? 1 : 0;
            fired[1] += value(findings, Procedure.CONTROLLED, "peak-p", "R/linear/phases") <= 0.05 ? 1 : 0;
            passed += Math.abs(value(findings, Procedure.PUBLISHED, "peak-correlation", "R/linear/-5 to 5")) > 0.3
                    ? 1
                    : 0;
        }
        // Two tests hold together with 95 % (Bonferroni).
        double band = 2.241 * Math.sqrt(0.05 * 0.95 / pairs);
        assertThat((double) fired[0] / pairs).isCloseTo(0.05, within(band));
        assertThat((double) fired[1] / pairs).isCloseTo(0.05, within(band));
        // The best of eleven lags passes what the paper asks for more often than that.
        assertThat((double) passed / pairs).isGreaterThan(0.05);
    }

    @Test
    void independentSeriesFireInOneOfTwentyRuns() {
        requireLevel(40);
    }

    @Test
    @Tag("nightly")
    void independentSeriesFireInOneOfTwentyOfManyRuns() {
        requireLevel(400);
    }

    @Test
    void aLossThatFollowsIsFoundAtItsLag() {
        Random random = new Random(26);
        double[] ratio = positive(DrawnSeries.autoregressive(random, 0.5, SIZE));
        double[] loss = Arrays.stream(DrawnSeries.later(random, ratio, 2, 0.5))
                .map(value -> 30 - value)
                .toArray();
        Findings findings = measure(ratio, loss, new double[SIZE]);
        for (String item : new String[] {"R/linear", "r23/cubic"}) {
            assertThat(value(findings, Procedure.CONTROLLED, "peak-lag", item)).isEqualTo(2);
            assertThat(value(findings, Procedure.CONTROLLED, "peak-correlation", item))
                    .isLessThan(-0.8);
            assertThat(value(findings, Procedure.CONTROLLED, "peak-holm", item + "/phases"))
                    .isLessThan(0.02);
        }
        assertThat(value(findings, Procedure.PUBLISHED, "peak-lag", "r23/cubic/-3 to 5"))
                .isEqualTo(2);
    }

    @Test
    void whatTheLearningRateDrivesIsItsOwn() {
        Random random = new Random(27);
        double[] rate = positive(DrawnSeries.autoregressive(random, 0.9, SIZE));
        Findings findings =
                measure(DrawnSeries.later(random, rate, 0, 0.3), DrawnSeries.later(random, rate, 0, 0.3), rate);
        assertThat(value(findings, Procedure.CONTROLLED, "correlation-at-once", "R/linear"))
                .isGreaterThan(0.8);
        assertThat(value(findings, Procedure.CONTROLLED, "correlation-at-once", "R/linear/without rate"))
                .isCloseTo(0, within(4 / Math.sqrt(SIZE)));
    }

    @Test
    void aHumpStandsOutAndCutsFindThreePhasesInNoiseAsWell() {
        double[] hump = new double[SIZE];
        Random random = new Random(28);
        Arrays.setAll(hump, index -> 1 + Math.exp(-Math.pow((index - 50) / 12.0, 2)) + 0.02 * random.nextGaussian());
        Findings planted = measure(hump, positive(DrawnSeries.autoregressive(random, 0.5, SIZE)), new double[SIZE]);
        assertThat(value(planted, Procedure.PUBLISHED, "three-phases", "peak")).isEqualTo(1);
        assertThat(value(planted, Procedure.PUBLISHED, "three-phases", "threshold"))
                .isEqualTo(1);
        double[] noise = positive(DrawnSeries.autoregressive(random, 0.9, SIZE));
        Findings chance = measure(noise, positive(DrawnSeries.autoregressive(random, 0.5, SIZE)), new double[SIZE]);
        assertThat(value(chance, Procedure.CONTROLLED, "three-phases-by-chance", "theory/autoregression"))
                .isGreaterThan(0.05);
        assertThat(value(chance, Procedure.CONTROLLED, "contrast-p", "R/phases"))
                .isGreaterThan(0.05);
    }

    private StudiedRun run(int snapshots) throws IOException {
        StringBuilder table = new StringBuilder("step,test_loss,test_accuracy,learning_rate\n");
        for (int index = 0; index < snapshots; index++) {
            table.append(100 * index).append(',').append(3.0 / (1 + index)).append(",0.5,0.001\n");
        }
        Files.writeString(folder.resolve("metrics.csv"), table);
        return SyntheticRun.write(
                folder,
                0,
                snapshots,
                (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1));
    }

    @Test
    void aRunIsReadFromItsSnapshotsAndEvaluations() throws IOException {
        Findings findings = new PhasesAndLoss().measure(run(18), PhaseSteps.none());
        assertThat(findings.value(Procedure.CONTROLLED, "windows", "run", 1700)).hasValue(13);
        assertThat(findings.figures()).hasSize(1);
        assertThat(findings.remarks())
                .hasSize(2)
                .anySatisfy(remark -> assertThat(remark).contains("learning rate follows a linear trend"))
                .anySatisfy(remark -> assertThat(remark).contains("lags on both sides go to 3"));
        assertThat(findings.value(Procedure.CONTROLLED, "peak-correlation", "R/linear", 1700)
                        .orElseThrow())
                .isBetween(-1.0, 1.0);
    }

    @Test
    void windowsThatWereRecordedAreThereUnderTheirNamesGradientsToo() {
        Random random = new Random(29);
        double[] ratio = positive(DrawnSeries.autoregressive(random, 0.5, SIZE));
        TableRun run = TableRun.in(folder)
                .losses(steps(), positive(DrawnSeries.autoregressive(random, 0.5, SIZE)))
                .spectrum("spectrum.csv", false, steps(), row -> TableRun.norms(4, ratio[row]))
                .spectrum("spectrum_raw.csv", true, steps(), row -> TableRun.norms(4, ratio[row]));
        Findings findings = new PhasesAndLoss().measure(run.open(), PhaseSteps.none());
        for (String course : new String[] {"updates", "gradients"}) {
            assertThat(value(findings, Procedure.CONTROLLED, "windows", course + "/stride=100/W=4/run"))
                    .isEqualTo(SIZE);
        }
        assertThat(findings.items(Procedure.PUBLISHED, "granger-f")).contains("updates/stride=100/W=4/r23 to loss");
        assertThat(findings.figures().stream().map(Figure::name))
                .containsExactly("updates-stride-100-w-4-coupling", "gradients-stride-100-w-4-coupling");
        assertThat(new PhasesAndLoss().suits(run.open())).isTrue();
    }

    @Test
    void windowsBeyondLagMatchedSurrogatesAreCountedByPhase() {
        double[] hump = new double[SIZE];
        Arrays.setAll(hump, index -> 1 + Math.exp(-Math.pow((index - 50) / 12.0, 2)));
        double[] bound = new double[SIZE];
        Arrays.setAll(bound, index -> index % 2 == 0 ? 1.5 : Double.NaN);
        Findings findings = new Findings();
        PhasesAndLoss.beyond(new LossCourse(steps(), hump, hump, hump, new double[SIZE]), hump, bound, findings);
        assertThat(value(findings, Procedure.CONTROLLED, "beyond-lag-matched", "peak/plateau"))
                .isEqualTo(1);
        assertThat(value(findings, Procedure.CONTROLLED, "beyond-lag-matched", "peak/collapse"))
                .isLessThan(0.3);
    }

    @Test
    void tooFewWindowsAreSaid() throws IOException {
        Findings findings = new PhasesAndLoss().measure(run(10), PhaseSteps.none());
        assertThat(findings.measurements()).isEmpty();
        assertThat(findings.remarks()).singleElement().asString().contains("only 5 windows", "checkpoints.every=100");
    }

    @Test
    void snapshotsAloneDoNotSuffice() {
        StudiedRun bare = SyntheticRun.write(folder, 0, 3, (index, attention, backend) -> {});
        assertThat(new PhasesAndLoss().objection(bare))
                .hasValueSatisfying(reason -> assertThat(reason).contains("metrics.csv"));
    }
}
