package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmendmentTest {
    @TempDir
    private Path folder;

    private Path run;

    @BeforeEach
    void choose() {
        run = folder.resolve("run");
    }

    private static void train(Path root, String... overrides) {
        try (RunGroup group = RunGroup.of(RunDirectory.create(TinyRuns.config(root, overrides)))) {
            assertThat(TinyRuns.train(group)).isEqualTo(RunState.DONE);
        }
    }

    private static void goOn(Path root, Map<String, String> settings) {
        try (RunGroup earlier = RunGroup.resume(root)) {
            List<RunConfig> configs = new Amendment(settings).of(earlier);
            try (RunGroup group = earlier.amended(configs, earlier.stepsDone())) {
                assertThat(TinyRuns.train(group)).isEqualTo(RunState.DONE);
            }
        }
    }

    private void refused(Map<String, String> settings, String... parts) throws IOException {
        String before = Files.readString(run.resolve("config.json")) + Files.readString(run.resolve("summary.json"));
        assertThatThrownBy(() -> goOn(run, settings))
                .isInstanceOf(UsageException.class)
                .message()
                .contains(parts);
        assertThat(Files.readString(run.resolve("config.json")) + Files.readString(run.resolve("summary.json")))
                .isEqualTo(before);
        assertThat(run.resolve("changes.json")).doesNotExist();
    }

    private static Map<String, Object> changes(Path root) {
        List<?> changes =
                (List<?>) Json.readObject(root.resolve("changes.json")).get("changes");
        @SuppressWarnings("unchecked")
        Map<String, Object> last = (Map<String, Object>) changes.getLast();
        return last;
    }

    @Test
    void aFinishedRunGoesOnAsOneThatWasLongerFromTheBeginning() throws IOException {
        Path longer = folder.resolve("longer");
        train(longer, "training.steps=9");
        train(run);
        goOn(run, Map.of("training.steps", "9"));
        for (String file : List.of(
                "trace.csv", "checkpoints/step_000009.safetensors", "checkpoints/step_000009.optimizer.safetensors")) {
            assertThat(run.resolve(file)).hasSameBinaryContentAs(longer.resolve(file));
        }
        RunConfig config = RunDirectory.open(run).config();
        assertThat(config.hash()).isEqualTo(RunDirectory.open(longer).config().hash());
        assertThat(RunDirectory.open(run).readSummary())
                .containsEntry("state", "done")
                .containsEntry("final_step", 9L);
        assertThat(changes(run))
                .containsEntry("step", 4L)
                .containsEntry("settings", Map.of("training.steps", Map.of("from", 4L, "to", 9L)))
                .containsEntry("last_bits_may_differ", false)
                .containsKey("time");
    }

    @Test
    void whatEndedTheRunIsLifted() {
        train(run, "training.stopOn=grok+3", "training.steps=100");
        assertThat(RunDirectory.open(run).readSummary()).containsEntry("final_step", 3L);
        goOn(run, Map.of("training.steps", "7"));
        RunConfig config = RunDirectory.open(run).config();
        assertThat(config.training().stopOn()).isNull();
        assertThat(config.training().steps()).isEqualTo(7);
        assertThat(RunDirectory.open(run).readSummary()).containsEntry("final_step", 7L);
        assertThat(changes(run).get("settings").toString()).contains("training.stopOn={from=grok+3, to=null}");

        Path accuracy = folder.resolve("accuracy");
        train(accuracy, "evaluation.stopAccuracy=0", "evaluation.stopPatience=2", "training.stopOn=stop_accuracy+2");
        assertThat(RunDirectory.open(accuracy).readSummary()).containsEntry("final_step", 3L);
        goOn(accuracy, Map.of("training.steps", "6"));
        assertThat(RunDirectory.open(accuracy).readSummary()).containsEntry("final_step", 6L);
        assertThat(RunDirectory.open(accuracy).config().evaluation().stopAccuracy())
                .isNull();
    }

    @Test
    void aRuleThatHasNotEndedTheRunStays() {
        train(run, "training.stopOn=6");
        goOn(run, Map.of("training.steps", "5"));
        assertThat(RunDirectory.open(run).config().training().stopOn()).isNotNull();
        goOn(run, Map.of("training.steps", "20", "training.stopOn", "8"));
        assertThat(RunDirectory.open(run).readSummary()).containsEntry("final_step", 8L);
    }

    @Test
    void aMoveIsRecordedWithWhatItMayChange() {
        StopRequest stop = new StopRequest();
        stop.make();
        try (RunGroup group = RunGroup.of(RunDirectory.create(TinyRuns.config(run)))) {
            assertThat(TinyRuns.train(group, stop)).isEqualTo(RunState.STOPPED);
        }
        goOn(run, Map.of("threads", "2", "device", "reference"));
        assertThat(changes(run))
                .containsEntry("step", 0L)
                .containsEntry("last_bits_may_differ", true)
                .containsEntry(
                        "settings",
                        Map.of(
                                "threads",
                                Map.of("from", 1L, "to", 2L),
                                "device",
                                Map.of("from", "auto", "to", "reference")));
        assertThat(RunDirectory.open(run).config().threads()).isEqualTo(2);
    }

    @Test
    void aCosineEndsWhereItWasToEnd() {
        String[] cosine = {"training.learningRateSchedule=cosine", "training.learningRateFloor=0.5"};
        train(run, cosine);
        goOn(run, Map.of("training.steps", "6"));
        assertThat(RunDirectory.open(run).config().training().cosineSteps()).isEqualTo(4);
        assertThat(CsvReader.read(run.resolve("metrics.csv")).column("learning_rate"))
                .endsWith(5e-4, 5e-4);
    }

    @Test
    void stepsThatWouldChangeNothingAreRefused() throws IOException {
        train(run, "training.learningRateSchedule=cosine");
        refused(Map.of("training.steps", "6"), "training.steps cannot become 6", "ends at 0 in step 4");
    }

    @Test
    void anEndThatIsPastIsRefused() throws IOException {
        train(run);
        refused(Map.of("training.steps", "3"), run + ": 4 steps are done already", "after step 3");
        refused(Map.of("training.stopOn", "2"), run + ": 4 steps are done already");
        refused(Map.of("training.steps", "many"), "training.steps cannot be 'many'");
    }

    @Test
    void runsSideBySideGoOnIfTheyEndedTogether() {
        Path group = folder.resolve("group");
        try (RunGroup made = RunGroup.create(TinyRuns.config(group), List.of(5L, 6L))) {
            TinyRuns.train(made);
        }
        goOn(group, Map.of("training.steps", "6"));
        for (String member : List.of("seed-5", "seed-6")) {
            assertThat(RunDirectory.open(group.resolve(member)).readSummary())
                    .containsEntry("state", "done")
                    .containsEntry("final_step", 6L);
            assertThat(changes(group.resolve(member))).containsEntry("step", 4L);
        }
    }

    @Test
    void runsSideBySideThatEndedApartAreRefused() {
        Path group = folder.resolve("group");
        try (RunGroup made = RunGroup.create(TinyRuns.config(group), List.of(5L, 6L))) {
            RunConfig first = made.runs().getFirst().config();
            RunConfig shorter =
                    new ConfigResolver(first).override("training.steps=2").resolve();
            try (RunGroup apart =
                    made.amended(List.of(shorter, made.runs().getLast().config()), 0)) {
                TinyRuns.train(apart);
            }
        }
        assertThatThrownBy(() -> goOn(group, Map.of("training.steps", "6")))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(group.resolve("seed-5") + " ended before step 4");
    }

    @Test
    void aKillBetweenRecordAndConfigurationChangesTheRunAllTheSame() throws IOException {
        train(run);
        String before = Files.readString(run.resolve("config.json"));
        try (RunGroup earlier = RunGroup.resume(run)) {
            earlier.amended(new Amendment(Map.of("training.steps", "6")).of(earlier), 4);
        }
        Files.writeString(run.resolve("config.json"), before);
        assertThat(RunDirectory.open(run).config().training().steps()).isEqualTo(6);
        goOn(run, Map.of());
        assertThat(Files.readString(run.resolve("config.json"))).contains("\"steps\" : 6");
        assertThat(RunDirectory.open(run).readSummary()).containsEntry("final_step", 6L);
    }
}
