package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.analysis.published.AgainstPaper;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.SavedFigure;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.run.Environment;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Writes the page: the verdict in figures, each figure of the paper beside its control, every number judged, the artefacts. */
final class PaperPage {
    private static final int DIGITS = 3;
    private static final String NUMBERS = "How numbers are judged";
    private static final String RUNS = "Runs";
    private static final String ARTEFACTS = "Artefacts";
    private static final String REPEAT = "How to repeat this";

    private final Reproduction reproduction;
    private final Paper paper;
    private final Evidence evidence;
    private final List<JudgedNumber> numbers;
    private final List<JudgedClaim> claims;
    private final List<Part> parts;
    private final Neighbours neighbours;
    private final HtmlPage frame;
    private final Markup page;
    private int figures;

    /** @param directory that the page is written into */
    PaperPage(Reproduction reproduction, Path directory) {
        this.reproduction = reproduction;
        neighbours = new Neighbours(directory);
        paper = reproduction.paper();
        evidence = reproduction.evidence();
        numbers = reproduction.numbers();
        claims = reproduction.claims();
        parts = reproduction.parts();
        frame = new HtmlPage(paper.title());
        page = frame.markup();
    }

    String html() {
        List<PageSection> sections = PageSection.read(paper, parts.getFirst());
        List<PageSection> shown = sections.stream()
                .filter(section -> !section.artefact())
                .filter(section -> section.experiments().stream().anyMatch(evidence::hasExperiment)
                        || !rows(section).isEmpty())
                .toList();
        List<PageSection> artefacts = sections.stream()
                .filter(PageSection::artefact)
                .filter(this::isMeasured)
                .toList();
        header();
        claims();
        frame.contents();
        judgement();
        computed(false).forEach(section -> section.write(frame, evidence));
        reproduction.plan().ifPresent(this::runs);
        shown.forEach(this::section);
        rest(sections);
        artefacts(artefacts);
        settings();
        return frame.finish("Spectral Edge " + Environment.projectVersion() + ". " + paper.footer()
                + " Several values in a cell belong to the seeds in order.");
    }

    private void claims() {
        if (!claims.isEmpty()) {
            frame.section("What holds");
            ClaimTable.write(page, claims);
            page.close();
        }
    }

    private boolean isMeasured(PageSection section) {
        return Stream.concat(section.published().stream(), section.controlled().stream())
                        .anyMatch(side -> side.draw(evidence).isPresent())
                || section.numbers().stream().anyMatch(number -> ShownNumbers.isMeasured(number, evidence));
    }

    private void header() {
        page.open("header").leaf("p", "Spectral Edge · reproduction", "class", "eyebrow");
        page.leaf("h1", paper.title());
        page.leaf("p", reproduction.summary().getFirst(), "class", "verdict");
        if (!reproduction.caveat().isEmpty()) {
            page.leaf("p", reproduction.caveat(), "class", "subtitle");
        }
        page.close();
    }

    /** Below the claims, which are the first thing to see. */
    private void judgement() {
        frame.section(NUMBERS);
        reproduction.summary().stream()
                .skip(1)
                .filter(line -> !line.equals(reproduction.caveat()))
                .forEach(line -> page.leaf("p", line));
        page.leaf(
                "p",
                "Each published number stands beside three of ours: measured exactly as published, "
                        + "measured in the phases that each run itself went through, and measured with the control "
                        + "that could have failed. Only the first is judged, against the paper and against a "
                        + "re-run of the author's code, each with its own stated tolerance. The control decides "
                        + "what the number means.");
        rounding();
        Map<String, String> byClass = new LinkedHashMap<>();
        for (String name : new TreeSet<>(numbers.stream()
                .map(judged -> judged.number().quotation().toleranceClass())
                .toList())) {
            List<JudgedNumber> members = numbers.stream()
                    .filter(judged ->
                            judged.number().quotation().toleranceClass().equals(name))
                    .toList();
            Score own = Score.of(members);
            int agree = own.count(AgainstPaper.AGREES);
            int tested = agree + own.count(AgainstPaper.CONTRADICTS);
            if (tested > 0) {
                byClass.put(className(name), agree + " of " + tested);
            }
        }
        frame.keyNumbers(byClass);
        companions();
        page.close();
    }

    /** The other papers and the README, with links to what lies around this page. */
    private void companions() {
        if (paper.companions().isEmpty()) {
            return;
        }
        page.open("p", "class", "note").text("The same author’s other claims: ");
        String separator = "";
        for (Map.Entry<String, String> companion : paper.companions().entrySet()) {
            page.text(separator);
            companion(companion.getValue(), neighbours.pages(companion.getKey()));
            page.text(" (sedge reproduce " + companion.getKey() + ")");
            separator = ", ";
        }
        page.text(".");
        neighbours
                .readme()
                .ifPresent(readme -> page.text(" What the program is and how it is used: ")
                        .leaf("a", "README", "href", readme)
                        .text("."));
        page.close();
    }

