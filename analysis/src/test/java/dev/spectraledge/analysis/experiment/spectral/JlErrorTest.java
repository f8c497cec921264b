package dev.spectraledge.analysis.experiment.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.TableRun;
import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JlErrorTest {
    /** The published window of the 124M model that ends at step 2,000 (Spectral Edge Dynamics §2.4). */
    private static final double[] PUBLISHED = {198.58, 169.08, 122.47, 110.73, 106.22, 92.66, 78.30, 61.27, 44.58, 22.79
    };

    private static final PhiloxKey KEY = new PhiloxKey(61, 1);
    private static final String ITEM = "window";

    @TempDir
    private Path folder;

    private static RandomSequence random() {
        RandomSequence random = new RandomSequence();
        random.seek(KEY, 0);
        return random;
    }

    /** Printed with one decimal of 2,000 draws, beside as many of ours: three standard errors of both and half a digit. */
    @ParameterizedTest
    @CsvSource({"50, 0.093", "100, 0.071", "200, 0.054", "500, 0.035", "1000, 0.025"})
    void theLawOfThePublishedWindowIsThatOfTheSpecification(int dimension, double expected) {
        SketchErrors errors = SketchErrors.of(List.of(PUBLISHED), 2, dimension, 2000, random())
                .getLast();
        double standard = errors.deviation() / Math.sqrt(2000);
        assertThat(errors.mean()).isCloseTo(expected, within(3 * Math.sqrt(2) * standard + 0.0005));
    }

    /** The law against windows that are multiplied with normal numbers, by both of their first moments. */
    private static void requireLaw(int draws) {
        int rows = 4;
        int parameters = 60;
        int dimension = 20;
        Random random = new Random(62);
        double[][] window = PlantedRows.noise(random, rows, parameters);
        GramSpectrum spectrum = new GramSpectrum(rows);
        spectrum.compute(PlantedRows.gram(window), 0, rows);
        double[] values =
                IntStream.range(0, rows).mapToDouble(spectrum::singularValue).toArray();
        SketchLaw law = new SketchLaw(values, dimension);
        RandomSequence drawn = random();
        double[] direct = new double[draws];
        double[] byLaw = new double[draws];
        for (int draw = 0; draw < draws; draw++) {
            double[][] sketch = new double[rows][dimension];
            for (int number = 0; number < dimension; number++) {
                double[] vector = new double[parameters];
                Arrays.setAll(vector, index -> random.nextGaussian() / Math.sqrt(dimension));
                for (int row = 0; row < rows; row++) {
                    for (int index = 0; index < parameters; index++) {
                        sketch[row][number] += window[row][index] * vector[index];
                    }
                }
            }
            GramSpectrum projected = new GramSpectrum(rows);
            projected.compute(PlantedRows.gram(sketch), 0, rows);
            direct[draw] = projected.singularValue(1) / projected.singularValue(2);
            GramSpectrum sketched = law.draw(drawn);
            byLaw[draw] = sketched.singularValue(1) / sketched.singularValue(2);
        }
        // Four standard errors of the difference of means; a deviation is known to 1/√(2n) of itself, ratios having
        // long tails to
        // twice that.
        double deviation = Statistics.deviation(direct);
        assertThat(Statistics.mean(byLaw))
                .isCloseTo(Statistics.mean(direct), within(4 * deviation * Math.sqrt(2.0 / draws)));
        assertThat(Statistics.deviation(byLaw)).isCloseTo(deviation, within(8 * deviation / Math.sqrt(2.0 * draws)));
    }

    @Test
    void theLawIsThatOfAProjection() {
        requireLaw(2000);
    }

    @Test
    @Tag("nightly")
    void theLawIsThatOfAProjectionInManyDraws() {
        requireLaw(50_000);
    }

    private static Findings measure(double[]... windows) {
        Findings findings = new Findings();
        JlError.measure(ITEM, List.of(windows), 100, KEY, findings);
        return findings;
    }

    private static double controlled(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, ITEM + item, 100).orElseThrow();
    }

    /** Where nothing stands out the error is that of independent updates. */
    @Test
    void aFlatWindowHasTheErrorOfIndependentUpdates() {
        double[] flat = new double[10];
        Arrays.fill(flat, 3);
        Findings findings = measure(flat);
        // 4,000 draws each of something whose deviation is 0.75 of its mean: four standard errors of the quotient.
        assertThat(controlled(findings, "error-over-iid", "/r23/d=100"))
                .isCloseTo(1, within(4 * 0.75 * Math.sqrt(2.0 / 4000)));
        // Projections open gaps where there are none.
        assertThat(controlled(findings, "bias-by-law", "/r23/d=100")).isPositive();
    }

    @Test
    void aLargeGapShrinksAndKeepsItsPlace() {
        Findings findings = measure(TableRun.norms(10, 3));
        assertThat(controlled(findings, "bias-by-law", "/r23/d=100")).isNegative();
        assertThat(controlled(findings, "error-over-iid", "/r23/d=100")).isGreaterThan(1.2);
        assertThat(controlled(findings, "position-kept", "/d=1000")).isGreaterThan(0.99);
        assertThat(findings.value(Procedure.PUBLISHED, "passes", ITEM + "/r23/d=1000", 100))
                .hasValue(1);
    }

    @Test
    void everyExactTableOfARunIsLookedAt() {
        double[] steps =
                IntStream.rangeClosed(1, 3).mapToDouble(index -> 100 * index).toArray();
        TableRun run = TableRun.in(folder)
                .spectrum("spectrum.csv", false, steps, row -> TableRun.norms(5, 2))
                .spectrum("spectrum_raw.csv", true, steps, row -> TableRun.norms(5, 1.2));
        Findings findings = new JlError().measure(run.open(), PhaseSteps.none());
        assertThat(findings.items(Procedure.PUBLISHED, "within-claimed"))
                .containsExactly(
                        "updates/stride=100/W=5/r12/d=50",
                        "updates/stride=100/W=5/r23/d=50",
                        "gradients/stride=100/W=5/r12/d=50",
                        "gradients/stride=100/W=5/r23/d=50");
        assertThat(findings.figures()).hasSize(2);
    }

    @Test
    void sketchesAreNotSketchedAgain() {
        TableRun run = TableRun.in(folder)
                .file(
                        "spectrum.csv",
                        "step,sigma_1,sigma_2,sigma_3,sigma_standard_error_1\n100,3,2,1,0.1\n200,3,2,1,0.1\n");
        Findings findings = new JlError().measure(run.open(), PhaseSteps.none());
        assertThat(findings.measurements()).isEmpty();
        assertThat(findings.remarks()).singleElement().asString().contains("keeps whole updates or gradients");
    }
}
