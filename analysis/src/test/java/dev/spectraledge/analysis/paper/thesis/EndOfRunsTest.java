package dev.spectraledge.analysis.paper.thesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.paper.Paper;
import dev.spectraledge.analysis.paper.SampleEvidence;
import dev.spectraledge.analysis.paper.SubjectRun;
import dev.spectraledge.analysis.report.HtmlPage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndOfRunsTest {
    private static final Paper THESIS = ThesisPaper.read();

    @TempDir
    private Path folder;

    /** Groks at 3000, would have ended at 3400, and is followed until {@code last}; the gap is the step. */
    private SubjectRun run(long seed, long last) {
        Findings events = new Findings();
        events.controlled("grokked", "run", 3000, 1);
        for (long step = 2000; step <= last; step += 100) {
            events.controlled("relative-g23", "W=10/stride=100", step, (double) step);
        }
        Findings record = new Findings();
        record.published("grok-step", "sustained-98", last, 3200);
        return SampleEvidence.run(
                folder, THESIS.subject("add"), seed, Map.of("gap-events", events, "training-record", record));
    }

    private static String page(SubjectRun... runs) {
        HtmlPage page = new HtmlPage("test");
        new EndOfRuns().write(page, SampleEvidence.of(List.of(runs)));
        return page.finish("");
    }

    @Test
    void theEndOfThePublishedRunAndTheFirstWindowFromAfterGrokkingAreMarked() {
        assertThat(page(run(42, 5000)))
                .contains(
                        "Runs that end 200 steps after grokking", "end of the published run", "wholly after", "seed 42")
                .as("the gap at the published end and 1,000 steps after grokking")
                .contains("\"x\":[3400]", "\"y\":[4000]");
    }

    @Test
    void aRunThatEndsTooSoonIsNoPoint() {
        assertThat(page(run(42, 3900))).contains("seed 42").doesNotContain("Right: every run");
    }

    @Test
    void whereNothingHasGrokkedThereIsNothing() {
        Findings events = new Findings();
        events.controlled("relative-g23", "W=10/stride=100", 2000, 1);
        assertThat(page(SampleEvidence.run(folder, THESIS.subject("add"), 42, "gap-events", events)))
                .doesNotContain("<figure");
    }
}