    /** @param pages links by what tells them apart */
    private void companion(String title, Map<String, String> pages) {
        if (pages.size() == 1) {
            page.leaf("a", title, "href", pages.values().iterator().next());
            return;
        }
        page.text(title);
        String separator = ": ";
        for (Map.Entry<String, String> each : pages.entrySet()) {
            page.text(separator).leaf("a", each.getKey(), "href", each.getValue());
            separator = ", ";
        }
    }

    /** What the replicas say, if there are any. */
    private void rounding() {
        long asked = numbers.stream()
                .filter(judged -> judged.againstPaper() == AgainstPaper.CONTRADICTS
                        && !judged.measured().rounding().isEmpty())
                .count();
        if (reproduction.isReplicated()) {
            long within =
                    numbers.stream().filter(JudgedNumber::isWithinRounding).count();
            page.leaf(
                    "p",
                    "Replicas of each run start from its initial weights, each moved to a neighbouring "
                            + "floating-point number, as a different order of summation would move it. Of " + asked
                            + " numbers that contradict the paper and were measured on replicas, " + within
                            + " come within their tolerance by rounding alone. Where a run is that sensitive, no other "
                            + "program can be expected to reproduce its numbers.");
        }
    }

    private static String className(String name) {
        return switch (name) {
            case "D" -> "D: facts of data and architecture";
            case "E" -> "E: early, from one trajectory";
            case "S" -> "S: robust";
            case "N" -> "N: noisy";
            case "A" -> "A: produced by the analysis";
            default -> name;
        };
    }

    private void runs(SweepPlan plan) {
        frame.section(RUNS);
        HtmlPage.startWide(page, RUNS).open("table", "class", "numbers runs");
        boolean asksForGrokking =
                plan.runs().stream().anyMatch(run -> run.config().evaluation().grokAccuracy() != null);
        String outcome = asksForGrokking ? "grok step (0.95)" : "last test loss";
        HtmlPage.startBody(page, List.of("run", "state", outcome, "last step", "last test accuracy", "directory"));
        for (PlannedRun run : plan.runs()) {
            RunStatus status = RunStatus.of(plan, run);
            page.open("tr").leaf("td", paper.title(run.config()));
            page.open("td", "class", "state " + status.state().key())
                    .text(status.state().key());
            if (status.failure() != null) {
                page.leaf("small", status.failure());
            }
            page.close();
            page.leaf("td", asksForGrokking ? grokStep(status) : number(status.testLoss()));
            page.leaf("td", status.step() == null ? "–" : NumberText.grouped(status.step()));
            page.leaf("td", number(status.testAccuracy()));
            page.leaf("td", "runs/" + run.id()).close();
        }
        page.close().close().close();
        page.leaf("p", judgedBy(plan), "class", "note");
        new Coverage(paper, evidence).write(page);
        page.close();
    }

    private static String grokStep(RunStatus status) {
        return status.grokStep() == null ? "never" : NumberText.grouped(status.grokStep());
    }

    private static String number(Double value) {
        return value == null ? "–" : NumberText.significant(value, DIGITS);
    }

    /** Whether what the claims are judged by was the same when the runs began. */
    private String judgedBy(SweepPlan plan) {
        List<PlannedRun> done = plan.runs().stream()
                .filter(run -> RunStatus.of(plan, run).state() == SweptState.DONE)
                .toList();
        long before = done.stream()
                .filter(run -> recorded(plan.directory(run))
                        .equals(Optional.of(paper.judgedBy().hash())))
                .count();
        return "The statistic, the direction and the threshold by which each claim is judged are written down: "
                + paper.judgedBy().description() + ". The file was the same when " + before + " of the " + done.size()
                + " finished runs began, according to their environment.json.";
    }

    private Optional<Object> recorded(Path run) {
        Path environment = RunDirectory.environment(run);
        return Files.exists(environment)
                ? Optional.ofNullable(
                        Json.readObject(environment).get(paper.judgedBy().key()))
                : Optional.empty();
    }

    private void section(PageSection section) {
        frame.section(section.title());
        page.leaf("p", section.original(), "class", "note");
        content(section);
        new NumberRows(page).write(rows(section));
        page.close();
    }

    private List<JudgedNumber> rows(PageSection section) {
        return numbers.stream()
                .filter(judged -> section.experiments()
                        .contains(judged.number().selector().experiment()))
                .toList();
    }

    private void content(PageSection section) {
        paragraph("As published. ", section.publishedText());
        paragraph("Controlled. ", section.controlledText());
        pair(section);
        shown(section);
        for (String experiment : section.experiments()) {
            figuresOf(experiment);
        }
    }

    private void paragraph(String lead, String text) {
        if (!text.isEmpty()) {
            page.open("p", "class", "lead").leaf("b", lead).text(text).close();
        }
    }

