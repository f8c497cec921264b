package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.SvgFigure;
import dev.spectraledge.trainer.run.Environment;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the page: the verdict in figures, each figure of the paper beside its control, every number judged, the artefacts. */
final class PaperPage {
    private static final int DIGITS = 3;
    /** After which no line may end. */
    private static final String UNBROKEN_ELLIPSIS = "…\u2060";

    private final Paper paper;
    private final SweepPlan plan;
    private final Extent extent;
    private final Evidence evidence;
    private final List<JudgedNumber> numbers;
    private final List<Part> parts;
    private final HtmlPage frame;
    private final Markup page;
    private int figures;

    PaperPage(Paper paper, SweepPlan plan, Extent extent, Evidence evidence, List<JudgedNumber> numbers) {
        this.paper = paper;
        this.plan = plan;
        this.extent = extent;
        this.evidence = evidence;
        this.numbers = numbers;
        parts = PaperReport.parts(paper, plan);
        frame = new HtmlPage(paper.title());
        page = frame.markup();
    }

    String html() {
        List<PageSection> sections = PageSection.read(paper, parts.getFirst());
        header();
        paper.computed().forEach(section -> section.write(frame, evidence));
        runs();
        sections.stream()
                .filter(section -> !section.artefact())
                .filter(section -> section.experiments().stream().anyMatch(evidence::hasExperiment)
                        || !rows(section).isEmpty())
                .forEach(this::section);
        rest(sections);
        artefacts(sections.stream()
                .filter(PageSection::artefact)
                .filter(this::isMeasured)
                .toList());
        settings();
        return frame.finish("Spectral Edge " + Environment.projectVersion() + ". " + paper.footer()
                + " Several values in a cell are those of the seeds in order.");
    }

    private boolean isMeasured(PageSection section) {
        return Stream.concat(section.published().stream(), section.controlled().stream())
                        .anyMatch(side -> side.draw(evidence).isPresent())
                || section.numbers().stream().anyMatch(number -> !values(number).isEmpty());
    }

    private void header() {
        Score score = Score.of(numbers);
        page.open("header").leaf("p", "Spectral Edge · reproduction", "class", "eyebrow");
        page.leaf("h1", paper.title());
        page.leaf("p", score.paperSentence(), "class", "verdict");
        if (!score.rerunSentence().isEmpty()) {
            page.leaf("p", score.rerunSentence(), "class", "subtitle");
        }
        page.leaf(
                "p",
                "Each number stands beside ours: measured exactly as published, measured in the phases that each run"
                    + " itself went through, and with the control that could have failed. Only the first is judged,"
                    + " against the paper and against a re-run of the author's code, each by its own stated tolerance;"
                    + " the control decides what it means.",
                "class",
                "subtitle");
        rounding();
        Map<String, String> byClass = new LinkedHashMap<>();
        for (String name : new TreeSet<>(
                numbers.stream().map(judged -> judged.number().toleranceClass()).toList())) {
            List<JudgedNumber> members = numbers.stream()
                    .filter(judged -> judged.number().toleranceClass().equals(name))
                    .toList();
            Score own = Score.of(members);
            int agree = own.count(AgainstPaper.AGREES);
            int tested = agree + own.count(AgainstPaper.CONTRADICTS);
            if (tested > 0) {
                byClass.put(className(name), agree + " of " + tested);
            }
        }
        frame.keyNumbers(byClass);
        page.close();
    }

    /** What the replicas say, if there are any. */
    private void rounding() {
        long asked = numbers.stream()
                .filter(judged -> judged.againstPaper() == AgainstPaper.CONTRADICTS
                        && !judged.measured().rounding().isEmpty())
                .count();
        if (extent.roundingReplicas() > 0) {
            long within =
                    numbers.stream().filter(JudgedNumber::isWithinRounding).count();
            page.leaf(
                    "p",
                    "Replicas of each run (" + extent.roundingReplicas() + ") begin from its initial weights moved to"
                            + " neighbouring numbers, as another order of the same sums would move them. Of " + asked
                            + " numbers that contradict the paper and that were measured on replicas, " + within
                            + " come within their tolerance by rounding alone; where a run is that sensitive, no other"
                            + " program can be expected to meet its numbers.",
                    "class",
                    "subtitle");
        }
    }

