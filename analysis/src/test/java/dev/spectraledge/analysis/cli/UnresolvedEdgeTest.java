package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where rounding alone would choose k*, nobody is told a number. */
class UnresolvedEdgeTest {
    private static final int SNAPSHOTS = 12;
    private static final long WINDOWS = SNAPSHOTS - 2;

    @TempDir
    private Path folder;

    private Path checkpoints;
    private Path output;

    @BeforeEach
    void makeFolders() throws IOException {
        checkpoints = Files.createDirectory(folder.resolve("snapshots"));
        output = folder.resolve("analysis");
    }

    private Map<String, Object> analyse() {
        Outcome outcome = sedge("analyze", checkpoints, "--out", output, "--json");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return Json.parseObject(outcome.out(), "output");
    }

    private Map<?, ?> lateWindow() {
        Outcome report = sedge("report", "--json", output);
        assertThat(report.exitCode()).as(report.err()).isZero();
        Map<String, Object> numbers =
                Json.parseObject(report.out().strip().replaceFirst("^\\[", "").replaceFirst("]$", ""), "report");
        return (Map<?, ?>) ((List<?>) numbers.get("windows")).getLast();
    }

    private static List<String> compared(Map<String, Object> document) {
        return ((List<?>) document.get("nulls"))
                .stream()
                        .flatMap(observer -> ((List<?>) ((Map<?, ?>) observer).get("quantities")).stream())
                        .map(quantity -> (String) ((Map<?, ?>) quantity).get("quantity"))
                        .toList();
    }

    @Test
    void weightsOnAStraightLineHaveNoEdge() throws IOException {
        SyntheticRun.write(
                checkpoints,
                0,
                SNAPSHOTS,
                (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, 1, 1));
        Map<String, Object> document = analyse();
        CsvReader table = CsvReader.read(output.resolve("spectrum.csv"));
        System.out.printf(
                "straight line: k* %.0f, R %.1e in the table%n",
                table.column("k_star")[table.rows() - 1], table.column("gap_ratio")[table.rows() - 1]);
        assertThat(table.column("gap_ratio")[table.rows() - 1]).isFinite();
        assertThat(document).containsEntry("unresolved_windows", WINDOWS);
        assertThat(compared(document)).contains("sigma_1").doesNotContain("k_star", "gap_ratio", "g23");
        assertThat((List<?>) document.get("happened"))
                .singleElement()
                .asString()
                .contains("k*, gap and R are unresolved in " + WINDOWS + " of " + WINDOWS + " windows")
                .doesNotContain("R is");
        for (String quantity : List.of("k_star", "gap_ratio", "g23", "sigma_2")) {
            Map<?, ?> entry = (Map<?, ?>) lateWindow().get(quantity);
            assertThat(entry.get("measured")).as(quantity).isNull();
            assertThat(entry.get("unresolved")).as(quantity).isEqualTo(true);
        }
        assertThat(Files.readString(output.resolve("report.html")))
                .contains("<b>unresolved</b>", "windows 10 have no k* and R here")
                .doesNotContain("<title>R</title>");
    }

    @Test
    void twoModesAboveNoiseHaveTheirEdgeAtTwo() {
        SyntheticRun.write(checkpoints, 0, SNAPSHOTS, (index, attention, backend) -> {
            SyntheticRun.addRandom(attention, backend, 1 + index % 2, 2 + index % 2);
            SyntheticRun.addRandom(attention, backend, 100 + index, 1e-4);
        });
        Map<String, Object> document = analyse();
        assertThat(document).containsEntry("unresolved_windows", 0L);
        assertThat(compared(document)).contains("k_star", "gap_ratio", "g23", "sigma_3");
        Map<?, ?> window = lateWindow();
        assertThat((Map<?, ?>) window.get("k_star")).isEqualTo(Map.of("measured", 2.0));
        assertThat((double) ((Map<?, ?>) window.get("gap_ratio")).get("measured"))
                .isBetween(1e3, 1e6);
    }
}