    /** The published figure on the left, the controlled one on the right. */
    private void pair(PageSection section) {
        List<Panel> panels = new ArrayList<>();
        int rows = Math.max(section.published().size(), section.controlled().size());
        int pairs = 0;
        for (int row = 0; row < rows; row++) {
            Optional<Panel> published = side(section.published(), row);
            Optional<Panel> controlled = side(section.controlled(), row);
            published.ifPresent(panels::add);
            controlled.ifPresent(panels::add);
            pairs += published.isPresent() && controlled.isPresent() ? 1 : 0;
        }
        if (!panels.isEmpty()) {
            frame.figure(
                    new Figure(paper.key() + "-" + figures++, section.title(), 2, panels),
                    caption(2 * pairs == panels.size()));
        }
    }

    private static String caption(boolean bothSides) {
        return (bothSides ? "Left: as published. Right: controlled. " : "")
                + "Lines are medians over the seeds, and shades are their range. Where both are drawn, "
                + "dashed lines are runs without weight decay.";
    }

    private Optional<Panel> side(List<CurveSide> sides, int row) {
        return row < sides.size() ? sides.get(row).draw(evidence) : Optional.empty();
    }

    private void shown(PageSection section) {
        // Some name steps of the part that most of the paper is about; elsewhere they are no gap.
        boolean gapsMatter = parts.getFirst().equals(paper.parts().getFirst());
        ShownNumbers.of(section.numbers(), evidence, gapsMatter).write(page);
    }

    /** The experiment's own figures: those of the first run that is no control in sight, the others on demand. */
    private void figuresOf(String experiment) {
        List<SubjectRun> drawn = evidence.runs().stream()
                .filter(seed -> seed.findings(experiment).isPresent()
                        && !seed.findings(experiment).get().figures().isEmpty())
                .toList();
        if (drawn.isEmpty()) {
            return;
        }
        SubjectRun first = drawn.stream()
                .filter(run -> !run.subject().isControl())
                .findFirst()
                .orElse(drawn.getFirst());
        embed(first, experiment);
        Optional<SubjectRun> control = drawn.stream()
                .filter(run -> run.subject()
                        .controlOf()
                        .equals(Optional.of(first.subject().name())))
                .findFirst();
        control.ifPresent(seed -> {
            page.open("details").leaf("summary", experiment + " of the control (" + seed.title() + ")");
            embed(seed, experiment);
            page.close();
        });
    }

    private void embed(SubjectRun seed, String experiment) {
        RecordedFindings findings = seed.findings(experiment).orElseThrow();
        for (Path file : findings.figures()) {
            SavedFigure figure = SavedFigure.read(file);
            frame.startFigure(figure.numbers())
                    .raw(EmbeddedSvg.of(figure.drawing(), "f" + figures++))
                    .leaf("figcaption", experiment + ", " + seed.title())
                    .close();
        }
        if (!findings.remarks().isEmpty()) {
            page.open("ul", "class", "note");
            findings.remarks().forEach(remark -> page.leaf("li", remark));
            page.close();
        }
    }

    /** Experiments that no section names, and numbers that belong to none. */
    private void rest(List<PageSection> sections) {
        List<String> named = sections.stream()
                .flatMap(section -> section.experiments().stream())
                .toList();
        List<JudgedNumber> rows = numbers.stream()
                .filter(judged -> !named.contains(judged.number().selector().experiment()))
                .toList();
        TreeSet<String> others = new TreeSet<>();
        for (SubjectRun seed : evidence.runs()) {
            others.addAll(seed.published().keySet());
            others.addAll(seed.detected().keySet());
        }
        others.removeAll(named);
        if (!rows.isEmpty() || !others.isEmpty()) {
            frame.section("Further experiments");
            others.forEach(this::figuresOf);
            new NumberRows(page).write(rows);
            page.close();
        }
    }

    private void artefacts(List<PageSection> sections) {
        if (sections.isEmpty()) {
            return;
        }
        frame.section(ARTEFACTS);
        page.leaf(
                "p",
                "The published procedures show these effects whether or not they exist. Each is measured here.",
                "class",
                "lead");
        for (PageSection section : sections) {
            page.leaf("h3", section.title());
            paragraph("", section.controlledText());
            pair(section);
            shown(section);
        }
        computed(true).forEach(section -> section.write(frame, evidence));
        page.close();
    }

    private Stream<ComputedSection> computed(boolean artefacts) {
        return paper.computed().stream().filter(section -> section.isArtefact() == artefacts);
    }

    private void settings() {
        frame.section(REPEAT);
        page.open("p").leaf("code", reproduction.command()).close();
        page.open("ul", "class", "files");
        List<String> files = reproduction.plan().isPresent()
                ? List.of(PaperReport.table(paper), "sweep.yaml", "runs/")
                : List.of(PaperReport.table(paper));
        for (String file : files) {
            page.open("li").leaf("a", file, "href", file).close();
        }
        page.close().close();
    }
}
