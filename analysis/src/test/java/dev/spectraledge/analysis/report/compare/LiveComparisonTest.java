package dev.spectraledge.analysis.report.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.report.SampleRun;
import dev.spectraledge.analysis.report.live.LiveView;
import dev.spectraledge.analysis.report.plot.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveComparisonTest {
    @TempDir
    private Path folder;

    @Test
    void runsSideBySideAreLaidOverEachOtherAsTheyGrow() throws IOException {
        Path first = SampleRun.writeTo(folder.resolve("seed-42"));
        Path second = SampleRun.writeTo(folder.resolve("seed-137"));
        LiveComparison live = new LiveComparison("group", List.of(first, second));
        LiveView view = live.view();
        assertThat(view.verdict()).isEqualTo("2 of 2 runs have grokked");
        assertThat(view.figures()).extracting(Figure::name).containsExactly("learning", "spectrum");
        assertThat(view.figures().getFirst().panels().getFirst().lines()).hasSize(2);
        Object before = live.state();
        assertThat(live.state()).isEqualTo(before);
        Files.writeString(
                second.resolve("metrics.csv"),
                Files.readString(second.resolve("metrics.csv")) + "3700,1,1,1,1,1,1,1,1,1\n");
        assertThat(live.state()).isNotEqualTo(before);
        double[] steps = live.view()
                .figures()
                .getFirst()
                .panels()
                .getFirst()
                .lines()
                .getLast()
                .x();
        assertThat(steps[steps.length - 1]).isEqualTo(3700);
    }
}
