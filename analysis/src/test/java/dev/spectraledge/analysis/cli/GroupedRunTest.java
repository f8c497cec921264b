package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that has a table of its layers. */
class GroupedRunTest {
    private static final List<String> SIZES = List.of(
            "task.contextLength=16",
            "model.layers=2",
            "model.width=16",
            "model.heads=2",
            "model.feedForwardWidth=16",
            "training.batchSize=4",
            "evaluation.every=6",
            "evaluation.tokens=200",
            "checkpoints.resumeEvery=6",
            "observers=[{name: layers, stride: 1, window: 4, subset: all, groups: true, alsoWindows: [3]}, {name: half,"
                    + " stride: 1, window: 4, subset: all, storage: bfloat16}]",
            "device=cpu",
            "threads=2");

    @TempDir
    private Path temporary;

    private Path text;

    @BeforeEach
    void write() throws IOException {
        String words = "What hath night to do with sleep? ".repeat(60);
        text = Files.write(temporary.resolve("text"), words.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> command(Path out, String... more) {
        List<String> command = new ArrayList<>(List.of("run", "text", "--data", text.toString()));
        command.addAll(SIZES);
        command.addAll(List.of(more));
        command.addAll(List.of("--steps", "18", "--out", out.toString()));
        return command;
    }

    /**
     * Of the same float32 snapshots, whose differences a run rounds to float32: by 2⁻²⁴ of themselves, which moves σ_1 of four
     * updates by no more than 2·2⁻²⁴ of itself.
     */
    @Test
    void itsTableIsThatOfItsSnapshots() throws IOException {
        Path run = temporary.resolve("run");
        succeed(command(run, "checkpoints.schedule=every", "checkpoints.every=1"));
        Path analysis = temporary.resolve("analysis");
        succeed(List.of(
                "analyze",
                run.resolve("checkpoints").toString(),
                "--subset",
                "all",
                "--window",
                "4",
                "--no-nulls",
                "--out",
                analysis.toString()));
        Map<String, Double> own = column(run.resolve("groups.csv"), "sigma_1");
        Map<String, Double> theirs = column(analysis.resolve("groups.csv"), "sigma_1");
        assertThat(own).containsKeys("18 attention", "18 transformer.h.1.mlp", "18 embeddings", "18 published_full");
        assertThat(theirs).hasSizeGreaterThan(16 * 6);
        theirs.forEach((key, value) -> assertThat(own.get(key)).as(key).isCloseTo(value, within(0x1p-23 * value)));
        String page = Files.readString(run.resolve("report.html"));
        assertThat(page).contains("transformer.h.1.mlp");
    }

    /** By step and group. */
    private static Map<String, Double> column(Path table, String name) throws IOException {
        List<String> lines = Files.readAllLines(table);
        int column = List.of(lines.getFirst().split(",")).indexOf(name);
        Map<String, Double> values = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            values.put(cells[0] + " " + cells[1], Double.parseDouble(cells[column]));
        }
        return values;
    }

    @Test
    @Tag("process")
    void aStopLeavesNoTrace() throws Exception {
        Path undisturbed = temporary.resolve("undisturbed");
        succeed(command(undisturbed));
        Path stopped = temporary.resolve("stopped");
        CommandLineRunner.Outcome outcome = CommandLineRunner.sedgeUntil(
                "TERM", "unfinished: .*/resume.safetensors", 2, command(stopped).toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(StopSignals.TRY_AGAIN);
        succeed(List.of("run", "--resume", stopped.toString()));
        SedgeProcess.requireSameBytes(undisturbed, stopped);
        assertThat(stopped.resolve("groups.csv")).hasSameBinaryContentAs(undisturbed.resolve("groups.csv"));
    }
}
