package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Responses in groups, and without. */
class ResponseClustersTest {
    private static final int INPUTS = 240;
    private static final int WIDTH = 12;
    private static final ProbeSplit SPLIT = new ProbeSplit(
            IntStream.range(0, INPUTS / 2).toArray(),
            IntStream.range(INPUTS / 2, INPUTS).toArray());
    private static final Candidate GROUPS = new Candidate(
            "groups", IntStream.range(0, INPUTS).map(row -> row % 6).toArray());

    private static double[][] responses(double distance, long seed) {
        Random random = new Random(seed);
        double[][] means = new double[6][WIDTH];
        for (double[] mean : means) {
            for (int column = 0; column < WIDTH; column++) {
                mean[column] = distance * random.nextGaussian();
            }
        }
        double[][] responses = new double[INPUTS][WIDTH];
        for (int row = 0; row < INPUTS; row++) {
            for (int column = 0; column < WIDTH; column++) {
                // Unequal variances: long clouds are no clusters.
                responses[row][column] = means[GROUPS.groups()[row]][column] + random.nextGaussian() / (1 + column);
            }
        }
        return responses;
    }

    @Test
    void groupsAreFoundWithTheirNumber() {
        ResponseClusters clusters = ResponseClusters.of(responses(2, 1), SPLIT, 3);
        assertThat(clusters.count()).isEqualTo(6);
        assertThat(clusters.probability()).isEqualTo(0.05);
        assertThat(AdjustedRandIndex.of(
                        clusters.clusters(), GROUPS.of(clusters.rows()).groups()))
                .isGreaterThan(0.95);
    }

    @Test
    void aLongCloudHasNoGroups() {
        int fired = 0;
        for (int seed = 0; seed < 5; seed++) {
            fired += ResponseClusters.of(responses(0, 20 + seed), SPLIT, 3).probability() <= 0.05 ? 1 : 0;
        }
        assertThat(fired).isLessThanOrEqualTo(1);
    }
}
