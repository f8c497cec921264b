package dev.spectraledge.analysis.earlywarning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.statistic.Proportion;
import dev.spectraledge.trainer.warning.Detector;
import dev.spectraledge.trainer.warning.DetectorRules;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The detectors that look at windows of gradients, on gradients that never were: a mean and independent noise in each, as where
 * nothing changes, and a mean that grows in one step of the runs in which an alignment is planted.
 */
class GradientDetectorsTest {
    private static final int WINDOW = 10;
    private static final int PARAMETERS = 60;
    /** Norm of the mean in units of that of the noise. */
    private static final double MEAN = 0.5;

    private static final int PLANTED = 250;
    private static final int ROWS = 400;
    private static final long NEVER = -1;

    @ParameterizedTest
    @ValueSource(strings = {"gradient_cosine", "gradient_concentration"})
    void itFiresSoonAfterAPlantedAlignment(String detector) {
        for (long seed = 100; seed < 110; seed++) {
            assertThat(firing(detector, seed, ROWS, 2)).isBetween(PLANTED + 2L, PLANTED + 2L * WINDOW);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gradient_cosine", "gradient_concentration"})
    void whereNothingChangesItSeldomFires(String detector) {
        requireRate(detector, 100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gradient_cosine", "gradient_concentration"})
    @Tag("nightly")
    void whereNothingChangesItSeldomFiresInManyRuns(String detector) {
        requireRate(detector, 1000);
    }

    /**
     * The rule has no nominal level: its rate is printed with an interval of 95 %. An alarm in every other run in which nothing
     * changes would say nothing.
     */
    private static void requireRate(String detector, int runs) {
        int alarms = 0;
        for (int run = 0; run < runs; run++) {
            alarms += firing(detector, 1000 + run, ROWS, MEAN) == NEVER ? 0 : 1;
        }
        Proportion rate = Proportion.of(alarms, runs);
        System.out.printf(
                "%s: false alarms in %d of %d quiet runs of %d windows, %.4f to %.4f%n",
                detector, alarms, runs, ROWS, rate.low(), rate.high());
        assertThat(rate.high()).isLessThan(0.5);
    }

    /** The window in which a detector fires first. */
    private static long firing(String name, long seed, int rows, double later) {
        Random random = new Random(seed);
        GramMatrix gram = new GramMatrix(WINDOW);
        GramSpectrum spectrum = new GramSpectrum(WINDOW);
        double[][] window = new double[WINDOW][];
        double[] products = new double[WINDOW];
        Detector detector = DetectorRules.named(name).detector();
        for (int row = 0; row < rows + WINDOW; row++) {
            double[] gradient = gradient(random, row < PLANTED + WINDOW ? MEAN : later);
            System.arraycopy(window, 1, window, 0, WINDOW - 1);
            window[WINDOW - 1] = gradient;
            int held = Math.min(row + 1, WINDOW);
            for (int index = 0; index < held; index++) {
                products[index] = dot(gradient, window[WINDOW - held + index]);
            }
            gram.append(products);
            if (held == WINDOW) {
                spectrum.compute(gram, 0, WINDOW);
                double largest = spectrum.singularValue(0);
                double value = name.equals("gradient_cosine")
                        ? gram.meanCosine(0, WINDOW)
                        : largest * largest / spectrum.trace();
                if (detector.see(row - WINDOW, value)) {
                    return (long) row - WINDOW;
                }
            }
        }
        return NEVER;
    }

    private static double[] gradient(Random random, double mean) {
        double[] gradient = new double[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            gradient[i] = random.nextGaussian();
        }
        gradient[0] += mean * Math.sqrt(PARAMETERS);
        return gradient;
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
