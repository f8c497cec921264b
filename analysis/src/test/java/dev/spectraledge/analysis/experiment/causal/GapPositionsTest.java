package dev.spectraledge.analysis.experiment.causal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.causal.GapPositions.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GapPositionsTest {
    private static final int SIZE = 5;
    private static final int WINDOWS = 6;
    private static final int SURROGATES = 39;

    @Test
    void theLargestRatioIsTheFirstOfEquals() {
        assertThat(GapPositions.ofRatios(new double[] {8, 4, 2, 1})).isEqualTo(1);
        assertThat(GapPositions.ofRatios(new double[] {8, 7, 2, 1})).isEqualTo(2);
        assertThat(GapPositions.ofRatios(new double[] {8, 7, 2, 0})).isEqualTo(3);
    }

    @Test
    void curvaturesHaveARatioWhereTheLossBendsUp() {
        assertThat(GapPositions.ofCurvatures(new double[] {1, 2, 10, 11})).isEqualTo(2);
        assertThat(GapPositions.ofCurvatures(new double[] {-1, 5, 6, 30})).isEqualTo(3);
        assertThat(GapPositions.ofCurvatures(new double[] {-1, -5, 0, 30})).isZero();
    }

    /**
     * A window of a quadratic loss ½θᵀHθ with one soft direction, along which it has moved farthest and is far from the minimum: σ_1
     * stands out, h_2/h_1 is large, and without v_1 the loss is that of a point that has lost its way. In the window's coordinates.
     */
    private static Window soft(Random random) {
        double[] sigma = random.doubles(SIZE, 1, 1.3).sorted().toArray();
        double[] descending = new double[SIZE];
        Arrays.setAll(descending, j -> sigma[SIZE - 1 - j]);
        descending[0] = 10;
        double[][] hessian = new double[SIZE][SIZE];
        double[] place = new double[SIZE];
        for (int j = 0; j < SIZE; j++) {
            hessian[j][j] = j == 0 ? 0.01 : random.nextDouble(4, 5);
            place[j] = j == 0 ? 100 : random.nextGaussian();
        }
        return new Window(descending, hessian, without -> lossWithout(without, hessian, place));
    }

    /** Loss of a minimum at {@code place} if the part of it along a direction is taken away. */
    private static double lossWithout(double[] direction, double[][] hessian, double[] place) {
        double along = 0;
        for (int j = 0; j < SIZE; j++) {
            along += direction[j] * place[j];
        }
        double loss = 0;
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                loss += along * along * direction[row] * hessian[row][column] * direction[column] / 2;
            }
        }
        return loss;
    }

    /** The same loss, but the window's directions have nothing to do with it: they are any of its space. */
    private static Window indifferent(Random random) {
        Window soft = soft(random);
        double[][] rotation = rotation(random);
        double[][] hessian = new double[SIZE][SIZE];
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                for (int i = 0; i < SIZE; i++) {
                    hessian[row][column] += rotation[row][i] * soft.hessian()[i][i] * rotation[column][i];
                }
            }
        }
        return new Window(soft.sigma(), hessian, coordinates -> {
            double[] turned = new double[SIZE];
            for (int j = 0; j < SIZE; j++) {
                for (int i = 0; i < SIZE; i++) {
                    turned[i] += coordinates[j] * rotation[j][i];
                }
            }
            return soft.removal().applyAsDouble(turned);
        });
    }

    /** By another generator than the surrogates'. */
    private static double[][] rotation(Random random) {
        double[][] rows = new double[SIZE][SIZE];
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                rows[row][column] = random.nextGaussian();
            }
            for (int other = 0; other < row; other++) {
                double along = 0;
                for (int column = 0; column < SIZE; column++) {
                    along += rows[row][column] * rows[other][column];
                }
                for (int column = 0; column < SIZE; column++) {
                    rows[row][column] -= along * rows[other][column];
                }
            }
            double norm = Math.sqrt(
                    Arrays.stream(rows[row]).map(entry -> entry * entry).sum());
            for (int column = 0; column < SIZE; column++) {
                rows[row][column] /= norm;
            }
        }
        return rows;
    }

    private static Findings count(Random random, boolean isSoft) {
        List<List<GapPositions>> positions = new ArrayList<>();
        long seed = random.nextLong();
        for (int window = 0; window < WINDOWS; window++) {
            positions.add((isSoft ? soft(random) : indifferent(random)).positions(SURROGATES, seed, window));
        }
        Findings findings = new Findings();
        GapCoincidences.count(positions, 1, findings);
        return findings;
    }

    private static double probability(Findings findings, String pair) {
        return findings.value(Procedure.CONTROLLED, "coincidence-p", pair, 1).orElseThrow();
    }

    @Test
    void aQuadraticWithOneSoftDirectionHasItsGapThereByAllDefinitions() {
        Findings findings = count(new Random(50), true);
        assertThat(findings.value(Procedure.CONTROLLED, "windows-that-coincide", "all three", 1))
                .hasValue(WINDOWS);
        for (String pair : List.of("ratio and curvature", "ratio and removal", "all three")) {
            assertThat(probability(findings, pair)).as(pair).isLessThan(0.05);
        }
    }

    /** Counts are whole numbers, so that no more than one in twenty fires; three pairs together (Bonferroni). */
    private static void requireLevel(int runs) {
        Random random = new Random(51);
        int[] fired = new int[3];
        List<String> pairs = List.of("ratio and curvature", "ratio and removal", "all three");
        for (int run = 0; run < runs; run++) {
            Findings findings = count(random, false);
            for (int pair = 0; pair < pairs.size(); pair++) {
                fired[pair] += probability(findings, pairs.get(pair)) <= 0.05 ? 1 : 0;
            }
        }
        for (int pair = 0; pair < pairs.size(); pair++) {
            assertThat((double) fired[pair] / runs)
                    .as(pairs.get(pair))
                    .isLessThan(0.05 + 2.13 * Math.sqrt(0.05 * 0.95 / runs));
        }
    }

    @Test
    void directionsThatHaveNothingToDoWithTheLossCoincideNoMoreThanSurrogates() {
        requireLevel(150);
    }

    @Test
    @Tag("nightly")
    void directionsThatHaveNothingToDoWithTheLossCoincideNoMoreThanSurrogatesInManyRuns() {
        requireLevel(3000);
    }
}
