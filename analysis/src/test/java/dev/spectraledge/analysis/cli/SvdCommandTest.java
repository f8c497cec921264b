package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.decomposition.PlantedMatrix;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SvdCommandTest {
    private static final double[][] MATRIX = PlantedMatrix.of(40, 30, 5, 3, 2, 1);

    @TempDir
    private Path folder;

    @Test
    void oneFileGivesItsMatricesAsATable() {
        Outcome outcome = sedge("svd", matrix("w"), "--rank", 2);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("w  40 × 30", "5.0000", "3.0000", "frobenius residual 2.23607");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void severalFilesAreATrajectory() {
        List<Path> files = PlantedMatrix.writeTrajectory(folder, DType.FLOAT32, PlantedMatrix.of(10, 200, 5, 3));
        Outcome outcome = sedge("svd", files.get(0), files.get(1), files.get(2), "--rank", 2, "--json");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        Map<String, Object> document = Json.parseObject(outcome.out(), "output");
        assertThat(document)
                .containsEntry("method", "streaming")
                .containsEntry("rows_are", "updates")
                .containsKeys("version", "seed", "left_out");
        assertThat(((List<?>) document.get("matrices")).getFirst())
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("rows", 2L)
                .containsEntry("columns", 200L)
                .containsKeys("singular_values", "lower", "upper", "value_error_bound");
    }

    /** The order of steps, not of names: step_10 comes after step_9. */
    @Test
    void aFolderIsTakenInTheOrderOfItsSteps() {
        List<Path> files = PlantedMatrix.writeTrajectory(folder, DType.FLOAT32, PlantedMatrix.of(11, 200, 5, 3));
        Object[] arguments = new Object[files.size() + 4];
        arguments[0] = "svd";
        for (int index = 0; index < files.size(); index++) {
            arguments[index + 1] = files.get(index);
        }
        arguments[files.size() + 1] = "--rank";
        arguments[files.size() + 2] = 2;
        arguments[files.size() + 3] = "--json";
        Outcome named = sedge(arguments);
        assertThat(named.exitCode()).as(named.err()).isZero();
        assertThat(sedge("svd", folder, "--rank", 2, "--json").out()).isEqualTo(named.out());
    }

    @Test
    void outReceivesTableDocumentFigureAndPage() throws IOException {
        Path out = folder.resolve("out");
        Outcome outcome = sedge("svd", matrix("<script>alert(1)</script>,\"x\""), "--rank", 3, "--out", out);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("report: " + out.resolve("report.html"));
        assertThat(Files.readString(out.resolve("report.html")))
                .contains("<svg", "&lt;script&gt;")
                .doesNotContain("<script>alert");
        assertThat(Files.readString(out.resolve("spectra.svg")))
                .contains("<svg")
                .doesNotContain("<script");
        assertThat(Files.readString(out.resolve("svd.csv")).lines())
                .hasSize(4)
                .anyMatch(line -> line.startsWith("\"<script>alert(1)</script>,\"\"x\"\"\",1,"));
        assertThat(Json.readObject(out.resolve("svd.json"))).containsEntry("rank", 3L);
    }

    @Test
    void badFilesGetOneLine() throws IOException {
        failed(folder.resolve("missing.safetensors") + ": no such file", folder.resolve("missing.safetensors"));
        failed("/dev/zero: it is a pipe, a socket or a device", Path.of("/dev/zero"));
        failed("truncated", Files.write(folder.resolve("short.safetensors"), new byte[] {9, 0, 0}));
        failed(
                "must be finite",
                PlantedMatrix.write(folder.resolve("nan.safetensors"), DType.FLOAT32, Map.of("w", new double[][] {
                    {1, Double.NaN}, {1, 1}
                })));
        failed("holds no checkpoints", Files.createDirectory(folder.resolve("empty")));
    }

    @Test
    void wrongOptionsAreUsage() throws IOException {
        Path file = matrix("w");
        misused("--rank must be 1 to 1000, not 0", file, "--rank", 0);
        misused("--method cannot be 'streming'; it is one of randomized, streaming", file, "--method", "streming");
        misused("--method streaming is for a trajectory of at least 2 files, got 1", file, "--method", "streaming");
        misused("--device cannot be 'tpu'", file, "--device", "tpu");
        misused("--rows is for trajectories", file, "--rows", "snapshots");
        misused("--device cuda computes --method randomized only", file, file, "--device", "cuda");
        misused("--rank cannot be 9 by --method streaming for rows of 60 parameters", trajectory(), "--rank", 9);
        Path run = Files.createDirectory(folder.resolve("run"));
        Files.writeString(run.resolve("metrics.csv"), "step\n");
        misused("--out cannot be " + run + ": it is the directory of a run", file, "--out", run);
        assertThat(run.resolve("svd.json")).doesNotExist();
    }

    private Path matrix(String name) {
        return PlantedMatrix.write(folder.resolve("matrix.safetensors"), DType.FLOAT32, Map.of(name, MATRIX));
    }

    private Path trajectory() throws IOException {
        Path steps = Files.createDirectory(folder.resolve("steps"));
        PlantedMatrix.writeTrajectory(steps, DType.FLOAT32, PlantedMatrix.of(130, 60, 5, 3));
        return steps;
    }

    private void failed(String expected, Object... arguments) {
        oneLine(1, expected, arguments);
    }

    private void misused(String expected, Object... arguments) {
        oneLine(2, expected, arguments);
    }

    private static void oneLine(int exitCode, String expected, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = "svd";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        Outcome outcome = sedge(all);
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .startsWith("sedge: ")
                .contains(expected)
                .doesNotContain("internal error");
        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.out()).isEmpty();
    }
}
