package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of every step: spikes of the loss, alarms of detectors that look at the trace, derivatives by the logits. */
class EveryStepTest {
    @TempDir
    private Path folder;

    /** So short a memory of squares that the loss has spikes, and recovers from them, however a processor rounds its sums. */
    private Path trained(String name, String... overrides) {
        List<String> all = new ArrayList<>(List.of(
                "training.steps=1500",
                "training.learningRate=0.03",
                "training.beta2=0.5",
                "training.weightDecay=0",
                "evaluation.every=100",
                "evaluation.grokAccuracy=null",
                "evaluation.grokPatience=null",
                "checkpoints.schedule=none",
                "checkpoints.resumeEvery=1000",
                "warnings=loss_kurtosis,loss_cusum,step_gradient_norm"));
        all.addAll(List.of(overrides));
        try (RunGroup group =
                RunGroup.of(RunDirectory.create(TinyRuns.config(folder.resolve(name), all.toArray(String[]::new))))) {
            assertThat(TinyRuns.train(group)).isEqualTo(RunState.DONE);
        }
        return folder.resolve(name);
    }

    private static List<String> events(Path run) {
        return EventLog.read(run.resolve("events.csv")).stream()
                .map(EventLog.Event::name)
                .toList();
    }

    @Test
    void aSpikeIsAnEventThatCanEndTheRun() {
        Path whole = trained("whole");
        assertThat(events(whole)).contains("spike", "recovered", "warning_loss_kurtosis");
        long spike = EventLog.read(whole.resolve("events.csv")).stream()
                .filter(event -> event.name().equals("spike"))
                .findFirst()
                .orElseThrow()
                .step();
        assertThat(CsvReader.read(whole.resolve("metrics.csv")).columns()).doesNotContain("zero_target_share");
        Path ended = trained("ended", "training.stopOn=spike+20");
        assertThat(EventLog.read(ended.resolve("events.csv")).getLast().step()).isEqualTo(spike + 20);
    }

    @Test
    void aDetectorOfTheTraceNeedsOne() {
        assertThatThrownBy(() -> trained("none", "training.trace=false"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("detector loss_kurtosis looks at every step, which needs training.trace=true");
    }

    @Test
    void derivativesByTheLogitsCancelUnlessTheyAreRounded() {
        Path accurate = trained("accurate", "training.logitGradients=true", "training.learningRate=0.003");
        CsvReader metrics = CsvReader.read(accurate.resolve("metrics.csv"));
        assertThat(known(metrics, "zero_target_share")).isNotEmpty().containsOnly(0.0);
        // Thirteen classes, each rounded to single precision.
        assertThat(known(metrics, "logit_gradient_sum")).allMatch(sum -> sum < 13 * 0x1p-24);
    }

    private static List<Double> known(CsvReader metrics, String column) {
        return Arrays.stream(metrics.column(column))
                .filter(Double::isFinite)
                .boxed()
                .toList();
    }
}
