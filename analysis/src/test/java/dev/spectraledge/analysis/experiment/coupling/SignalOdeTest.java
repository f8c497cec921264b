package dev.spectraledge.analysis.experiment.coupling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.series.DrawnSeries;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignalOdeTest {
    private static final double RATE = 1e-3;
    private static final long SPACING = 100;
    private static final int SIZE = 100;
    private static final double[] CURVATURES = {0.2, 0.5, 1, 1.5, 2, 0.3};

    @TempDir
    private Path folder;

    private static double value(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, item, 1).orElseThrow();
    }

    /** dσ²/dt = −2η(h + ω)σ² + η²WS(t), with an S that fluctuates, in steps of the optimiser; h + ω to 5 %. */
    @Test
    void curvaturesOfASimulatedEquationAreRecovered() {
        Random random = new Random(60);
        double decay = 0.05;
        double[][] squares = new double[CURVATURES.length][SIZE];
        for (int mode = 0; mode < CURVATURES.length; mode++) {
            double pull = 2 * RATE * (CURVATURES[mode] + decay);
            double square = 1;
            for (long step = 0; step < SIZE * SPACING; step++) {
                if (step % SPACING == 0) {
                    squares[mode][(int) (step / SPACING)] = square;
                }
                double drive = 1e-6 * (1 + 0.1 * random.nextGaussian());
                square += -pull * square + drive;
            }
        }
        Findings findings = new Findings();
        double[] fitted = SignalOde.fit(squares, SPACING, RATE, 1, 61, findings);
        for (int mode = 0; mode < CURVATURES.length; mode++) {
            double expected = CURVATURES[mode] + decay;
            assertThat(fitted[mode]).isCloseTo(expected, within(0.05 * expected));
        }
        SignalOde.compare(fitted, CURVATURES, decay, 1, 62, findings);
        assertThat(value(findings, "common-scale", "fitted over measured")).isCloseTo(1, within(0.1));
        assertThat(value(findings, "rank-correlation", "fitted with measured")).isCloseTo(1, within(1e-12));
        assertThat(value(findings, "agreement-p", "fitted with measured")).isLessThan(0.01);
    }

    /** Series that only fluctuate are no more damped than autoregressions as slow, and have nothing to do with the curvatures. */
    private static void requireLevel(int runs) {
        Random random = new Random(63);
        int[] fired = new int[2];
        for (int run = 0; run < runs; run++) {
            double[][] squares = new double[CURVATURES.length][];
            Arrays.setAll(
                    squares,
                    mode -> Arrays.stream(DrawnSeries.autoregressive(random, 0.5, SIZE))
                            .map(value -> 20 + value)
                            .toArray());
            Findings findings = new Findings();
            double[] fitted = SignalOde.fit(squares, SPACING, RATE, 1, run, findings);
            SignalOde.compare(fitted, CURVATURES, 0, 1, run, findings);
            fired[0] += value(findings, "damping-p", "v1") <= 0.05 ? 1 : 0;
            fired[1] += value(findings, "agreement-p", "fitted with measured") <= 0.05 ? 1 : 0;
        }
        double band = 2.241 * Math.sqrt(0.05 * 0.95 / runs);
        for (int which : fired) {
            assertThat((double) which / runs).isCloseTo(0.05, within(band));
        }
    }

    @Test
    void autoregressionsFireInOneOfTwentyRuns() {
        requireLevel(60);
    }

    @Test
    @Tag("nightly")
    void autoregressionsFireInOneOfTwentyOfManyRuns() {
        requireLevel(1000);
    }

    @Test
    void aTrainedRunIsAskedWithItsOwnCurvatures() {
        List<Long> kept =
                LongStream.rangeClosed(0, 16).map(index -> 100 * index).boxed().toList();
        try (StudiedRun run = TinyTraining.write(folder, kept)) {
            assertThat(new SignalOde().objection(run)).isEmpty();
            Findings findings = new SignalOde().measure(run, PhaseSteps.none());
            assertThat(findings.value(Procedure.CONTROLLED, "measured-curvature", "v1", 1600))
                    .isPresent();
            assertThat(findings.value(Procedure.CONTROLLED, "agreement-p", "fitted with measured", 1600)
                            .orElseThrow())
                    .isBetween(0.001, 1.0);
            assertThat(findings.figures()).hasSize(1);
        }
    }

    @Test
    void aRateThatChangesIsRefused() {
        try (StudiedRun run = TinyTraining.write(folder, List.of(0L), "training.warmUpSteps=10")) {
            assertThat(new SignalOde().objection(run))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("training.warmUpSteps=0"));
        }
    }
}
