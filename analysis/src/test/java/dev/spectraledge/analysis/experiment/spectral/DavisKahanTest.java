package dev.spectraledge.analysis.experiment.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.SyntheticTrajectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DavisKahanTest {
    private static final int WIDTH = 5;
    private static final int SIZE = 200;
    private static final int BLOCKS = 4;
    private static final long LAST = 40;

    @TempDir
    private Path folder;

    /** Against vectors and operators that are really formed. */
    @Test
    void turnsAndBoundsAreThoseOfTheDirectionsThemselves() {
        SyntheticTrajectory trajectory = new SyntheticTrajectory(9, 2 * WIDTH, 30, 0.01, 0.05);
        GramMatrix gram =
                trajectory.history(2 * WIDTH, DecaySource.NONE, 2 * WIDTH).gram();
        WindowTurn turn = WindowTurn.of(gram);
        double[][] first = trajectory.directions(0, WIDTH);
        double[][] next = trajectory.directions(1, WIDTH + 1);
        double[][] later = trajectory.directions(WIDTH, 2 * WIDTH);
        double change = 0;
        for (int row = 0; row < 30; row++) {
            for (int column = 0; column < 30; column++) {
                double entry = 0;
                for (int update = 0; update < 2 * WIDTH; update++) {
                    double product = trajectory.updates[update][row] * trajectory.updates[update][column];
                    entry += update < WIDTH ? product : -product;
                }
                change += entry * entry;
            }
        }
        double[] sigma = trajectory.singularValues(0, WIDTH);
        for (int mode = 0; mode < WIDTH; mode++) {
            double cosine = SyntheticTrajectory.dot(first[mode], next[mode]);
            assertThat(turn.sine()[mode]).isCloseTo(Math.sqrt(1 - cosine * cosine), within(1e-9));
            double laterCosine = SyntheticTrajectory.dot(first[mode], later[mode]);
            assertThat(turn.laterSine()[mode]).isCloseTo(Math.sqrt(1 - laterCosine * laterCosine), within(1e-9));
            double gap = sigma[mode] * sigma[mode];
            for (int other = 0; other < WIDTH; other++) {
                double distance = Math.abs(sigma[mode] * sigma[mode] - sigma[other] * sigma[other]);
                gap = other == mode ? gap : Math.min(gap, distance);
            }
            double bound = Math.sqrt(change) / gap;
            assertThat(turn.laterBound()[mode]).isCloseTo(bound, within(1e-9 * bound));
            assertThat(turn.laterSine()[mode]).isLessThanOrEqualTo(2 * bound);
        }
    }

    /** What is said of blocks of updates, with one strong direction that turns slowly and one of a third of its strength. */
    private static Findings compare(Random random, double turned) {
        List<GramMatrix> blocks = new ArrayList<>();
        for (int block = 0; block < BLOCKS; block++) {
            double[][] rows = PlantedRows.noise(random, 2 * WIDTH, SIZE);
            for (int row = 0; row < rows.length; row++) {
                double angle = 0.02 * row;
                rows[row][0] += turned * Math.cos(angle) * (row % 2 == 0 ? 1 : -1);
                rows[row][1] += turned * Math.sin(angle) * (row % 2 == 0 ? 1 : -1);
                rows[row][2] += turned / 3 * Math.cos(angle) * (row % 3 == 0 ? 1 : -1);
                rows[row][3] += turned / 3 * Math.sin(angle) * (row % 3 == 0 ? 1 : -1);
            }
            blocks.add(PlantedRows.gram(rows));
        }
        Findings findings = new Findings();
        DavisKahan.compare(new Turns(blocks), blocks, NullModel.INDEPENDENT, SIZE, random.nextLong(), LAST, findings);
        return findings;
    }

    private static double p(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, item, LAST).orElseThrow();
    }

    private static void requireLevel(int runs) {
        Random random = new Random(30);
        int persistent = 0;
        int still = 0;
        for (int run = 0; run < runs; run++) {
            Findings findings = compare(random, 0);
            persistent += p(findings, "persistence-p", "independent") <= 0.05 ? 1 : 0;
            still += p(findings, "later-sine-p", "v1/independent") <= 0.05 ? 1 : 0;
        }
        // Two shares together with 95 % (Bonferroni).
        double band = 2.241 * Math.sqrt(0.05 * 0.95 / runs);
        assertThat((double) persistent / runs).isCloseTo(0.05, within(band));
        assertThat((double) still / runs).isCloseTo(0.05, within(band));
    }

    @Test
    void ofRandomUpdatesOneInTwentyHasDirectionsThatStay() {
        requireLevel(100);
    }

    @Test
    @Tag("nightly")
    void ofManyRandomUpdatesOneInTwentyHasDirectionsThatStay() {
        requireLevel(1000);
    }

    @Test
    void aPlantedBasisThatTurnsSlowlyIsFound() {
        Findings findings = compare(new Random(31), 15);
        assertThat(p(findings, "persistence-p", "independent")).isLessThanOrEqualTo(0.02);
        assertThat(p(findings, "later-sine-p", "v1/independent")).isLessThanOrEqualTo(0.02);
    }

    /** The order that the draft reports is that of windows that overlap, of noise as well. */
    @Test
    void aRunIsAskedInBlocksThatShareNoUpdate() {
        Findings findings = new DavisKahan()
                .measure(
                        SyntheticRun.write(
                                folder,
                                0,
                                23,
                                (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1)),
                        PhaseSteps.none());
        assertThat(findings.curve(Procedure.CONTROLLED, "sine", "v1/whole window"))
                .extracting(point -> point.step())
                .containsExactly(500L, 1500L);
        assertThat(findings.value(Procedure.PUBLISHED, "order", "empty-as-0", 2000))
                .isPresent();
        assertThat(findings.value(Procedure.CONTROLLED, "order-by-chance", "independent", 2000)
                        .orElseThrow())
                .isBetween(0.0, 1.0);
        assertThat(findings.value(Procedure.CONTROLLED, "sine", "v1/whole window", 500)
                        .orElseThrow())
                .isGreaterThan(0.9);
    }

    @Test
    void tooFewSnapshotsAreSaid() {
        Findings findings = new DavisKahan()
                .measure(
                        SyntheticRun.write(
                                folder,
                                0,
                                8,
                                (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1)),
                        PhaseSteps.none());
        assertThat(findings.measurements()).isEmpty();
        assertThat(findings.remarks()).singleElement().asString().contains("11 snapshots", "checkpoints.every=100");
    }
}
