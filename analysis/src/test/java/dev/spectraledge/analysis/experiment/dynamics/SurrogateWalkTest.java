package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurrogateWalkTest {
    @TempDir
    private Path folder;

    private static final int STEPS = 40;
    private static final int PARAMETERS = 2000;
    private static final int TRIALS = 50;

    private final RandomSequence random = new RandomSequence();

    /** Gram matrix of positions, from 0, of steps of a stationary process x_t = a·x_{t−1} + noise, plus a drift. */
    private double[][] walk(long seed, double memory, double drift) {
        random.seek(new PhiloxKey(seed, 1), 0);
        double[][] positions = new double[STEPS + 1][PARAMETERS];
        double[] step = new double[PARAMETERS];
        for (int row = 0; row < STEPS; row++) {
            for (int i = 0; i < PARAMETERS; i++) {
                double noise = random.normal();
                step[i] = row == 0 ? noise : memory * step[i] + Math.sqrt(1 - memory * memory) * noise;
                positions[row + 1][i] = positions[row][i] + step[i] + (i == 0 ? drift : 0);
            }
        }
        double[][] gram = new double[STEPS + 1][STEPS + 1];
        for (int i = 0; i <= STEPS; i++) {
            for (int j = 0; j <= STEPS; j++) {
                for (int k = 0; k < PARAMETERS; k++) {
                    gram[i][j] += positions[i][k] * positions[j][k];
                }
            }
        }
        return gram;
    }

    private static double score(double[][] gram, SurrogateWalk walk) {
        double[] shares = new double[TRIALS];
        for (int trial = 0; trial < TRIALS; trial++) {
            double[][] positions = walk.positions(3, trial);
            shares[trial] =
                    PrincipalComponents.centred(positions, positions.length).share(0);
        }
        double share = PrincipalComponents.centred(gram, gram.length).share(0);
        return (share - Statistics.mean(shares)) / Statistics.deviation(shares);
    }

    @Test
    void surrogatesHaveTheNormsOfTheSteps() {
        double[][] gram = walk(1, 0.5, 0);
        double[][] observed = MatrixTrajectory.stepGram(gram);
        double[][] surrogate = MatrixTrajectory.stepGram(
                SurrogateWalk.autocorrelated(observed, PARAMETERS).positions(5, 0));
        for (int step = 0; step < STEPS; step++) {
            assertThat(surrogate[step][step]).isCloseTo(observed[step][step], within(1e-9 * gram[STEPS][STEPS]));
        }
    }

    @Test
    void surrogatesHaveTheCorrelationOfTheSteps() {
        double[][] observed = MatrixTrajectory.stepGram(walk(2, 0.6, 0));
        double[][] surrogate = MatrixTrajectory.stepGram(
                SurrogateWalk.autocorrelated(observed, PARAMETERS).positions(5, 0));
        // Cosines of random directions deviate by 1/√P each, their mean over many pairs by less.
        double tolerance = 4 / Math.sqrt((double) PARAMETERS);
        assertThat(SurrogateWalk.meanCosines(surrogate)[1])
                .isCloseTo(SurrogateWalk.meanCosines(observed)[1], within(tolerance));
    }

    @Test
    void aRandomWalkIsNotAboveRandomWalks() {
        double[][] gram = walk(4, 0, 0);
        double[][] steps = MatrixTrajectory.stepGram(gram);
        assertThat(Math.abs(score(gram, SurrogateWalk.independent(steps, PARAMETERS))))
                .isLessThan(3);
    }

    @Test
    void aWalkThatIsMerelyCorrelatedIsAboveThePublishedNullOnly() {
        double[][] gram = walk(5, 0.8, 0);
        double[][] steps = MatrixTrajectory.stepGram(gram);
        assertThat(score(gram, SurrogateWalk.independent(steps, PARAMETERS))).isGreaterThan(5);
        assertThat(Math.abs(score(gram, SurrogateWalk.autocorrelated(steps, PARAMETERS))))
                .isLessThan(3);
    }

    @Test
    void aWalkThatOscillatesAlongOneLineIsAboveBoth() {
        double[][] noise = walk(6, 0, 0);
        double[][] line = new double[STEPS + 1][STEPS + 1];
        for (int i = 0; i <= STEPS; i++) {
            for (int j = 0; j <= STEPS; j++) {
                line[i][j] = noise[i][j] + 1e6 * Math.sin(0.4 * i) * Math.sin(0.4 * j);
            }
        }
        double[][] steps = MatrixTrajectory.stepGram(line);
        assertThat(score(line, SurrogateWalk.independent(steps, PARAMETERS))).isGreaterThan(5);
        assertThat(score(line, SurrogateWalk.autocorrelated(steps, PARAMETERS))).isGreaterThan(3);
    }

    /** Matrices of the same shape whose steps have the same norms: only shared random numbers could give them the same walks. */
    @Test
    void eachMatrixHasWalksOfItsOwn() {
        StudiedRun run = SyntheticRun.write(folder, 0, 8, (index, attention, backend) -> {
            for (long i = 0; i < attention.size(1); i++) {
                attention.set(attention.get(0, i) + 0.01, 0, i);
            }
        });
        Findings findings = new TrajectoryComponents().measure(run, PhaseSteps.none());
        List<Double> shares = findings.measurements().stream()
                .filter(found -> found.quantity().equals("random-walk-share"))
                .map(Measurement::value)
                .filter(Double::isFinite)
                .toList();
        assertThat(shares).hasSizeGreaterThan(7);
        assertThat(shares).doesNotHaveDuplicates();
    }

    @Test
    void aShareThatOnlyFallsTurnsAtItsFirstPoint() {
        assertThat(TrajectoryComponents.turnover(new double[] {0.9, 0.8, 0.7, 0.6}))
                .hasValue(0);
        assertThat(TrajectoryComponents.turnover(new double[] {0.5, 0.6, 0.9, 0.8, 0.7}))
                .hasValue(2);
        assertThat(TrajectoryComponents.turnover(new double[] {0.5, 0.6, 0.7})).isEmpty();
    }
}
