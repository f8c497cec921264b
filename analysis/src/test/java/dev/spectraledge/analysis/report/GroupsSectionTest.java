package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.checkpoint.Fixtures;
import dev.spectraledge.analysis.offline.GroupSpectra;
import dev.spectraledge.analysis.offline.OfflineAnalysis;
import dev.spectraledge.analysis.offline.OfflineSettings;
import dev.spectraledge.analysis.offline.ReadProgress;
import dev.spectraledge.analysis.offline.TensorSelection;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupsSectionTest {
    private static final int LAST = 1;

    @TempDir
    private Path folder;

    private void analyse(Integer... windows) {
        try (Workers workers = new Workers(1)) {
            OfflineSettings settings = new OfflineSettings(
                    Fixtures.get("flat"),
                    folder,
                    OptionalLong.empty(),
                    List.of(windows),
                    TensorSelection.of("attention"),
                    false,
                    0,
                    false,
                    OptionalDouble.empty(),
                    OptionalDouble.empty());
            new OfflineAnalysis(settings, workers, ReadProgress.silent()).run();
        }
    }

    @Test
    void groupsAddUpAndThoseOfTheSubsetAreItsSpectrum() {
        analyse(3);
        GroupTable table = GroupTable.read(folder.resolve(GroupSpectra.FILE_NAME));
        assertThat(table.parts()).containsExactly("attention", "norms", "mlp", "embeddings");
        assertThat(table.groups()).contains("transformer.h.0.attention", "transformer.h.0.mlp");
        double shares = table.parts().stream()
                .mapToDouble(part -> table.last(part, "update_share"))
                .sum();
        assertThat(shares).isCloseTo(1, within(1e-12));
        RunTable spectrum = RunTable.read(folder.resolve("spectrum.csv"));
        for (String column : List.of("sigma_1", "energy_1", "k_star", "gap_ratio", "update_norm")) {
            assertThat(table.column("attention", column)).as(column).containsExactly(spectrum.require(column));
            assertThat(table.last("transformer.h.0.attention", column)).isEqualTo(spectrum.require(column)[LAST]);
        }
    }

    @Test
    void thePageShowsEveryGroupAndEveryWindow() throws IOException {
        analyse(3, 2);
        String page = Files.readString(Report.of(folder).write());
        assertThat(page)
                .contains("Groups of parameters", "transformer.h.0.mlp", "Windows of 2 updates")
                .contains("of the attention parameters");
        assertThat(folder.resolve("figures/groups.svg")).exists();
        assertThat(folder.resolve("spectrum_w2.csv")).exists();
        Figure figure = new GroupsSection(GroupTable.read(folder.resolve(GroupSpectra.FILE_NAME)))
                .figure()
                .orElseThrow();
        assertThat(figure.panels())
                .hasSize(3)
                .allSatisfy(panel -> assertThat(panel.lines()).hasSize(4));
    }

    @Test
    void aTableThatIsNoneIsRefused() throws IOException {
        Path file = folder.resolve(GroupSpectra.FILE_NAME);
        for (String text : List.of(
                "",
                "step,group\n1,a\n",
                String.join(",", GroupSpectra.COLUMNS) + "\n1,2\n",
                String.join(",", GroupSpectra.COLUMNS) + "\nx,a,,,,,,,,,,,,\n")) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> GroupTable.read(file))
                    .isInstanceOf(RunException.class)
                    .hasMessageStartingWith(file.toString());
        }
    }
}
