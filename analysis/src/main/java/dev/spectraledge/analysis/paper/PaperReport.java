package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What has come of the reproduction: a page for people and a table for programs, from the findings that are there. */
public final class PaperReport {
    private final Paper paper;
    private final SweepPlan plan;
    private final Extent extent;
    private final Evidence evidence;
    private final List<JudgedNumber> numbers;

    private PaperReport(Paper paper, SweepPlan plan, Extent extent, Evidence evidence, Evidence replicas) {
        this.paper = paper;
        this.plan = plan;
        this.extent = extent;
        this.evidence = evidence;
        List<String> trained = parts(paper, plan).stream()
                .flatMap(part -> part.subjects().stream())
                .map(Subject::name)
                .toList();
        numbers = paper.numbers().stream()
                .filter(number -> trained.contains(number.subject()))
                .map(number -> JudgedNumber.of(number, Measured.of(number, evidence, replicas)))
                .toList();
    }

    /**
     * Of what has been found.
     *
     * @param replicas runs that differ from those of the plan by rounding alone; empty if there are none
     */
    public static PaperReport of(Paper paper, SweepPlan plan, Optional<SweepPlan> replicas, Extent extent) {
        Evidence none = new Evidence(List.of());
        return new PaperReport(
                paper,
                plan,
                extent,
                Evidence.read(paper, plan),
                replicas.map(runs -> Evidence.read(paper, runs)).orElse(none));
    }

    /** The parts of a paper that have runs in a plan. */
    static List<Part> parts(Paper paper, SweepPlan plan) {
        List<Subject> planned = plan.runs().stream()
                .map(run -> paper.subjectOf(run.config()).orElseThrow())
                .toList();
        return paper.parts().stream()
                .filter(part -> part.subjects().stream().anyMatch(planned::contains))
                .toList();
    }

    /** File name of a paper's table. */
    static String table(Paper paper) {
        return paper.key() + ".csv";
    }

    /** Writes both; returns the page. */
    public Path write() {
        AtomicFile.write(plan.root().resolve(table(paper)), NumberTable.text(numbers));
        Path page = plan.root().resolve(paper.key() + ".html");
        AtomicFile.write(page, new PaperPage(paper, plan, extent, evidence, numbers).html());
        return page;
    }

    /** A few lines for people. */
    public List<String> summary() {
        Score score = Score.of(numbers);
        return Stream.of(score.paperSentence(), score.rerunSentence())
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
