package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Trees of few points. */
class WardTreeTest {
    @Test
    void pointsOnALineAreJoinedFromTheNearestOn() {
        double[][] line = {{0}, {10}, {0.1}, {10.3}, {30}};
        WardTree tree = new WardTree(line);
        assertThat(tree.clusters(5)).containsExactly(0, 1, 2, 3, 4);
        assertThat(tree.clusters(4)).containsExactly(0, 1, 0, 2, 3);
        assertThat(tree.clusters(3)).containsExactly(0, 1, 0, 1, 2);
        assertThat(tree.clusters(2)).containsExactly(0, 0, 0, 0, 1);
        assertThat(tree.clusters(1)).containsOnly(0);
    }

    /** Each join must be the one that increases the squares within clusters least; here all joins are tried. */
    @Test
    void everyLevelIsTheCheapestJoinOfTheOneBefore() {
        Random random = new Random(6);
        double[][] points = new double[14][2];
        for (double[] point : points) {
            point[0] = random.nextGaussian();
            point[1] = random.nextGaussian();
        }
        WardTree tree = new WardTree(points);
        int[] clusters = tree.clusters(points.length);
        for (int k = points.length - 1; k >= 1; k--) {
            double cheapest = Double.POSITIVE_INFINITY;
            for (int i = 0; i <= k; i++) {
                for (int j = 0; j < i; j++) {
                    int gone = i;
                    int kept = j;
                    int[] joined = Arrays.stream(clusters)
                            .map(cluster -> cluster == gone ? kept : cluster)
                            .toArray();
                    cheapest = Math.min(cheapest, squaresWithin(points, joined));
                }
            }
            clusters = tree.clusters(k);
            assertThat(squaresWithin(points, clusters)).isCloseTo(cheapest, within(1e-12 * (1 + cheapest)));
        }
    }

    private static double squaresWithin(double[][] points, int[] clusters) {
        double sum = 0;
        for (int cluster = 0; cluster < points.length; cluster++) {
            double[] mean = new double[2];
            int count = 0;
            for (int point = 0; point < points.length; point++) {
                if (clusters[point] == cluster) {
                    mean[0] += points[point][0];
                    mean[1] += points[point][1];
                    count++;
                }
            }
            for (int point = 0; point < points.length; point++) {
                if (clusters[point] == cluster) {
                    sum += Math.pow(points[point][0] - mean[0] / count, 2)
                            + Math.pow(points[point][1] - mean[1] / count, 2);
                }
            }
        }
        return sum;
    }

    @Test
    void theRandIndexKnowsEqualAndUnrelatedGroupings() {
        int[] groups = {0, 0, 1, 1, 2, 2};
        assertThat(AdjustedRandIndex.of(groups, new int[] {5, 5, 3, 3, 9, 9})).isEqualTo(1);
        assertThat(AdjustedRandIndex.of(groups, new int[] {0, 1, 0, 1, 0, 1})).isNegative();
        assertThat(AdjustedRandIndex.of(groups, new int[6])).isZero();
    }
}