    private static String className(String name) {
        return switch (name) {
            case "D" -> "D: facts of data and architecture";
            case "E" -> "E: early, of one trajectory";
            case "S" -> "S: robust";
            case "N" -> "N: noisy";
            case "A" -> "A: made by the analysis";
            default -> name;
        };
    }

    private void runs() {
        frame.section("Runs");
        page.open("div", "class", "wide").open("table", "class", "numbers runs");
        head(List.of("run", "state", "grok step (0.95)", "last step", "last test accuracy", "directory"));
        for (PlannedRun run : plan.runs()) {
            RunStatus status = RunStatus.of(plan, run);
            page.open("tr").leaf("td", paper.title(run.config()));
            page.leaf(
                    "td",
                    status.state().key(),
                    "class",
                    "state " + status.state().key());
            page.leaf("td", status.grokStep() == null ? "never" : NumberText.grouped(status.grokStep()));
            page.leaf("td", status.step() == null ? "–" : NumberText.grouped(status.step()));
            page.leaf(
                    "td", status.testAccuracy() == null ? "–" : NumberText.significant(status.testAccuracy(), DIGITS));
            page.leaf("td", "runs/" + run.id()).close();
        }
        page.close().close().close().close();
    }

    private void head(List<String> columns) {
        page.open("thead").open("tr");
        columns.forEach(column -> page.leaf("th", column, "scope", "col"));
        page.close().close().open("tbody");
    }

    private void section(PageSection section) {
        frame.section(section.title());
        page.leaf("p", section.original(), "class", "note");
        content(section);
        table(rows(section));
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
        shown(section.numbers());
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
        for (int row = 0; row < rows; row++) {
            side(section.published(), row).ifPresent(panels::add);
            side(section.controlled(), row).ifPresent(panels::add);
        }
        if (!panels.isEmpty()) {
            Figure figure = new Figure(paper.key() + "-" + figures++, section.title(), 2, panels);
            page.open("figure").raw(SvgFigure.element(figure));
            page.leaf("figcaption", caption(section)).close();
        }
    }

    private static String caption(PageSection section) {
        boolean both = !section.published().isEmpty() && !section.controlled().isEmpty();
        return (both ? "Left as published, right controlled. " : "")
                + "Lines are medians over the seeds, shaded their range; dashed without weight decay where both are"
                + " drawn.";
    }

    private Optional<Panel> side(List<CurveSide> sides, int row) {
        return row < sides.size() ? sides.get(row).draw(evidence) : Optional.empty();
    }

    private void shown(List<PageSection.ShownNumber> all) {
        // Some name steps of the part that most of the paper is about; elsewhere they are no gap.
        boolean gapsMatter = parts.getFirst().equals(paper.parts().getFirst());
        List<PageSection.ShownNumber> shown = all.stream()
                .filter(number -> gapsMatter || !values(number).isEmpty())
                .toList();
        if (shown.isEmpty()) {
            return;
        }
        page.open("table", "class", "numbers runs");
        head(List.of("ours", "by seed"));
        for (PageSection.ShownNumber number : shown) {
            List<String> values = values(number);
            page.open("tr").leaf("td", number.label());
            page.leaf("td", values.isEmpty() ? "not measured: " + number.selector() : String.join(" · ", values))
                    .close();
        }
        page.close().close();
    }

