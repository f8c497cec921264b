package dev.spectraledge.analysis.paper.thesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.paper.Paper;
import dev.spectraledge.analysis.paper.SampleEvidence;
import dev.spectraledge.analysis.paper.SubjectRun;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.plot.Panel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventSectionTest {
    private static final Paper THESIS = ThesisPaper.read();

    @TempDir
    private Path folder;

    private SubjectRun run(String subject, boolean grokked) {
        Findings findings = new Findings();
        findings.controlled("grokked", "run", 3000, grokked ? 1 : 0);
        for (long step = 1000; step <= 3000; step += 1000) {
            double value = 1000.0 / (double) step;
            findings.controlled("gradient-share", "W=10/stride=100", step, value);
            findings.controlled("relative-g23", "W=10/stride=100", step, value);
            findings.controlled("defect", "run", step, 40 / value);
        }
        if (grokked) {
            findings.controlled("flip-step", "W=10/stride=100", 3000, 1100);
            findings.controlled("flip-step", "W=10/stride=1", 3000, 150);
        }
        findings.controlled("decline", "decline", 3000, grokked ? 20 : 40);
        findings.controlled("onset-step", "defect", 3000, grokked ? 1800 : 3400);
        findings.controlled("onset-step", "defect/every=250", 3000, grokked ? 1800 : 3400);
        return SampleEvidence.run(folder, THESIS.subject(subject), 42, "gap-events", findings);
    }

    @Test
    void eachEventHasAFigureThatSaysWhatMovesIt() {
        HtmlPage page = new HtmlPage("test");
        new EventSection().write(page, SampleEvidence.of(List.of(run("add", true), run("add-control", false))));
        assertThat(page.finish(""))
                .contains("Flip of v₁ from the gradient", "Decline of g₂₃ in the trace", "Onset of the commutator")
                .contains("Steps of the flip with decay: W = 10, every 100 steps: 1100; W = 10, every step: 150.")
                .contains("Steps of the onset with decay, recorded every 250 steps: 1800.");
    }

    @Test
    void everyRunIsAPoint() {
        EventPoints points = new EventPoints(
                WatchedRun.all(SampleEvidence.of(List.of(run("add", true), run("add-control", false)))));
        Panel flips = points.flips().orElseThrow();
        assertThat(flips.points().getFirst().x()).containsExactly(1100, 11);
        assertThat(flips.points().getFirst().y()).containsExactly(1100, 150);
        assertThat(flips.points().get(1).y()).containsExactly(3000, 3000);
        Panel declines = points.declines().orElseThrow();
        assertThat(declines.points().getFirst().x()).containsExactly(40);
        assertThat(declines.points().getFirst().y()).containsExactly(20);
        assertThat(points.onsets().orElseThrow().points()).hasSize(2);
    }

    @Test
    void aRunThatHasNotGrokkedIsDrawnAllTheSame() {
        Findings findings = new Findings();
        findings.controlled("gradient-share", "W=10/stride=100", 1000, 0.9);
        findings.controlled("gradient-share", "W=10/stride=100", 2000, 0.8);
        HtmlPage page = new HtmlPage("test");
        new EventSection()
                .write(
                        page,
                        SampleEvidence.of(List.of(
                                SampleEvidence.run(folder, THESIS.subject("add"), 42, "gap-events", findings))));
        assertThat(page.finish("")).contains("Flip of v₁ from the gradient", "<figure");
    }
}
