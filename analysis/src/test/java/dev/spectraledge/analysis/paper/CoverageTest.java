package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.analysis.paper.thesis.ThesisPaper;
import dev.spectraledge.analysis.report.Markup;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoverageTest {
    private static final Paper THESIS = ThesisPaper.read();

    @TempDir
    private Path folder;

    private SubjectRun run(String subject, long seed, String experiment) {
        Findings findings = new Findings();
        findings.controlled("grokked", "run", 100, 1);
        return SampleEvidence.run(folder, THESIS.subject(subject), seed, experiment, findings);
    }

    @Test
    void whatIsMissingIsNamedBySubjectAndSeed() {
        Coverage coverage = new Coverage(
                THESIS,
                SampleEvidence.of(List.of(
                        run("add", 42, "gap-events"), run("add", 137, "davis-kahan"), run("sub", 42, "davis-kahan"))));
        assertThat(coverage.missingRuns())
                .hasSize(20)
                .startsWith("add 2024", "add-control 42 137 2024", "sub 137 2024");
        assertThat(coverage.missingRuns("davis-kahan")).containsExactly("add 42");
        assertThat(coverage.missingRuns("krylov"))
                .as("made on the first run of few subjects")
                .containsExactly("add 42");
    }

    @Test
    void aPaperThatNamesNoExperimentsSaysNothing() {
        Markup page = new Markup();
        new Coverage(LifecyclePaper.read(), SampleEvidence.of(List.of())).write(page);
        assertThat(page.finish()).isEmpty();
    }
}
