package dev.spectraledge.analysis.report.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.report.live.LiveView;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveSweepTest {
    @TempDir
    private Path folder;

    @Test
    void showsTheFiguresOfTheReportAndSeesARunGrow() throws IOException {
        SweepPlan plan = SampleSweep.write(folder.resolve("sweep"), """
            task: dyck
            training.steps: 5000
            sweep:
              grid: {training.weightDecay: [1, 0]}
              seeds: 2
            """);
        LiveSweep live = new LiveSweep(plan);
        LiveView view = live.view();
        assertThat(live.title()).isEqualTo("sweep");
        assertThat(view.verdict()).isEqualTo("2 of 4 runs have grokked");
        assertThat(view.sentences()).containsExactly("done: 4");
        assertThat(view.figures()).extracting(Figure::name).containsExactly("grok-steps", "curves");
        Object before = live.state();
        assertThat(live.state()).isEqualTo(before);
        Files.writeString(
                plan.directory(plan.runs().getLast()).resolve("metrics.csv"), "5100", StandardOpenOption.APPEND);
        assertThat(live.state()).isNotEqualTo(before);
    }
}
