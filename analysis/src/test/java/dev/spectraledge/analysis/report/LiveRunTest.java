package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.report.live.LiveView;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Panel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
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

    @Test
    void whatIsMeasuredOfTheModelIsDrawnOnceItIsThere() {
        Path run = SampleRun.writeTo(folder.resolve("run"));
        LiveRun live = new LiveRun(run);
        assertThat(live.view().figures()).extracting(Figure::name).doesNotContain("measured");
        SampleRun.text(run, "attention.csv", "step,attention_entropy\n100,0.9\n200,0.8\n");
        assertThat(panels(live)).containsExactly("Entropy of attention");
        SampleRun.text(run, "curvature.csv", """
            step,gradient_curvature,preconditioned_curvature,stability_limit,curvature_over_limit,gradient_norm
            500,6,2000,38000,0.0526,1
            1000,-2,50000,38000,1.316,1
            """);
        SampleRun.text(run, "defect.csv", """
            step,defect,defect_of_rounding,defect_curvature,relative_defect,gradient_norm,gradient_cosine
            2000,4,0.8,8,0.5,2,0.2
            """);
        assertThat(panels(live))
                .containsExactly(
                        "Commutator defect D",
                        "Defect times gradient norm",
                        "Curvature along the gradient",
                        "Preconditioned curvature",
                        "Entropy of attention");
    }

    private static List<String> panels(LiveRun live) {
        return live.view().figures().stream()
                .filter(figure -> figure.name().equals("measured"))
                .flatMap(figure -> figure.panels().stream())
                .map(Panel::title)
                .toList();
    }
}
