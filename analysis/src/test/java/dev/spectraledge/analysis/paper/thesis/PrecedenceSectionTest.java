package dev.spectraledge.analysis.paper.thesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.paper.Evidence;
import dev.spectraledge.analysis.paper.Paper;
import dev.spectraledge.analysis.paper.SampleEvidence;
import dev.spectraledge.analysis.paper.SubjectRun;
import dev.spectraledge.analysis.report.HtmlPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecedenceSectionTest {
    private static final Paper THESIS = ThesisPaper.read();

    @TempDir
    private Path folder;

    /** A run that is looked at up to step 3000, with or without a decline before it. */
    private SubjectRun run(String subject, long seed, boolean grokked, boolean declined) {
        Findings findings = new Findings();
        findings.controlled("grokked", "run", 3000, grokked ? 1 : 0);
        findings.published("preceded", "decline", 3000, grokked && declined ? 1 : 0);
        findings.controlled("preceded", "decline", 3000, declined ? 1 : 0);
        findings.controlled("preceded-by-chance", "decline/shifts", 3000, 0.5);
        return SampleEvidence.run(folder, THESIS.subject(subject), seed, "gap-events", findings);
    }

    private static String page(Evidence evidence) {
        HtmlPage page = new HtmlPage("test");
        new PrecedenceSection().write(page, evidence);
        return page.finish("");
    }

    /** Wilson: 2 of 2 is a share of 0.34 … 1. */
    @Test
    void runsAreCountedByKindAndBesideChance() {
        Evidence evidence = SampleEvidence.of(List.of(
                run("add", 42, true, true),
                run("add", 137, true, true),
                run("add-control", 42, false, true),
                run("add-control", 137, false, false),
                run("x3_xy", 42, false, true)));
        assertThat(page(evidence))
                .contains("<td>2 of 2<small>share 0.34 … 1.0</small></td><td>2 of 2<small>share 0.34 … 1.0</small></td>"
                        + "<td>0 of 2<small>share 0 … 0.66</small></td><td>1 of 2<small>share 0.095 … 0.91</small></td>"
                        + "<td>1 of 1<small>share 0.21 … 1.0</small></td><td>1.0 of 2</td><td>–</td>");
    }

    @Test
    void whatIsMissingOfThe24IsNamed() {
        List<SubjectRun> runs = new ArrayList<>();
        for (String subject : List.of("add", "sub", "mul", "x2_y2", "dual", "tri", "dyck", "scan")) {
            for (long seed : List.of(42L, 137L, 2024L)) {
                if (!(subject.equals("scan") && seed == 137)) {
                    runs.add(run(subject, seed, true, true));
                }
            }
        }
        assertThat(page(SampleEvidence.of(runs)))
                .contains("With weight decay 23 of 24 runs are there. Missing: scan 137.")
                .contains("Without weight decay 0 of 24 runs are there. Missing: add-control 42 137 2024, ");
        runs.add(run("scan", 137, true, true));
        assertThat(page(SampleEvidence.of(runs))).contains("With weight decay all 24 runs are there.");
    }

    @Test
    void nothingIsSaidWhereNothingWasWatched() {
        assertThat(page(SampleEvidence.of(List.of()))).doesNotContain("Counts by rule");
    }
}
