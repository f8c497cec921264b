package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.nulls.NullTable;
import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.trainer.io.ExistingRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NullComparisonTest {
    private static final String OBSERVED = "step,sigma_1,sigma_2,k_star,gap_ratio\n";
    private static final String NULLS = "step,null,quantile,k_star,gap_ratio\n";
    private static final int WIDTH = 5;
    private static final int PARAMETERS = 200;

    @TempDir
    private Path folder;

    private Path run;

    @BeforeEach
    void aRunOfNothing() throws IOException {
        run = Files.createDirectory(folder.resolve("run"));
        SampleRun.text(run, "config.json", "{}");
    }

    private NullComparison comparison() {
        return NullComparison.of(RunRecord.read(run, Map.of()).spectra().getFirst())
                .orElseThrow();
    }

    private static NullContrast against(NullModel model, NullComparison.Row row) {
        return row.contrasts().stream()
                .filter(contrast -> contrast.model() == model)
                .findFirst()
                .orElseThrow();
    }

    /** The same null, of one model, for windows of two updates that end at 100, 200, … */
    private static String nulls(int windows) {
        StringBuilder text = new StringBuilder(NULLS);
        for (int step = 100; step <= 100 * windows; step += 100) {
            text.append(step).append(",0,0.05,1,1\n");
            text.append(step).append(",0,0.5,1,2\n");
            text.append(step).append(",0,0.95,2,4\n");
        }
        return text.toString();
    }

    /**
     * Of the rows 100, 300, 500 and 700, which share no update, R/null median is e, e², e³ and e³; of k* one lies above its
     * quantile. The rows between are far beyond and do not count. P(2 or 3 and more of 4) by hand.
     */
    @Test
    void isAboutWindowsThatShareNoUpdate() {
        double e = Math.E;
        SampleRun.text(
                run,
                "spectrum.csv",
                OBSERVED + "100,2,1,1," + 2 * e + "\n200,2,1,9,1e9\n300,2,1,1," + 2 * e * e
                        + "\n400,2,1,9,1e9\n500,2,1,3," + 2 * e * e * e + "\n600,2,1,9,1e9\n700,2,1,1," + 2 * e * e * e
                        + "\n");
        SampleRun.text(run, "spectrum_null.csv", nulls(7));
        NullComparison comparison = comparison();
        assertThat(comparison.windows()).isEqualTo(4);
        NullComparison.Row ratio = comparison.row("gap_ratio").orElseThrow();
        NullContrast contrast = against(NullModel.INDEPENDENT, ratio);
        assertThat(ratio.observed()).isCloseTo(e * e + e * e * e, within(1e-9));
        assertThat(contrast.median()).isEqualTo(2);
        // Logarithms 1, 2, 3 and 3: median 2.5, standard deviation √(11/12).
        assertThat(contrast.effect()).isCloseTo(2.5 / Math.sqrt(11 / 12.0), within(1e-9));
        assertThat(contrast.above().count()).isEqualTo(4);
        assertThat(contrast.above().probability()).isCloseTo(Math.pow(0.05, 4), within(1e-15));
        // Four hypotheses: above and below, of R and of k*.
        assertThat(contrast.above().adjusted()).isCloseTo(4 * Math.pow(0.05, 4), within(1e-15));
        assertThat(ratio.sentence()).isEqualTo("R is larger than independent updates give in 100 % of windows.");
        NullComparison.Row position = comparison.row("k_star").orElseThrow();
        assertThat(position.observed()).isEqualTo(1);
        NullContrast positions = against(NullModel.INDEPENDENT, position);
        assertThat(positions.above().count()).isEqualTo(1);
        assertThat(positions.above().probability()).isCloseTo(1 - Math.pow(0.95, 4), within(1e-12));
        assertThat(position.sentence())
                .isEqualTo("k* is not distinguishable from what independent updates give, being larger in 25 % of "
                        + "windows and smaller in 0 %.");
    }

    @Test
    void windowsOnBothSidesAreSaidToBe() {
        StringBuilder text = new StringBuilder(OBSERVED);
        for (int step = 100; step <= 2000; step += 100) {
            text.append(step)
                    .append(",2,1,1,")
                    .append(step / 200 % 2 == 0 ? 9 : 0.5)
                    .append('\n');
        }
        SampleRun.text(run, "spectrum.csv", text.toString());
        SampleRun.text(run, "spectrum_null.csv", nulls(20));
        assertThat(comparison().row("gap_ratio").orElseThrow().sentence())
                .isEqualTo("R is larger than independent updates give in 50 % of windows and smaller in 50 %, so it "
                        + "deviates both ways.");
    }

    @Test
    void positionsAreNeverDrawnAsABand() throws IOException {
        Path sample = SampleRun.writeTo(folder.resolve("sample"));
        RunFigures figures = new RunFigures(RunRecord.read(sample));
        assertThat(RunRecord.read(sample).spectra()).isNotEmpty().allSatisfy(spectrum -> {
            assertThat(figures.edge(spectrum).orElseThrow().panels())
                    .anyMatch(panel -> panel.title().contains("k*"))
                    .allMatch(panel -> panel.bands().isEmpty());
        });
        String page = Files.readString(Report.of(sample).write());
        assertThat(page)
                .contains("<b>k*</b>", "effect size", "p (Holm)")
                .contains(NullModel.INDEPENDENT.level(), NullModel.AUTOCORRELATED.level());
    }

    /** Runs of thirty windows of independent updates: of all that is tested, something is called exceptional in 5 % of them. */
    @Test
    void whereTheNullIsTrueFewRunsSayAnythingElse() {
        int runs = 60;
        int claims = 0;
        for (int seed = 0; seed < runs; seed++) {
            simulate(seed, 0);
            claims += comparison().rows().stream()
                            .map(row -> against(NullModel.INDEPENDENT, row))
                            .anyMatch(contrast -> contrast.above().isMoreThanChance()
                                    || contrast.below().isMoreThanChance())
                    ? 1
                    : 0;
        }
        System.out.printf("runs of independent updates of which the table claims anything: %d of %d%n", claims, runs);
        // P(more than 9 of 60 at 5 %) is 1 in 1,000.
        assertThat(claims).isLessThanOrEqualTo(9);
    }

    @Test
    void aPlantedEdgeIsFound() {
        simulate(1, 1);
        NullContrast contrast =
                against(NullModel.INDEPENDENT, comparison().row("gap_ratio").orElseThrow());
        assertThat(contrast.above().isMoreThanChance()).isTrue();
        assertThat(contrast.below().isMoreThanChance()).isFalse();
        assertThat(contrast.effect()).isGreaterThan(1);
        assertThat(comparison().row("gap_ratio").orElseThrow().sentence())
                .startsWith("R is larger than independent updates give in ");
    }

    /** Windows that share no update, of normal updates with a multiple of one direction, and their nulls. */
    private void simulate(long seed, double multiple) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder("step,sigma_1,sigma_2,sigma_3,sigma_4,sigma_5,k_star,gap_ratio,g23\n");
        GramSpectrum spectrum = new GramSpectrum(WIDTH);
        double[] common = normal(random);
        try (NullTable nulls =
                NullTable.drawnFrom(seed, run.resolve("spectrum_null.csv"), WIDTH, false, ExistingRows.DROP)) {
            for (int window = 1; window <= 30; window++) {
                GramMatrix gram = gram(random, common, multiple);
                spectrum.compute(gram, 0, WIDTH);
                int position = SpectralEdge.position(spectrum);
                // One row for each window and as many between, as if the windows slid.
                int step = WIDTH * window;
                for (int row = step; row < step + WIDTH; row++) {
                    text.append(row);
                    for (int mode = 0; mode < WIDTH; mode++) {
                        text.append(',').append(spectrum.singularValue(mode));
                    }
                    text.append(',').append(position);
                    text.append(',').append(SpectralEdge.ratio(spectrum, position));
                    text.append(',')
                            .append(SpectralEdge.subleadingGap(spectrum))
                            .append('\n');
                }
                ProductHistory history = history(gram);
                WindowDiagnostics diagnostics = new WindowDiagnostics(WIDTH, PARAMETERS);
                diagnostics.compute(history);
                nulls.write(step, history, diagnostics, PARAMETERS);
            }
            nulls.flush();
        }
        SampleRun.text(run, "spectrum.csv", text.toString());
    }

    private static ProductHistory history(GramMatrix gram) {
        ProductHistory history = new ProductHistory(WIDTH, DecaySource.NONE);
        for (int row = 0; row < gram.rows(); row++) {
            UpdateProducts products = new UpdateProducts(WIDTH);
            for (int column = 0; column <= row; column++) {
                products.updates[column] = gram.get(row, column);
            }
            history.append(products);
        }
        return history;
    }

    private static GramMatrix gram(Random random, double[] common, double multiple) {
        List<double[]> rows = Stream.generate(() -> normal(random)).limit(WIDTH).toList();
        GramMatrix gram = new GramMatrix(WIDTH);
        gram.resize(WIDTH);
        for (int row = 0; row < WIDTH; row++) {
            for (int column = 0; column <= row; column++) {
                double sum = 0;
                for (int parameter = 0; parameter < PARAMETERS; parameter++) {
                    sum += (rows.get(row)[parameter] + multiple * common[parameter])
                            * (rows.get(column)[parameter] + multiple * common[parameter]);
                }
                gram.set(row, column, sum);
            }
        }
        return gram;
    }

    private static double[] normal(Random random) {
        return DoubleStream.generate(random::nextGaussian).limit(PARAMETERS).toArray();
    }
}
