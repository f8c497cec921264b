package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page says by which rule its run counts as grokked: the run's own. */
class GrokRuleTest {
    @TempDir
    private Path folder;

    @Test
    void theRuleIsTheRunsOwn() throws IOException {
        Path run = SampleRun.writeTo(folder.resolve("run"));
        SampleRun.text(run, "config.json", """
            {"task": {"name": "dyck"}, "training": {"seed": 42, "learningRate": 0.001, "weightDecay": 1.0},
             "evaluation": {"every": 100, "grokAccuracy": 0.5, "grokPatience": 3}}
            """);
        String page = Files.readString(Report.of(run).write());
        assertThat(page)
                .contains("the first of 3 evaluations in a row with a test accuracy of 0.5 or more")
                .contains(">Grokked at step 600, the first of 3 evaluations")
                .doesNotContain("accuracy of 0.95", ">0.95<");
    }

    @Test
    void aRunThatDidNotGrokNamesTheRuleThatItMissed() throws IOException {
        Path run = SampleRun.writeTo(folder.resolve("run"));
        SampleRun.text(run, "config.json", "{\"evaluation\": {\"grokAccuracy\": 0.99, \"grokPatience\": 2}}");
        SampleRun.text(run, "summary.json", "{\"grok_step\": null, \"final_step\": 3600}");
        SampleRun.text(run, "events.csv", "step,event,detail\n");
        assertThat(Files.readString(Report.of(run).write()))
                .contains(">Did not grok within 3600 steps: no test accuracy of 0.99 in 2 evaluations in a row<");
    }

    @Test
    void whatHasNoTestAccuracyNeitherGroksNorFailsTo() throws IOException {
        Path run = folder.resolve("run");
        SampleRun.text(run, "metrics.csv", "step,train_loss\n100,2\n200,1\n");
        assertThat(Files.readString(Report.of(run).write()))
                .contains(">Trained for 200 steps<")
                .doesNotContain("Did not grok");
    }

    @Test
    void withoutAConfigurationItIsTheDefault() throws IOException {
        Path run = SampleRun.writeTo(folder.resolve("run"));
        assertThat(Files.readString(Report.of(run).write()))
                .contains("at the first evaluation with a test accuracy of 0.95 or more");
    }
}
