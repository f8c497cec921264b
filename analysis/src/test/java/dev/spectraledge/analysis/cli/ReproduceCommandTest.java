package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.paper.thesis.ThesisPaper;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReproduceCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aFewStepsGoFromTrainingToThePageAndOnFromWhereTheyWere() throws IOException {
        goesFromTrainingToThePageAndOnFromWhereItWas("--steps", "100");
    }

    @Test
    @Tag("nightly")
    void theSmallestScaleGoesFromTrainingToThePageAndOnFromWhereItWas() throws IOException {
        goesFromTrainingToThePageAndOnFromWhereItWas();
    }

    private void goesFromTrainingToThePageAndOnFromWhereItWas(String... more) throws IOException {
        Path out = folder.resolve("lifecycle");
        Outcome first = reproduce(out, more);
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out().strip()).isEqualTo(out.resolve("lifecycle.html").toString());
        assertThat(first.err()).contains("2 runs, ", "4 experiments, 0 of them measured earlier, 0 not measured");
        String page = Files.readString(out.resolve("lifecycle.html"));
        assertThat(page).contains("Training and grokking", "not measured: ablation/published/accuracy-change/edge/200");
        assertThat(page).doesNotContain("src=\"http", "href=\"http");
        assertThat(Files.readAllLines(out.resolve("lifecycle.csv")))
                .anyMatch(line -> line.startsWith("5.1,parameters,Dyck")
                        && line.contains(",contradicts,")
                        && line.contains(",agrees,"));

        // As if the process had died within a training, and again between two experiments.
        List<Path> findings = findings(out);
        assertThat(findings).hasSize(4);
        Path run = findings.getFirst().getParent().getParent().getParent();
        Files.delete(findings.getFirst());
        Map<String, Object> summary = new LinkedHashMap<>(Json.readObject(run.resolve("summary.json")));
        summary.put("state", "running");
        Json.write(run.resolve("summary.json"), summary);
        Outcome second = reproduce(out, more);
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(second.err()).contains("4 experiments, 2 of them measured earlier, 0 not measured");
        assertThat(reproduce(out, more).err()).contains("4 experiments, 4 of them measured earlier, 0 not measured");
        assertThat(Files.readString(out.resolve("lifecycle.html"))).isEqualTo(page);
    }

    private static Outcome reproduce(Path out, String... more) {
        List<Object> command = new ArrayList<>(List.of(
                "reproduce",
                "lifecycle",
                "--scale",
                "smoke",
                "--parts",
                "dyck",
                "--experiments",
                "training-record,gradient-decay",
                "--out",
                out));
        command.addAll(List.of(more));
        return sedge(command.toArray());
    }

    @Test
    void seedsAndStepsStandInThePlaceOfTheScales() throws IOException {
        Path out = folder.resolve("lifecycle");
        Outcome outcome = sedge(
                "reproduce",
                "lifecycle",
                "--parts",
                "dyck",
                "--seeds",
                "7,7",
                "--steps",
                "20",
                "--experiments",
                "training-record",
                "--out",
                out);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("2 runs, ");
        try (Stream<Path> runs = Files.list(out.resolve("runs"))) {
            assertThat(runs.map(
                            run -> Json.readObject(run.resolve("config.json")).get("training")))
                    .hasSize(2)
                    .allSatisfy(training -> assertThat(training)
                            .asInstanceOf(InstanceOfAssertFactories.MAP)
                            .containsEntry("seed", 7L)
                            .containsEntry("steps", 20L));
        }
        assertThat(Files.readString(out.resolve("lifecycle.html")))
                .contains("sedge reproduce lifecycle --scale full --seeds 7 --steps 20 --parts dyck");
    }

    @Test
    void runsOfTheThesisAreTrainedBeforeAnythingIsAskedOfThem() throws IOException {
        Path out = folder.resolve("thesis");
        Outcome outcome = sedge(
                "reproduce", "thesis", "--scale", "smoke", "--steps", "30", "--experiments", "none", "--out", out);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("2 runs, ", "0 experiments, ");
        try (Stream<Path> runs = Files.list(out.resolve("runs"))) {
            assertThat(runs).hasSize(2).allSatisfy(run -> {
                assertThat(Files.readAllLines(run.resolve("trace.csv"))).hasSize(31);
                assertThat(run.resolve("checkpoints/step_000030.optimizer.safetensors"))
                        .exists();
                assertThat(run.resolve("checkpoints/resume.safetensors")).doesNotExist();
                assertThat(Json.readObject(run.resolve("environment.json")))
                        .containsEntry(
                                "claims_hash", ThesisPaper.read().judgedBy().hash());
            });
        }
        assertThat(Files.readString(out.resolve("thesis.html")))
                .contains(
                        "SHA-256 of claims.json: "
                                + ThesisPaper.read().judgedBy().hash(),
                        "The file was the same when 2 of the 2 finished runs began");
    }

    @Test
    @Tag("nightly")
    void theSmallestScaleOfSpectralEdgeDynamicsSearchesAndGoesOnFromWhereItWas() throws IOException {
        assumeTrue(Files.exists(Path.of(System.getProperty("java.home"), "lib", "src.zip")), "this JDK has no sources");
        Path out = folder.resolve("sed");
        Outcome first = sedge("reproduce", "sed", "--scale", "smoke", "--experiments", "none", "--out", out);
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.err()).contains("10 runs, ", "27 runs, ", "of training for 17 runs, by the first steps of ");
        Outcome second = sedge("reproduce", "sed", "--scale", "smoke", "--experiments", "none", "--out", out);
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(second.err()).contains("27 runs, ").doesNotContain("10 runs, ", "of training");
    }

    @Test
    void controlsAsPublishedBelongToAPaperThatHasThem() {
        Outcome outcome = sedge("reproduce", "lifecycle", "--published-controls", "--out", folder.resolve("none"));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("--published-controls: lifecycle follows no control for longer");
    }

    @Test
    void replicasSayWhatRoundingAloneMoves() throws IOException {
        Path out = folder.resolve("lifecycle");
        Outcome outcome = sedge(
                "reproduce",
                "lifecycle",
                "--parts",
                "dyck",
                "--seeds",
                "42",
                "--steps",
                "60",
                "--experiments",
                "gradient-decay",
                "--rounding-replicas",
                "1",
                "--out",
                out);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("in " + out.resolve("rounding"));
        assertThat(Files.readString(out.resolve("lifecycle.html")))
                .contains("Replicas of each run start", "by rounding ", "--rounding-replicas 1");
    }

    private static List<Path> findings(Path out) throws IOException {
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(file -> file.getParent().endsWith("published")
                            && file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aTableThatCannotBeJudgedGetsOneLineAndLeavesNothing() throws IOException {
        Path table = folder.resolve("mine.csv");
        Path out = folder.resolve("out");
        Files.writeString(table, "table,quantity\n5.1,parameters\n");
        Outcome outcome = sedge("reproduce", "lifecycle", "--judge", table, "--out", out);
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .contains(
                        table + " line 1 names no column 'where', 'measurement', ", "the columns that are needed are");
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--scale huge | --scale cannot be 'huge'; it is smoke, short, full",
                "--tasks dyk | the paper has no part 'dyk'; did you mean 'dyck'?",
                "--experiments ablatoin | there is no experiment 'ablatoin'; did you mean 'ablation'?",
                "--seeds 42,x | Invalid value for option '--seeds' (S,S,…): 'x' is not a long",
                "--seeds 42,-1 | --seeds must be at least 0, not -1",
                "--steps 0 | --steps must be at least 1, not 0",
                "--steps many | Invalid value for option '--steps': 'many' is not a long",
                "--interventions-until 500 | interventions begin at step 500, so they cannot end at step 500",
                "--experiments ablation --interventions-until 2000 | the last step can be chosen"
                        + " only for these experiments",
                "--rounding-replicas -1 | --rounding-replicas must be at least 0, not -1",
                "--parallel 0 | --parallel must be at least 1, not 0",
            })
    void whatCannotBeUnderstoodGetsOneLine(String arguments, String expected) {
        String[] words = ("reproduce lifecycle " + arguments).split(" ", -1);
        Outcome outcome = sedge((Object[]) words);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines()).singleElement().asString().contains(expected);
    }
}