    private List<String> values(PageSection.ShownNumber number) {
        List<String> values = new ArrayList<>();
        for (SubjectRun seed : evidence.runs(number.subject())) {
            seed.value(number.selector()).ifPresent(value -> values.add(NumberText.significant(value, DIGITS)));
        }
        return values;
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
            page.open("figure").raw(EmbeddedSvg.read(file, "f" + figures++));
            page.leaf("figcaption", experiment + ", " + seed.title()).close();
        }
        if (!findings.remarks().isEmpty()) {
            page.open("ul", "class", "note");
            findings.remarks().forEach(remark -> page.leaf("li", remark));
            page.close();
        }
    }

    private void table(List<JudgedNumber> rows) {
        if (rows.isEmpty()) {
            return;
        }
        page.open("div", "class", "wide").open("table", "class", "numbers runs judged");
        head(List.of(
                "quantity",
                "of",
                "paper",
                "against the paper",
                "author's code again",
                "against the re-run",
                "ours as published",
                "in detected phase",
                "ours controlled",
                "class"));
        rows.forEach(this::row);
        page.close().close().close();
    }

    private void row(JudgedNumber judged) {
        PublishedNumber number = judged.number();
        Measured measured = judged.measured();
        page.open("tr").leaf("td", number.quantity()).leaf("td", number.where());
        page.leaf("td", dash(number.published()));
        page.open("td", "class", styleOf(judged.againstPaper().text()))
                .text(judged.againstPaper().text());
        note(number.publishedTolerance().map(Tolerance::source).orElse(""));
        note(measured.missing());
        note(number.weak());
        if (judged.isWithinRounding()) {
            note("within it by rounding alone");
        }
        page.close().leaf("td", dash(number.rerun()));
        page.open("td", "class", styleOf(judged.againstRerun().text()))
                .text(judged.againstRerun().text());
        note(number.rerunTolerance().map(Tolerance::source).orElse(""));
        page.close();
        page.open("td")
                .leaf("b", values(measured.ours()), "title", number.selector().toString());
        if (!measured.rounding().isEmpty()) {
            note("by rounding " + spreads(measured.rounding()));
        }
        page.close();
        page.leaf("td", values(measured.detected()));
        page.open("td");
        page.leaf(
                "span",
                values(measured.controlled()),
                "title",
                number.control().map(Selector::toString).orElse("no control needed"));
        page.close();
        page.leaf("td", number.toleranceClass()).close();
    }

    private void note(String text) {
        if (!text.isEmpty()) {
            page.leaf("small", text);
        }
    }

    private static String styleOf(String judgement) {
        return "verdict-" + judgement.replace(' ', '_');
    }

    private static String dash(String text) {
        return text.isEmpty() ? "–" : text;
    }

    private static String values(double[] values) {
        List<String> texts = new ArrayList<>();
        for (double value : values) {
            boolean count = Math.abs(value) >= 100 && value == Math.rint(value);
            texts.add(count ? NumberText.grouped((long) value) : NumberText.significant(value, DIGITS));
        }
        return texts.isEmpty() ? "–" : String.join(" · ", texts);
    }

    private static String spreads(List<RoundingSpread> spreads) {
        return spreads.stream()
                .map(spread -> {
                    String low = NumberText.significant(spread.low(), DIGITS);
                    String high = NumberText.significant(spread.high(), DIGITS);
                    return low.equals(high) ? low : low + UNBROKEN_ELLIPSIS + high;
                })
                .collect(Collectors.joining(" · "));
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
            table(rows);
            page.close();
        }
    }

    private void artefacts(List<PageSection> sections) {
        if (sections.isEmpty()) {
            return;
        }
        frame.section("Artefacts");
        page.leaf(
                "p",
                "What the published procedures show whether or not it is there, each measured by us.",
                "class",
                "lead");
        for (PageSection section : sections) {
            page.leaf("h3", section.title());
            paragraph("", section.controlledText());
            pair(section);
            shown(section.numbers());
        }
        page.close();
    }

    private void settings() {
        frame.section("How to repeat this");
        page.open("p")
                .leaf(
                        "code",
                        "sedge reproduce " + paper.key() + " " + extent.arguments() + " --parts "
                                + parts.stream().map(Part::name).collect(Collectors.joining(",")))
                .close();
        page.open("ul", "class", "files");
        for (String file : List.of(PaperReport.table(paper), "sweep.yaml", "runs/")) {
            page.open("li").leaf("a", file, "href", file).close();
        }
        page.close().close();
    }
}
