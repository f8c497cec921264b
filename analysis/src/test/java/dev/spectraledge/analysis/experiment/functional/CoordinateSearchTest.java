package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import dev.spectraledge.trainer.data.MersenneTwister;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Responses that follow a known coordinate, or none. */
class CoordinateSearchTest {
    private static final int INPUTS = 400;
    private static final int WIDTH = 12;

    // At random, not by turns: a null that rotates the inputs would map labels by turns onto themselves.
    private static final Candidate PLANTED = random("planted", 5, 101);
    private static final Candidate SECOND = random("second", 2, 102);
    private static final Candidate MANY = random("many groups", 97, 103);
    private static final ProbeSplit SPLIT = new ProbeSplit(
            IntStream.range(0, INPUTS).filter(row -> row % 10 < 7).toArray(),
            IntStream.range(0, INPUTS).filter(row -> row % 10 >= 7).toArray());

    private static Candidate random(String name, int groups, long seed) {
        Random random = new Random(seed);
        return new Candidate(
                name,
                IntStream.range(0, INPUTS).map(row -> random.nextInt(groups)).toArray());
    }

    private static double[][] responses(double first, double second, long seed) {
        Random random = new Random(seed);
        double[][] firstMeans = new double[5][WIDTH];
        double[][] secondMeans = new double[2][WIDTH];
        for (double[][] means : List.of(firstMeans, secondMeans)) {
            for (double[] mean : means) {
                for (int column = 0; column < WIDTH; column++) {
                    mean[column] = random.nextGaussian();
                }
            }
        }
        double[][] responses = new double[INPUTS][WIDTH];
        for (int row = 0; row < INPUTS; row++) {
            for (int column = 0; column < WIDTH; column++) {
                responses[row][column] = first * firstMeans[PLANTED.groups()[row]][column]
                        + second * secondMeans[SECOND.groups()[row]][column]
                        + random.nextGaussian();
            }
        }
        return responses;
    }

    private static CoordinateSearch search() {
        return new CoordinateSearch(List.of(MANY, SECOND, PLANTED), SPLIT, 5);
    }

    @Test
    void theCoordinatesThatResponsesFollowAreFoundInTheirOrder() {
        List<CoordinateSearch.Found> found = search().run(responses(1, 0.9, 1));
        assertThat(found).extracting(CoordinateSearch.Found::name).containsExactly("planted", "second");
        assertThat(found.getFirst().share()).isBetween(0.25, 0.65);
    }

    @Test
    void nothingIsFoundInNoise() {
        for (int seed = 0; seed < 5; seed++) {
            assertThat(search().run(responses(0, 0, 10 + seed))).isEmpty();
        }
    }

    @Test
    void nothingIsFoundInResponsesThatWereDealtOut() {
        assertThat(search().run(ResponseClusters.dealt(responses(1, 0.5, 2), MersenneTwister.seededByInteger(7))))
                .isEmpty();
    }

    @Test
    void manyGroupsAreNoAdvantageOnOtherInputs() {
        double[] shares = search().shares(responses(0, 0, 3));
        assertThat(shares[0]).isNegative();
    }
}
