package dev.spectraledge.analysis.nulls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.Random;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The surrogates against windows of vectors that are really drawn. */
class SurrogateGramTest {
    private static final int ROWS = 5;
    private static final int SAMPLES = 400;
    /** Twelve comparisons at this level reject a right sampler once in 800 choices of the seed; the seed is fixed. */
    private static final double LEVEL = 1e-4;

    private static final double[] NORMS = {5, 2, 1.5, 1, 0.5};
    /** Correlations by lag of the observed window in the second test. */
    private static final double[] CORRELATION = {1, 0.6, 0.3, 0.1, 0};

    private static GramMatrix observed(boolean correlated) {
        GramMatrix gram = new GramMatrix(ROWS);
        gram.resize(ROWS);
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column <= row; column++) {
                double correlation = row == column ? 1 : correlated ? CORRELATION[row - column] : 0.2;
                gram.set(row, column, correlation * NORMS[row] * NORMS[column]);
            }
        }
        return gram;
    }

    @ParameterizedTest
    @CsvSource({"false, 2000", "true, 2000", "false, 6", "true, 6"})
    void singularValuesAreDistributedAsThoseOfRealVectors(boolean correlated, int parameters) {
        GramMatrix observed = observed(correlated);
        RandomSequence random = new RandomSequence();
        SurrogateGram surrogate = new SurrogateGram(ROWS, random);
        LagCorrelation correlation = new LagCorrelation(ROWS);
        correlation.measure(observed, 0, ROWS);
        double[][] sampled = new double[3][SAMPLES];
        double[][] simulated = new double[3][SAMPLES];
        GramMatrix target = new GramMatrix(ROWS);
        Random simulator = new Random(42);
        for (int sample = 0; sample < SAMPLES; sample++) {
            random.seek(new PhiloxKey(42, 7), sample * surrogate.blocksPerDraw());
            surrogate.draw(observed, 0, ROWS, parameters, correlated ? correlation : null, target);
            store(target, sampled, sample);
            store(simulate(simulator, parameters, correlated ? correlation : null), simulated, sample);
        }
        for (int mode = 0; mode < 3; mode++) {
            double probability = new KolmogorovSmirnovTest().kolmogorovSmirnovTest(sampled[mode], simulated[mode]);
            System.out.printf(
                    "surrogate of %d parameters, correlated %s, sigma_%d: KS p = %.3f%n",
                    parameters, correlated, mode + 1, probability);
            assertThat(probability).isGreaterThan(LEVEL);
        }
    }

    /** First, second and last singular value. */
    private static void store(GramMatrix gram, double[][] target, int sample) {
        GramSpectrum spectrum = new GramSpectrum(ROWS);
        spectrum.compute(gram, 0, ROWS);
        target[0][sample] = spectrum.singularValue(0);
        target[1][sample] = spectrum.singularValue(1);
        target[2][sample] = spectrum.singularValue(ROWS - 1);
    }

    private static GramMatrix simulate(Random random, int parameters, LagCorrelation correlation) {
        double[][] noise = new double[ROWS][parameters];
        for (double[] row : noise) {
            for (int index = 0; index < parameters; index++) {
                row[index] = random.nextGaussian();
            }
        }
        double[][] rows = new double[ROWS][parameters];
        for (int row = 0; row < ROWS; row++) {
            double squares = 0;
            for (int index = 0; index < parameters; index++) {
                for (int inner = 0; inner < ROWS; inner++) {
                    double factor = correlation != null ? correlation.factor(row, inner) : row == inner ? 1 : 0;
                    rows[row][index] += factor * noise[inner][index];
                }
                squares += rows[row][index] * rows[row][index];
            }
            for (int index = 0; index < parameters; index++) {
                rows[row][index] *= NORMS[row] / Math.sqrt(squares);
            }
        }
        GramMatrix gram = new GramMatrix(ROWS);
        gram.resize(ROWS);
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column <= row; column++) {
                double sum = 0;
                for (int index = 0; index < parameters; index++) {
                    sum += rows[row][index] * rows[column][index];
                }
                gram.set(row, column, sum);
            }
        }
        return gram;
    }

    @Test
    void everyRowKeepsItsNorm() {
        GramMatrix observed = observed(true);
        RandomSequence random = new RandomSequence();
        random.seek(new PhiloxKey(1, 1), 0);
        LagCorrelation correlation = new LagCorrelation(ROWS);
        correlation.measure(observed, 0, ROWS);
        GramMatrix target = new GramMatrix(ROWS);
        new SurrogateGram(ROWS, random).draw(observed, 0, ROWS, 131_072, correlation, target);
        for (int row = 0; row < ROWS; row++) {
            assertThat(target.get(row, row)).isCloseTo(NORMS[row] * NORMS[row], within(1e-12));
        }
    }

    /**
     * Vectors of GPT-2's length, which nobody has to draw: the squared cosine of two random directions has the mean 1/p and, where p is
     * large, a standard deviation of √2/p.
     */
    @Test
    void randomDirectionsOfManyParametersHaveTheCosinesThatTheyMust() {
        long parameters = 124_439_808;
        int draws = 2000;
        RandomSequence random = new RandomSequence();
        SurrogateGram surrogate = new SurrogateGram(ROWS, random);
        GramMatrix target = new GramMatrix(ROWS);
        double sum = 0;
        int pairs = 0;
        for (int draw = 0; draw < draws; draw++) {
            random.seek(new PhiloxKey(5, 7), draw * surrogate.blocksPerDraw());
            surrogate.draw(observed(false), 0, ROWS, parameters, null, target);
            for (int row = 0; row < ROWS; row++) {
                for (int column = 0; column < row; column++) {
                    double cosine = target.get(row, column) / (NORMS[row] * NORMS[column]);
                    sum += parameters * cosine * cosine;
                    pairs++;
                }
            }
        }
        assertThat(sum / pairs).isCloseTo(1, within(4 * Math.sqrt(2.0 / pairs)));
    }

    @Test
    void refusesMoreRowsThanParameters() {
        SurrogateGram surrogate = new SurrogateGram(ROWS, new RandomSequence());
        assertThatThrownBy(() -> surrogate.draw(observed(false), 0, ROWS, ROWS, null, new GramMatrix(ROWS)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than 5 parameters");
    }
}
