package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.data.MersenneTwister;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Responses in groups, and without. */
class ResponseClustersTest {
    private static final int INPUTS = 240;
    private static final int WIDTH = 12;
    /** The smallest p that 99 draws of a null can give. */
    private static final double FOUND = 0.01;

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
    void groupsAreFoundAndAreThosePlanted() {
        ResponseClusters clusters = ResponseClusters.of(new CpuBackend(), responses(2, 1), SPLIT, 3);
        assertThat(clusters.probability()).isEqualTo(FOUND);
        assertThat(clusters.count()).isBetween(5, 8);
        assertThat(AdjustedRandIndex.of(
                        clusters.clusters(), GROUPS.of(clusters.rows()).groups()))
                .isGreaterThan(0.8);
    }

    @Test
    void nothingIsFoundInGroupsWhoseComponentsWereDealtOut() {
        double[][] responses = responses(2, 1);
        for (int seed = 0; seed < 3; seed++) {
            double[][] dealt = ResponseClusters.dealt(responses, MersenneTwister.seededByInteger(seed));
            assertThat(ResponseClusters.of(new CpuBackend(), dealt, SPLIT, 3).probability())
                    .isGreaterThan(FOUND);
        }
    }

    @Test
    void aLongCloudHasNoGroupsWhicheverWayItLies() {
        for (int seed = 0; seed < 3; seed++) {
            double[][] cloud = responses(0, 20 + seed);
            assertThat(ResponseClusters.of(new CpuBackend(), cloud, SPLIT, 3).probability())
                    .isGreaterThan(FOUND);
            assertThat(ResponseClusters.of(new CpuBackend(), turned(cloud), SPLIT, 3)
                            .probability())
                    .isGreaterThan(FOUND);
        }
    }

    /** The sums and differences of neighbouring components, so that no component is by itself. */
    private static double[][] turned(double[][] rows) {
        double[][] turned = new double[rows.length][WIDTH];
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < WIDTH; column += 2) {
                turned[row][column] = rows[row][column] + rows[row][column + 1];
                turned[row][column + 1] = rows[row][column] - rows[row][column + 1];
            }
        }
        return turned;
    }
}
