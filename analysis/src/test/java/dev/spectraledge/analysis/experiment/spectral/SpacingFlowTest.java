package dev.spectraledge.analysis.experiment.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SpacingFlowTest {
    private static final int LEVELS = 10;
    private static final int WINDOWS = 20;

    /** Steep where spacings are small, the fit needs many. */
    private static final int MANY = 500;

    /** What of a matrix a window of the moving ones keeps of the one before. */
    private static final double KEPT = 0.97;

    private static double[][] symmetric(Random random) {
        double[][] entries = new double[LEVELS][LEVELS];
        for (int row = 0; row < LEVELS; row++) {
            for (int column = 0; column <= row; column++) {
                entries[row][column] = random.nextGaussian() * (row == column ? Math.sqrt(2) : 1);
                entries[column][row] = entries[row][column];
            }
        }
        return entries;
    }

    private static double[] levels(double[][] matrix) {
        double[] values = new EigenDecompositionSymmetric(new Array2DRowRealMatrix(matrix)).getEigenvalues();
        double[] ascending = Arrays.stream(values).sorted().toArray();
        double[] descending = new double[LEVELS];
        Arrays.setAll(descending, level -> ascending[LEVELS - 1 - level]);
        return descending;
    }

    /** Eigenvalues of a matrix that wanders, which obey Dyson's equation, or of matrices that have nothing to do with each other. */
    private static SpacingFlow flow(Random random, int count, double kept) {
        double[][] matrix = symmetric(random);
        List<double[]> windows = new ArrayList<>();
        for (int window = 0; window < count; window++) {
            windows.add(levels(matrix));
            double[][] other = symmetric(random);
            for (int row = 0; row < LEVELS; row++) {
                for (int column = 0; column < LEVELS; column++) {
                    matrix[row][column] = kept * matrix[row][column] + Math.sqrt(1 - kept * kept) * other[row][column];
                }
            }
        }
        return new SpacingFlow(windows);
    }

    private static double probability(SpacingFlow flow, long key) {
        RandomSequence random = new RandomSequence();
        random.seek(new PhiloxKey(key, 1), 0);
        return flow.exchanged(random).probability(flow.changes().repulsion());
    }

    /** Δs = 0.3/s − 0.2s + 0.1 exactly. */
    @Test
    void theCoefficientIsThatOfTheLeastSquares() {
        double[] before = {0.2, 0.5, 0.9, 1.4, 2.2};
        double[] change =
                Arrays.stream(before).map(s -> 0.3 / s - 0.2 * s + 0.1).toArray();
        assertThat(new SpacingFlow.Changes(before, change).repulsion()).isCloseTo(0.3, within(1e-12));
        assertThat(new SpacingFlow.Changes(new double[3], new double[3]).repulsion())
                .isNaN();
    }

    @Test
    void spacingsAreThoseOfTheirWindowsMean() {
        SpacingFlow flow = new SpacingFlow(List.of(new double[] {10, 9, 6}, new double[] {8, 4, 0}));
        assertThat(flow.changes().before()).containsExactly(new double[] {0.5, 1.5}, within(1e-12));
        assertThat(flow.changes().change()).containsExactly(new double[] {0.5, -0.5}, within(1e-12));
    }

    private static void requireLevel(int runs) {
        Random random = new Random(80);
        int fired = 0;
        for (int run = 0; run < runs; run++) {
            fired += probability(flow(random, WINDOWS, 0), run) <= 0.05 ? 1 : 0;
        }
        assertThat((double) fired / runs).isCloseTo(0.05, within(1.96 * Math.sqrt(0.05 * 0.95 / runs)));
    }

    @Test
    void windowsInNoOrderFireInOneOfTwentyRuns() {
        requireLevel(100);
    }

    @Test
    @Tag("nightly")
    void windowsInNoOrderFireInOneOfTwentyOfManyRuns() {
        requireLevel(2000);
    }

    @Test
    void levelsThatMoveAsDysonHasItAreFoundToPushEachOther() {
        SpacingFlow flow = flow(new Random(81), MANY, KEPT);
        assertThat(flow.changes().repulsion()).isPositive();
        assertThat(probability(flow, 82)).isLessThan(0.05);
    }
}
