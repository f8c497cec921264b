package dev.spectraledge.analysis.experiment.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.nulls.RowExchange;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.PhiloxKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoiseEdgeTest {
    private static final int WIDTH = 5;
    private static final int POOL = 2 * WIDTH;
    private static final int SIZE = 400;
    private static final double THRESHOLD = Math.pow((double) SIZE * WIDTH, 0.25);

    @TempDir
    private Path folder;

    /** Share of windows whose p is at most 0.05. */
    private static double fires(int windows, UnaryOperator<double[][]> change) {
        Random random = new Random(20);
        RowExchange exchange = new RowExchange(WIDTH, new PhiloxKey(21, 1));
        int fired = 0;
        for (int window = 0; window < windows; window++) {
            double[][] rows = change.apply(PlantedRows.noise(random, WIDTH + POOL, SIZE));
            fired += exchange.probability(PlantedRows.gram(rows), 99, window) <= 0.05 ? 1 : 0;
        }
        return (double) fired / windows;
    }

    /** Half of the width of the 97.5 % interval of a share of 0.05: two tests hold together with 95 % (Bonferroni). */
    private static double band(int windows) {
        return 2.241 * Math.sqrt(0.05 * 0.95 / windows);
    }

    @Test
    void noiseFiresInOneOfTwentyWindowsIsotropicOrNot() {
        assertThat(fires(400, rows -> rows)).isCloseTo(0.05, within(band(400)));
        assertThat(fires(400, PlantedRows::anisotropic)).isCloseTo(0.05, within(band(400)));
    }

    @Test
    @Tag("nightly")
    void noiseFiresInOneOfTwentyOfManyWindows() {
        assertThat(fires(6000, rows -> rows)).isCloseTo(0.05, within(band(6000)));
        assertThat(fires(6000, PlantedRows::anisotropic)).isCloseTo(0.05, within(band(6000)));
    }

    @Test
    void aSpikeOfHalfTheThresholdIsNotFoundAndOneOfTwiceItIs() {
        assertThat(fires(200, rows -> PlantedRows.withSpike(rows, WIDTH, 0.5 * THRESHOLD)))
                .isLessThan(0.15);
        assertThat(fires(200, rows -> PlantedRows.withSpike(rows, WIDTH, 2 * THRESHOLD)))
                .isGreaterThan(0.95);
    }

    /** Measured from a pool of many rows; its size is known to 2·√(2/(p·rows)) of itself with 95 %. */
    @Test
    void theSizeAndDimensionOfNoiseAreThoseThatItHas() {
        NoiseSize size = NoiseSize.of(PlantedRows.gram(PlantedRows.noise(new Random(4), 60, SIZE)), 0);
        assertThat(size.square()).isCloseTo(SIZE, within(3 * SIZE * Math.sqrt(2.0 / (SIZE * 60))));
        // 1,770 pairs, of whose squares each deviates by √2 of its mean.
        assertThat(size.dimension()).isCloseTo(SIZE, within(4 * SIZE * Math.sqrt(2.0 / 1770)));
    }

    @Test
    void theStrengthOfAPlantedSpikeIsReadBack() {
        Findings findings = new Findings();
        double[][] rows =
                PlantedRows.withSpike(PlantedRows.noise(new Random(6), WIDTH + 40, SIZE), WIDTH, 3 * THRESHOLD);
        NoiseEdge.measure(PlantedRows.gram(rows), WIDTH, SIZE, 100, 7, findings);
        assertThat(findings.value(Procedure.CONTROLLED, "modes-above", "isotropic", 100))
                .hasValue(1);
        // σ_1² fluctuates by about 2d·ν around its limit, d² by as much: a relative error of d of ν/d = 1/(3·6.7).
        assertThat(findings.value(Procedure.CONTROLLED, "strength-over-threshold", "v1/isotropic", 100)
                        .orElseThrow())
                .isCloseTo(3, within(3 * 3.0 / (3 * THRESHOLD)));
        assertThat(findings.value(Procedure.CONTROLLED, "noise-p", "window", 100)
                        .orElseThrow())
                .isLessThan(0.01);
    }

    /** √((W + 1)/P) for normal rows, of which W modes tell the deviation to 1/√(2W) of itself. */
    @Test
    void modesOfNoiseAreAsDifferentAsTheLawSaysAndThoseWithASpikeAreMore() {
        Findings noise = new Findings();
        NoiseEdge.measure(PlantedRows.gram(PlantedRows.noise(new Random(8), 60, SIZE)), 20, SIZE, 100, 9, noise);
        for (String item : List.of("window/isotropic", "noise/isotropic", "noise/effective")) {
            assertThat(noise.value(Procedure.CONTROLLED, "variation-over-law", item, 100)
                            .orElseThrow())
                    .as(item)
                    .isCloseTo(Math.sqrt(21.0 / 20), within(4 / Math.sqrt(40)));
        }
        Findings spike = new Findings();
        NoiseEdge.measure(
                PlantedRows.gram(PlantedRows.withSpike(PlantedRows.noise(new Random(8), 60, SIZE), 20, 10 * THRESHOLD)),
                20,
                SIZE,
                100,
                9,
                spike);
        assertThat(spike.value(Procedure.CONTROLLED, "variation-over-law", "window/isotropic", 100)
                        .orElseThrow())
                .isGreaterThan(4);
    }

    /** What the published test says of a random walk, and what the other one says of a trained run. */
    @Test
    void noisePassesThePublishedTest() {
        StudiedRun walk = SyntheticRun.write(
                folder, 0, 8, (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1));
        assertThat(new NoiseEdge().objection(walk))
                .hasValueSatisfying(reason -> assertThat(reason).contains("checkpoints.optimizerState=true"));
        Findings findings = new NoiseEdge().measure(walk, PhaseSteps.given(List.of(700L)));
        assertThat(findings.value(Procedure.PUBLISHED, "passes", "run", 700)).hasValue(1);
        assertThat(findings.value(Procedure.CONTROLLED, "passes", "noise", 700)).hasValue(1);
        assertThat(findings.remarks()).singleElement().asString().contains("no noise at step 700");
    }

    @Test
    void aTrainedRunHasNoiseAtItsPhases() {
        StudiedRun run = TinyTraining.write(folder, List.of(0L, 100L, 200L, 300L));
        assertThat(new NoiseEdge().objection(run)).isEmpty();
        Findings findings = new NoiseEdge().measure(run, PhaseSteps.given(List.of(200L, 300L)));
        assertThat(findings.remarks()).singleElement().asString().contains("ends at step 200");
        assertThat(findings.value(Procedure.CONTROLLED, "noise-norm", "row", 300)
                        .orElseThrow())
                .isPositive();
        assertThat(findings.value(Procedure.CONTROLLED, "noise-p", "window", 300)
                        .orElseThrow())
                .isBetween(0.001, 1.0);
        assertThat(findings.value(Procedure.CONTROLLED, "noise-p", "noise", 300).orElseThrow())
                .isBetween(0.001, 1.0);
        assertThat(findings.figures()).hasSize(1);
    }
}
