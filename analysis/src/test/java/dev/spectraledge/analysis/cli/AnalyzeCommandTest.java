package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.offline.AnalysisFolder;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyzeCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aFolderWithoutCheckpointsGetsOneLine() {
        refused("missing", folder.resolve("missing"));
        refused("no checkpoints", folder);
    }

    @Test
    void aTruncatedCheckpointGetsOneLine() throws IOException {
        for (int step = 0; step < 3; step++) {
            Files.write(folder.resolve("step_00000" + step + ".safetensors"), new byte[] {9, 0, 0});
        }
        refused("step_000000.safetensors", folder);
    }

    @Test
    void withoutOutTheFolderIsNamedAfterTheRun() {
        assertThat(AnalysisFolder.usual(Path.of("runs/dyck"))).isEqualTo(Path.of("analysis/dyck"));
        assertThat(AnalysisFolder.usual(Path.of("runs/dyck/checkpoints/"))).isEqualTo(Path.of("analysis/dyck"));
        assertThat(AnalysisFolder.usual(Path.of(".")))
                .isEqualTo(
                        Path.of("analysis").resolve(Path.of("").toAbsolutePath().getFileName()));
    }

    @Test
    void writesWhatItDidIntoTheUsualFolderAndNoneOfSomebodyElses() throws IOException {
        SyntheticRun.write(
                folder, 1, 4, (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1));
        Path usual = AnalysisFolder.usual(folder);
        try {
            Outcome outcome = sedge("analyze", folder, "--no-nulls", "--json");
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            Map<String, Object> printed = Json.parseObject(outcome.out(), "output");
            Map<String, Object> written = Json.readObject(usual.resolve("analysis.json"));
            assertThat(printed).containsAllEntriesOf(written).containsEntry("report", usual + "/report.html");
            assertThat(written)
                    .containsEntry("source", folder.toAbsolutePath().toString())
                    .containsEntry("state", "done")
                    .containsEntry("snapshots", 4L)
                    .containsKeys("version", "parameters");
            assertThat((Map<?, ?>) written.get("settings"))
                    .hasToString(
                            "{stride=null, windows=[5], subset=attention, include=[], exclude=[], count_tied=false,"
                                    + " nulls=false, seed=0, learning_rate=null, weight_decay=null}");
            assertThat((List<?>) written.get("tensors")).hasSize(4);
            assertThat(((Map<?, ?>) written.get("left_out")).values())
                    .isNotEmpty()
                    .allSatisfy(reason -> assertThat(reason.toString()).startsWith("not of the attention subset"));
            assertThat(Files.readString(usual.resolve("report.html"))).contains("Analysis", folder.toString());
            assertThat(sedge("analyze", folder, "--no-nulls", "--window", 3).exitCode())
                    .isZero();

            Path namesake = Files.createDirectories(folder.resolve("other").resolve(folder.getFileName()));
            Outcome refused = sedge("analyze", namesake);
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err()).contains(usual + " exists already", "--out");
        } finally {
            delete(usual);
        }
    }

    @Test
    void theDirectoryOfARunIsNotOverwritten() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        Files.writeString(run.resolve("metrics.csv"), "step\n");
        Outcome outcome = sedge("analyze", folder, "--out", run);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("--out cannot be " + run + ": it is the directory of a run");
    }

    private static void delete(Path usual) throws IOException {
        try (Stream<Path> files = Files.walk(usual)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.deleteIfExists(usual.getParent());
    }

    private void refused(String expected, Path checkpoints) {
        Outcome outcome = sedge("analyze", checkpoints, "--out", folder.resolve("out"));
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .startsWith("sedge: ")
                .contains(expected)
                .doesNotContain("internal error");
    }
}
