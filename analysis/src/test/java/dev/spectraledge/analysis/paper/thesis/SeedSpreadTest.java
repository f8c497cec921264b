package dev.spectraledge.analysis.paper.thesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.paper.Paper;
import dev.spectraledge.analysis.paper.SampleEvidence;
import dev.spectraledge.analysis.paper.SubjectRun;
import dev.spectraledge.analysis.report.HtmlPage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedSpreadTest {
    private static final Paper THESIS = ThesisPaper.read();

    @TempDir
    private Path folder;

    private SubjectRun run(String subject, long seed, double grokStep) {
        Findings findings = new Findings();
        findings.published("grok-step", "first-95", 50_000, grokStep);
        return SampleEvidence.run(folder, THESIS.subject(subject), seed, "training-record", findings);
    }

    private static String page(SubjectRun... runs) {
        HtmlPage page = new HtmlPage("test");
        new SeedSpread().write(page, SampleEvidence.of(List.of(runs)));
        return page.finish("");
    }

    @Test
    void ourUndisturbedSeedsStandBesideThePublishedTrainings() {
        assertThat(page(run("dual", 42, 15_000), run("dual", 137, 9_000), run("tri", 42, Double.NaN)))
                .contains("Interventions on a single seed", "a + b and ab ω=1")
                .contains("range of our undisturbed seeds", "\"low\":[9,9]", "\"high\":[15,15]")
                .as("a task of which no run has grokked")
                .doesNotContain("a + b, ab and a² + b²");
    }

    @Test
    void whereNothingHasGrokkedThereIsNothing() {
        assertThat(page(run("dual", 42, Double.NaN), run("add", 42, 3000))).doesNotContain("<figure");
    }
}
