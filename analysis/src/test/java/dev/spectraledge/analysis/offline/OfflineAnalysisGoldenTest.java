package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.io.CsvReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published numbers of a whole run, from its checkpoints. */
class OfflineAnalysisGoldenTest {
    @TempDir
    private Path output;

    @Test
    void printsThePublishedDecompositionOfTheDyckRun() {
        Path checkpoints = GoldenFolder.require("dyck_s42_snapshots");
        OfflineResult result;
        try (Workers workers = new Workers(1)) {
            OfflineSettings settings = new OfflineSettings(
                    checkpoints,
                    output,
                    OptionalLong.empty(),
                    List.of(5),
                    TensorSelection.of("attention"),
                    true,
                    42,
                    false,
                    OptionalDouble.empty(),
                    OptionalDouble.empty());
            result = new OfflineAnalysis(settings, workers, ReadProgress.silent()).run();
        }
        assertThat(result.parameters()).isEqualTo(131_072);
        assertThat(result.learningRate()).hasValue(0.001);
        assertThat(result.weightDecay()).hasValue(1);
        assertThat(result.segments()).isEqualTo(3);
        CsvReader spectrum = CsvReader.read(output.resolve("spectrum.csv"));
        assertThat(spectrum.column("step"))
                .containsExactly(200, 300, 400, 500, 600, 1100, 1200, 1300, 1400, 1500, 3600, 3700, 3800, 3900, 4000);
        for (Map.Entry<Integer, PublishedDecomposition> entry : PublishedDecomposition.BY_STEP.entrySet()) {
            int row = row(spectrum, entry.getKey());
            entry.getValue().requireEqual(column -> spectrum.column(column)[row]);
        }
        // Half-window overlaps at the same windows, from the same run analysed in PyTorch (three decimals).
        assertThat(spectrum.column("alpha_half_1")[row(spectrum, 600)]).isCloseTo(0.770, within(5.1e-4));
        assertThat(spectrum.column("alpha_half_2")[row(spectrum, 600)]).isCloseTo(0.155, within(5.1e-4));
        assertThat(spectrum.column("gradient_share_1")).containsOnly(Double.NaN);
        CsvReader nulls = CsvReader.read(output.resolve("spectrum_null.csv"));
        assertThat(nulls.rows()).isEqualTo(6 * spectrum.rows());
    }

    private static int row(CsvReader table, int step) {
        double[] steps = table.column("step");
        for (int row = 0; row < steps.length; row++) {
            if (steps[row] == step) {
                return row;
            }
        }
        throw new AssertionError("no row of step " + step);
    }
}
