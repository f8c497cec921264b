package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
    private static final List<String> SMALL = List.of(
            "run",
            "dyck",
            "model.width=16",
            "model.heads=2",
            "model.feedForwardWidth=16",
            "task.sequences=80",
            "--threads",
            "1",
            "--steps",
            "30",
            "--stride",
            "5",
            "--window",
            "3");

    @TempDir
    private Path folder;

    @Test
    void trainsAndWritesTheWholeDirectory() {
        Path out = folder.resolve("run");
        Outcome outcome = small("--out", out);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines()).containsExactly(out.toString());
        for (String file : List.of(
                "config.json",
                "environment.json",
                "summary.json",
                "metrics.csv",
                "events.csv",
                "spectrum.csv",
                "spectrum_everyStep.csv",
                "log.txt",
                "report.html",
                "figures/edge.svg")) {
            assertThat(out.resolve(file)).isNotEmptyFile();
        }
        Map<String, Object> summary = Json.readObject(out.resolve("summary.json"));
        assertThat(summary).containsEntry("state", "done").containsEntry("final_step", 30L);
        assertThat(outcome.err()).contains("sedge: report: " + out.resolve("report.html"));
    }

    @Test
    void aFinishedRunCanBeReportedAnalysedAndResumed() {
        Path out = folder.resolve("run");
        assertThat(small("--out", out, "--checkpoints", "every:5").exitCode()).isZero();
        assertThat(sedge("report", out).exitCode()).isZero();
        Path analysis = folder.resolve("analysis");
        Outcome analysed = sedge("analyze", out, "--window", 3, "--out", analysis, "--json");
        assertThat(analysed.exitCode()).as(analysed.err()).isZero();
        assertThat(Json.parseObject(analysed.out(), "analyze"))
                .containsEntry("snapshots", 7L)
                .containsEntry("learning_rate", 0.001)
                .containsEntry("weight_decay", 1.0);
        assertThat(analysis.resolve("spectrum.csv")).isNotEmptyFile();
        Outcome everyTenth = sedge("analyze", out, "--window", 3, "--stride", 10, "--out", analysis, "--json");
        assertThat(Json.parseObject(everyTenth.out(), "analyze")).containsEntry("snapshots", 4L);
        Outcome impossible = sedge("analyze", out, "--stride", 7, "--out", analysis);
        assertThat(impossible.exitCode()).isEqualTo(2);
        assertThat(impossible.err().lines()).singleElement().asString().startsWith("sedge: --stride cannot be 7: ");
        assertThat(sedge("analyze", out, "--stride", 0, "--out", analysis).exitCode())
                .isEqualTo(2);
        Outcome resumed = sedge("run", "--resume", out);
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    }

    @Test
    void printsTheConfigurationAsAFileThatGivesItAgain() throws IOException {
        Outcome outcome = sedge(
                "run",
                "dyck",
                "--print-config",
                "--seed",
                7,
                "--weight-decay",
                0.5,
                "--checkpoints",
                "list:1,10,100",
                "--subset",
                "all",
                "training.beta2=0.99",
                "--trace");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        Path file = folder.resolve("again.yaml");
        Files.writeString(file, outcome.out());
        assertThat(sedge("run", "dyck", "--print-config", "--config", file).out())
                .isEqualTo(outcome.out());
        assertThat(outcome.out()).contains("seed: 7", "weightDecay: 0.5", "beta2: 0.99", "trace: true", "subset: all");
    }

    @Test
    void understandsTheWordsOfOtherPrograms() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), "training: {warmUpSteps: 7}");
        String[] usual = {"--learning-rate", "3e-4", "--batch-size", "25", "--max-steps", "900", "-c", "FILE", "-o", "x"
        };
        String[] own = {"--lr", "3e-4", "training.batchSize=25", "--steps", "900", "--config", "FILE", "--out", "x"};
        Outcome outcome = printed(usual, file);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .isEqualTo(printed(own, file).out())
                .contains("learningRate: 3.0E-4", "batchSize: 25", "  steps: 900", "warmUpSteps: 7");
    }

    private static Outcome printed(String[] options, Path file) {
        List<Object> arguments = new ArrayList<>(List.of("run", "dyck", "--print-config"));
        for (String option : options) {
            arguments.add(option.equals("FILE") ? file : option);
        }
        return sedge(arguments.toArray());
    }

    /** Sizes for which no machine has the memory. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.width=1000000",
                "model.positions=2147483647",
                "model.layers=100000000",
                "model.feedForwardWidth=2147483647",
                "training.batchSize=2147483647"
            })
    void whatCannotFitIsRefusedBeforeAnythingIsWritten(String size) {
        Path out = folder.resolve("run");
        for (String device : List.of("cpu", "reference")) {
            Outcome outcome = sedge("run", "dyck", size, "--device", device, "--out", out);
            assertThat(outcome.err().lines())
                    .singleElement()
                    .asString()
                    .matches("sedge: " + size
                            + ": at least [\\d.]+ [TPE]B of memory needed; this machine has [\\d.]+ [GT]B"
                            + ", enough for " + size.replaceFirst("=.*", "") + "=\\d+ at most");
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(out).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"training.batchSize=2147483647", "model.width=1000000"})
    void aLanguageModelThatCannotFitIsRefusedBeforeAnythingIsWritten(String size) {
        Path out = folder.resolve("run");
        Outcome outcome = sedge("run", "text", "task.source=rules", size, "--device", "cpu", "--out", out);
        assertThat(outcome.err().lines().toList())
                .last()
                .asString()
                .matches("sedge: " + size
                        + ": at least [\\d.]+ [TPE]B of memory needed; this machine has [\\d.]+ [GT]B, enough for "
                        + size.substring(0, size.indexOf('=')) + "=\\d+ at most");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(out).doesNotExist();
    }

    @Test
    void printsTheConfigurationAsJson() {
        Outcome outcome = sedge("run", "dyck", "--print-config", "--json", "--seed", 7);
        assertThat(RunConfig.fromJson(outcome.out()).training().seed()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "run | which task? for example: sedge run dyck",
                "run seed=1 | which task? for example: sedge run dyck",
                "run dycc | unknown task 'dycc'; did you mean 'dyck'?",
                "run dyck training.sed=1 | unknown key 'training.sed'; did you mean 'training.seed'?",
                "run dyck training.lr=1 | unknown key 'training.lr'; did you mean 'training.learningRate'?",
                "run dyck --batch_size 3 | unknown option --batch_size; did you mean '--batch-size'?",
                "run dyck --json | --json needs --print-config",
                "run dyck nonsense | override 'nonsense' is not of the form key=value",
                "run dyck --sed 1 | unknown option --sed; did you mean '--seed'?",
                "run dyck --seed x | training.seed cannot be 'x'",
                "run dyck --lr 0 | training.learningRate",
                "run dyck --precision bf16 --device cpu | precision bf16 needs device cuda: neither the OpenBLAS of"
                        + " Maven Central nor that of Debian multiplies matrices of bfloat16 (cblas_sbgemm)",
                "run dyck --window 1 | window",
                "run dyck --subset atention | subset cannot be 'atention'",
                "run dyck --window 3 observers=[] | --window, --stride and --subset need an observer",
                "run dyck --checkpoints every | --checkpoints cannot be 'every'; it is one of log, none, every:N,"
                        + " list:N,N,…",
                "run dyck --checkpoints log:3 | --checkpoints cannot be 'log:3'",
                "run dyck --preset papr | unknown preset 'papr' of task dyck; did you mean 'paper'?",
                "run dyck --config no-such.yaml | no-such.yaml",
                "run dyck --resume somewhere | --resume goes on with the run's own settings; leave out all others",
                "run --resume somewhere --seed 3 | --resume goes on with the run's own settings; leave out all others",
            })
    void whatCannotBeUnderstoodGetsOneLineAndExitCode2(String arguments, String expected) {
        Outcome outcome = sedge((Object[]) arguments.split(" "));
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .startsWith("sedge: ")
                .contains(expected);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.exitCode()).isEqualTo(2);
    }

    @Test
    void unusableInitialWeightsGetOneLineAndExitCode1() throws IOException {
        refused(folder.resolve("missing.safetensors"), "no such file");
        refused(Files.write(folder.resolve("truncated.safetensors"), new byte[] {64, 0, 0}), "truncated.safetensors");
        refused(lyingHeader(), "lying.safetensors");
        refused(weights("short.safetensors", 3, 1), "short.safetensors");
        refused(weights("infinite.safetensors", 48, Double.NaN), "infinite.safetensors");
    }

    @Test
    void aFailedRunSaysWhyInItsDirectory() {
        Path out = folder.resolve("run");
        small("--out", out, "--init", folder.resolve("missing.safetensors"));
        assertThat(Json.readObject(out.resolve("summary.json")))
                .containsEntry("state", "failed")
                .containsKey("error");
    }

    @Test
    void aDirectoryInTheWayGetsOneLine() throws IOException {
        Files.writeString(folder.resolve("mine.txt"), "mine");
        Outcome outcome = small("--out", folder);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .containsExactly("sedge: out: " + folder
                        + " exists and is not empty; choose another directory or resume this run");
        assertThat(sedge("run", "--resume", folder).err().lines())
                .containsExactly("sedge: " + folder + " is not a run directory: it has no config.json");
        assertThat(sedge("run", "--resume", folder).exitCode()).isEqualTo(1);
    }

    /** Single precision agrees to its last digits over so few steps. */
    @ParameterizedTest
    @CsvSource({"dyck, dyck_data, dyck_s42_f64, float64, 1e-10", "scan, scan_data, scan_s42_f32, float32, 1e-5"})
    void goldenInputsAreTakenAsTheyAre(String task, String data, String reference, String precision, double tolerance) {
        Path golden = Path.of(System.getProperty("golden.dir", "../../shared/golden"));
        assumeThat(golden).as("reference trajectories").isDirectory();
        Path out = folder.resolve("run");
        Outcome outcome = sedge(
                "run",
                task,
                "--init",
                golden.resolve(reference).resolve("weights_000000.safetensors"),
                "--data",
                golden.resolve(data).resolve("data.safetensors"),
                "--batches",
                golden.resolve(reference).resolve("trace.safetensors"),
                "--steps",
                3,
                "--trace",
                "--precision",
                precision,
                "--out",
                out);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        CsvReader ours = CsvReader.read(out.resolve("trace.csv"));
        CsvReader theirs = CsvReader.read(golden.resolve(reference).resolve("trace.csv"));
        assertThat(ours.column("loss")).hasSize(3);
        for (String column : List.of("loss", "grad_norm")) {
            for (int row = 0; row < 3; row++) {
                assertThat(Math.abs(ours.column(column)[row] / theirs.column(column)[row] - 1))
                        .as("%s of step %d", column, row + 1)
                        .isLessThan(tolerance);
            }
        }
    }

    private void refused(Path initialWeights, String expected) {
        Path out = folder.resolve("run of " + initialWeights.getFileName());
        Outcome outcome = small("--out", out, "--init", initialWeights);
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        List<String> lines = outcome.err().lines().toList();
        assertThat(lines.getLast()).startsWith("sedge: ").contains(expected).doesNotContain("internal error");
        assertThat(lines).noneMatch(line -> line.startsWith("\tat "));
    }

    private Path lyingHeader() throws IOException {
        byte[] header = "{\"head.weight\":{\"dtype\":\"F32\",\"shape\":[1000],\"data_offsets\":[0,4000]}}"
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header).putFloat(1);
        return Files.write(folder.resolve("lying.safetensors"), file.array());
    }

    /** Initial weights of the small model with one tensor of {@code rows} rows and this value in all of it. */
    private Path weights(String name, int rows, double value) {
        Path file = folder.resolve(name);
        Path donor = folder.resolve("donor of " + name);
        assertThat(small("--out", donor).exitCode()).isZero();
        RunConfig config = RunConfig.read(donor.resolve("config.json"));
        try (MemoryOwner owner = MemoryOwner.open("test weights");
                SafetensorsFile source = SafetensorsFile.open(donor.resolve("checkpoints/step_000000.safetensors"))) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            source.names().forEach(tensor -> tensors.put(tensor, source.read(owner, tensor)));
            Tensor replaced =
                    Tensor.allocate(owner, DType.FLOAT32, rows, config.model().width());
            for (int row = 0; row < rows; row++) {
                replaced.set(value, row, 0);
            }
            tensors.put("pos_emb.weight", replaced);
            SafetensorsWriter.write(file, tensors, Map.of());
        }
        return file;
    }

    private static Outcome small(Object... more) {
        List<Object> arguments = new ArrayList<>(SMALL);
        arguments.addAll(Arrays.asList(more));
        return sedge(arguments.toArray());
    }
}
