package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.report.RunRecord;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
    @TempDir
    private Path folder;

    private RunRecord run(String name, String... events) {
        try (EventLog log = new EventLog(folder.resolve(name).resolve("events.csv"), ExistingRows.DROP)) {
            for (String event : events) {
                String[] parts = event.split(" ", 3);
                log.record(Long.parseLong(parts[0]), parts[1], parts[2]);
            }
        }
        return RunRecord.read(folder.resolve(name));
    }

    @Test
    void whatWasSeenIsToldWithItsStepAndTheAlarmsBeforeIt() throws Exception {
        Files.createDirectories(folder.resolve("groks"));
        Json.write(folder.resolve("groks").resolve("summary.json"), Map.of("final_step", 1500));
        RunRecord groks =
                run("groks", "640 warning_g23 x", "1040 grok test accuracy 0.96", "1060 warning_test_loss late");
        assertThat(DemoStory.generalised(groks))
                .isEqualTo("groks: could add numbers that it was not trained on at step 1040 (test accuracy 0.96);"
                        + " alarms before: g23 at 640.");
        assertThat(DemoStory.spiked(groks))
                .isEqualTo("groks: had no spike of its loss within 1500 steps; alarms: g23 at 640, test_loss at 1060.");
    }
}
