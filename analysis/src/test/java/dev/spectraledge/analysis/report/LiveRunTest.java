package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.report.live.LiveView;
import dev.spectraledge.analysis.report.plot.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveRunTest {
    @TempDir
    private Path folder;

    @Test
    void aRunThatIsTrainedHasNotFailedToGrokYet() throws IOException {
        Path run = SampleRun.writeTo(folder.resolve("run"));
        SampleRun.text(run, "summary.json", "{\"state\": \"running\"}");
        SampleRun.text(run, "events.csv", "step,event,detail\n");
        LiveRun live = new LiveRun(run);
        LiveView view = live.view();
        assertThat(live.title()).isEqualTo("run");
        assertThat(view.verdict()).isEqualTo("Not grokked by step 3600");
        assertThat(view.sentences()).isEqualTo(Report.of(run).happened());
        assertThat(view.figures())
                .extracting(Figure::name)
                .startsWith("training", "norms", "edge")
                .doesNotHaveDuplicates();
        Object before = live.state();
        Files.writeString(run.resolve("metrics.csv"), "3700,0.1", StandardOpenOption.APPEND);
        assertThat(live.state()).isNotEqualTo(before);
        assertThat(live.view().verdict()).as("of whole rows").isEqualTo("Not grokked by step 3600");
    }
}
