package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments on two small runs: one that keeps what runs keep by default, and a control that keeps snapshots to look at. */
class ExperimentOnRunTest {
    private static final String SETTING = "checkpoints.every=100";

    @TempDir
    private static Path folder;

    private static Path usual;
    private static Path control;

    @BeforeAll
    static void train() {
        usual = folder.resolve("usual");
        control = folder.resolve("control");
        assertThat(run(usual, "--steps", "160").err()).contains("report.html");
        run(control, "--steps", "500", "--weight-decay", "0", "checkpoints.schedule=every", SETTING);
    }

    private static Outcome run(Path directory, String... further) {
        List<Object> arguments = new ArrayList<>(List.of(
                "run",
                "dyck",
                "--device",
                "cpu",
                "--threads",
                "1",
                "--out",
                directory,
                "model.width=16",
                "model.heads=2",
                "model.feedForwardWidth=16",
                "task.sequences=90",
                "observers=[]"));
        arguments.addAll(List.of(further));
        Outcome outcome = sedge(arguments.toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(Sedge.OK);
        return outcome;
    }

    @Test
    void whatMeasuresNothingFailsAndNamesTheSetting() {
        for (String name :
                List.of("ablation", "curvature", "stability", "rotation", "gap-flow", "functional-coordinate")) {
            Outcome outcome = sedge("experiment", name, usual);
            assertThat(outcome.exitCode()).as(name).isEqualTo(1);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err().lines().toList().getLast())
                    .contains("usual: experiment " + name + " measured nothing: ")
                    .contains("checkpoints.schedule=every " + SETTING);
            assertThat(usual.resolve("experiments/" + name + ".json")).doesNotExist();
        }
    }

    @Test
    void anExperimentWithoutNeededStatesNamesTheirSetting() {
        Outcome outcome = sedge("experiment", "interventions", usual);
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("checkpoints.optimizerState=true");
        assertThat(sedge("experiment", "rounding", control).err()).contains("training.lossGradient=rounded");
    }

    @Test
    void whatLooksAtNoPhasesDoesNotAskForThem() {
        Outcome outcome = sedge("experiment", "matrix-commutator", usual);
        assertThat(outcome.err()).doesNotContain("has not grokked");
        assertThat(outcome.exitCode()).isEqualTo(Sedge.OK);
        assertThat(outcome.out().strip())
                .isEqualTo(usual.resolve("experiments/matrix-commutator.json").toString());
    }

    @Test
    void aControlIsLookedAtInItsLastSnapshotUnlessStepsAreNamed() {
        Outcome detected = sedge("experiment", "ablation", control, "--json");
        assertThat(detected.exitCode()).as(detected.err()).isEqualTo(Sedge.OK);
        assertThat(detected.err()).contains("control has not grokked").contains("--phases STEP,STEP");
        Map<?, ?> found = (Map<?, ?>) ((List<?>) Json.parseObject("{\"all\": " + detected.out() + "}", "output")
                        .get("all"))
                .getFirst();
        assertThat(found.get("experiment")).isEqualTo("ablation");
        assertThat(steps(found)).containsOnly(500L);

        Outcome named =
                sedge("experiment", "ablation", control, "--phases", "400,300", "--out", folder.resolve("named"));
        assertThat(named.exitCode()).as(named.err()).isEqualTo(Sedge.OK);
        Map<String, Object> document = Json.readObject(folder.resolve("named/ablation.json"));
        assertThat(steps(document)).containsOnly(300L, 400L);
        assertThat(((Map<?, ?>) document.get("phases")).get("steps")).isEqualTo(List.of(300L, 400L));
    }

    private static List<Object> steps(Map<?, ?> document) {
        return ((List<?>) document.get("measurements"))
                .stream().map(entry -> (Object) ((Map<?, ?>) entry).get("step")).toList();
    }

    @Test
    void findingsAppearInTheReportOfTheRun() throws Exception {
        Path page = control.resolve("report.html");
        Outcome outcome = sedge("experiment", "training-record", control);
        assertThat(outcome.err()).contains("report: " + page);
        assertThat(Files.readString(page))
                .contains(
                        "<h2>Findings</h2>",
                        "<h3>training-record</h3>",
                        "When does the run memorise and grok",
                        "weight-norm");
        Files.delete(page);
        assertThat(sedge("experiment", "rotation", control).exitCode()).isEqualTo(1);
        assertThat(sedge("experiment", "matrix-commutator", control).err()).contains("sedge report " + control);
        assertThat(sedge("report", control).exitCode()).isEqualTo(Sedge.OK);
        assertThat(Files.readString(page))
                .contains(
                        "<h3>matrix-commutator</h3>",
                        "data:image/svg+xml;base64,",
                        "events are filed under the step of the last snapshot")
                .contains("href=\"experiments/matrix-commutator.json\"");
        assertThat(sedge("report", "--json", control).out())
                // Beside those of other tests, whichever of them have run.
                .containsPattern("\"experiments\" : \\[ [^]]*\"matrix-commutator\", \"training-record\" \\]");
    }

    @Test
    void severalExperimentsGoOnAfterOneThatFails() {
        Outcome outcome = sedge("experiment", "stability", usual, control);
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out().strip())
                .isEqualTo(control.resolve("experiments/stability.json").toString());
        assertThat(outcome.err()).contains("usual: experiment stability measured nothing");
    }

    @Test
    void theListIsJsonWhereItIsWanted() {
        Map<String, Object> list = Json.parseObject(
                "{\"all\": " + sedge("experiment", "list", "--json").out() + "}", "output");
        assertThat((List<?>) list.get("all"))
                .anySatisfy(entry -> assertThat(((Map<?, ?>) entry).get("name")).isEqualTo("ablation"));
    }
}
