package dev.spectraledge.analysis.experiment.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LevelRepulsionTest {
    private static final int LEVELS = 10;
    private static final int WINDOWS = 5;
    private static final long LAST = 100;

    @TempDir
    private Path folder;

    /** A window of orthogonal updates whose squared norms are the levels. */
    private static GramMatrix window(double... levels) {
        GramMatrix gram = new GramMatrix(levels.length);
        gram.resize(levels.length);
        for (int row = 0; row < levels.length; row++) {
            for (int column = 0; column <= row; column++) {
                gram.set(row, column, row == column ? levels[row] : 0);
            }
        }
        return gram;
    }

    private static double[] independent(Random random) {
        return random.doubles(LEVELS).map(level -> 1 + level).toArray();
    }

    /** Eigenvalues of a random symmetric matrix of five times the size, the middle ones, moved above 0. */
    private static double[] repelled(Random random) {
        int size = 5 * LEVELS;
        double[][] entries = new double[size][size];
        for (int row = 0; row < size; row++) {
            for (int column = 0; column <= row; column++) {
                entries[row][column] = random.nextGaussian() * (row == column ? Math.sqrt(2) : 1);
                entries[column][row] = entries[row][column];
            }
        }
        double[] all = new EigenDecompositionSymmetric(new Array2DRowRealMatrix(entries)).getEigenvalues();
        double[] middle = Arrays.copyOfRange(all, 2 * LEVELS, 3 * LEVELS);
        return Arrays.stream(middle).map(level -> level + 100).toArray();
    }

    private static Findings measure(Random random, boolean repel) {
        List<GramMatrix> windows = new ArrayList<>();
        for (int window = 0; window < WINDOWS; window++) {
            windows.add(window(repel ? repelled(random) : independent(random)));
        }
        Findings findings = new Findings();
        LevelRepulsion.measure(windows, 1000, random.nextLong(), LAST, findings);
        return findings;
    }

    private static double value(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, item, LAST).orElseThrow();
    }

    @Test
    void ratiosFollowTheirDefinition() {
        SpacingRatios ratios = SpacingRatios.of(List.of(window(10, 9, 7, 6.9)));
        // Spacings 1, 2 and 0.1.
        assertThat(ratios.size()).isEqualTo(2);
        assertThat(ratios.mean()).isCloseTo((0.5 + 0.05) / 2, within(1e-12));
        assertThat(ratios.smallShare()).isEqualTo(0.5);
        assertThat(ratios.sorted()).containsExactly(new double[] {0.05, 0.5}, within(1e-12));
    }

    /** Shares whose means are those of the literature: ∫(1 − share) over ratios. */
    @Test
    void sharesBelowARatioBelongToTheirMeans() {
        assertThat(meanOf(SpacingRatios::poissonShare)).isCloseTo(SpacingRatios.POISSON, within(1e-4));
        assertThat(meanOf(SpacingRatios::repelledShare)).isCloseTo(SpacingRatios.REPELLED, within(1e-4));
        assertThat(SpacingRatios.repelledShare(1)).isCloseTo(1, within(1e-6));
    }

    private static double meanOf(DoubleUnaryOperator share) {
        int points = 1000;
        return IntStream.range(0, points)
                .mapToDouble(index -> 1 - share.applyAsDouble((index + 0.5) / points))
                .average()
                .orElseThrow();
    }

    /** Four standard errors of 8,000 ratios, whose deviation is less than 0.29; the surmise is 0.005 above large matrices. */
    @Test
    void meansAreThoseOfTheLiterature() {
        Random random = new Random(50);
        SpacingRatios poisson = new SpacingRatios();
        SpacingRatios gaussian = new SpacingRatios();
        for (int window = 0; window < 1000; window++) {
            poisson.add(SpacingRatios.levels(window(independent(random))));
        }
        for (int window = 0; window < 100; window++) {
            gaussian.add(SpacingRatios.levels(window(repelled(random))));
        }
        assertThat(poisson.mean()).isCloseTo(SpacingRatios.POISSON, within(4 * 0.29 / Math.sqrt(8000)));
        // 2(1 − 1/1.1) of Poisson's density 2/(1 + r)².
        assertThat(poisson.smallShare()).isCloseTo(2 * (1 - 1 / 1.1), within(4 * 0.4 / Math.sqrt(8000)));
        assertThat(gaussian.mean()).isCloseTo(SpacingRatios.REPELLED, within(4 * 0.25 / Math.sqrt(800) + 0.006));
    }

    private static void requireLevel(int runs) {
        Random random = new Random(51);
        int fired = 0;
        for (int run = 0; run < runs; run++) {
            fired += value(measure(random, false), "repulsion-p", "independent-levels") <= 0.05 ? 1 : 0;
        }
        assertThat((double) fired / runs).isCloseTo(0.05, within(1.96 * Math.sqrt(0.05 * 0.95 / runs)));
    }

    @Test
    void independentLevelsFireInOneOfTwentyRuns() {
        requireLevel(60);
    }

    @Test
    @Tag("nightly")
    void independentLevelsFireInOneOfTwentyOfManyRuns() {
        requireLevel(1000);
    }

    @Test
    void levelsOfRandomMatricesAreFoundToRepel() {
        assertThat(value(measure(new Random(52), true), "repulsion-p", "independent-levels"))
                .isLessThan(0.02);
    }

    /** Random updates repel as random matrices do: not more than their surrogates. */
    @Test
    void aRandomWalkRepelsNoMoreThanItsSurrogates() {
        Findings findings = new LevelRepulsion()
                .measure(
                        SyntheticRun.write(
                                folder,
                                0,
                                21,
                                (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1)),
                        PhaseSteps.none());
        assertThat(findings.value(Procedure.CONTROLLED, "windows", "run", 2000)).hasValue(4);
        assertThat(findings.value(Procedure.CONTROLLED, "repulsion-p", "independent", 2000)
                        .orElseThrow())
                .isGreaterThan(0.05);
        assertThat(findings.value(Procedure.CONTROLLED, "inverse-spacing-p", "exchanged windows", 2000)
                        .orElseThrow())
                .isGreaterThan(0.05);
        assertThat(findings.figures()).hasSize(1);
    }

    @Test
    void tooFewSnapshotsAreSaid() {
        Findings findings = new LevelRepulsion()
                .measure(
                        SyntheticRun.write(
                                folder,
                                0,
                                4,
                                (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1)),
                        PhaseSteps.none());
        assertThat(findings.measurements()).isEmpty();
        assertThat(findings.remarks()).singleElement().asString().contains("6 snapshots", "checkpoints.every=100");
    }
}
