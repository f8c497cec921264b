package dev.spectraledge.analysis.paper.lifecycle;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.analysis.paper.ComputedSection;
import dev.spectraledge.analysis.paper.Evidence;
import dev.spectraledge.analysis.paper.SubjectRun;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.statistic.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which universality class each task is in, from what seeds say, and how much that depends on window and phase. */
final class ClassSection implements ComputedSection {
    private static final String EXPERIMENT = "gap-flow";
    private static final List<Integer> WIDTHS = List.of(3, 5, 8, 10, 20);
    private static final List<Phase> PHASES = List.of(Phase.AT_GROK, Phase.POST_GROK);
    private static final int PUBLISHED_WIDTH = 5;
    private static final int DIGITS = 2;
    private static final String NOT_MEASURED = "not measured";
    private static final Map<String, String> PAPER =
            new TreeMap<>(Map.of("dyck", "mixed", "modular", "functional", "scan", "compression"));

    /** The class of a subject by windows of one width since one phase; empty if nothing was measured. */
    Optional<UniversalityClass> classOf(Evidence evidence, String subject, int width, Phase phase) {
        Interval led = over(evidence, subject, "gradient-led", item(width, phase));
        if (led.seeds() == 0) {
            return Optional.empty();
        }
        return Optional.of(UniversalityClass.of(
                led,
                function(evidence, subject, phase),
                over(evidence, subject, "coherence-over-random", item(width, phase))));
    }

    private static String item(int width, Phase phase) {
        return "W=" + width + "/since " + phase.title();
    }

    /** Of the later of both phases: at grok the edge's function is asked for after it, as everything else is. */
    private static EdgeFunction function(Evidence evidence, String subject, Phase phase) {
        return EdgeFunction.measured(
                evidence.runs(subject).stream()
                        .flatMap(seed -> ownPhases(seed).stream())
                        .toList(),
                phase == Phase.AT_GROK ? Phase.POST_GROK : Phase.LATE);
    }

    private static Interval over(Evidence evidence, String subject, String quantity, String item) {
        return Interval.of(evidence.runs(subject).stream()
                .flatMap(seed -> ownPhases(seed).stream())
                .map(findings -> findings.curve(Procedure.CONTROLLED, quantity, item))
                .mapToDouble(
                        curve -> curve.isEmpty() ? Double.NaN : curve.getLast().value())
                .toArray());
    }

    /** At the phases that the run itself went through, where they were detected. */
    private static Optional<RecordedFindings> ownPhases(SubjectRun seed) {
        return Optional.ofNullable(seed.detected().get(EXPERIMENT)).or(() -> seed.findings(EXPERIMENT));
    }

    @Override
    public String title() {
        return "Universality class";
    }

    private Map<String, UniversalityClass> classes(Evidence evidence) {
        Map<String, UniversalityClass> classes = new LinkedHashMap<>();
        for (String subject : PAPER.keySet()) {
            classOf(evidence, subject, PUBLISHED_WIDTH, Phase.AT_GROK).ifPresent(found -> classes.put(subject, found));
        }
        return classes;
    }

    @Override
    public void write(HtmlPage frame, Evidence evidence) {
        Map<String, UniversalityClass> classes = classes(evidence);
        if (classes.isEmpty()) {
            return;
        }
        Markup page = frame.markup();
        frame.section(title());
        page.leaf(
                "p",
                "The paper gives its classes by example. Our rule asks two questions, with 95 % "
                        + "intervals over the seeds. First, in what share of the windows after grokking does the "
                        + "gradient make more of σ₁ than weight decay does? Above 2/3 a task is gradient-led, "
                        + "below 1/3 decay-led, in between balanced. Second, does the response to a step along v₁ "
                        + "differ more between inputs of different targets than the response along random "
                        + "directions does? It does if the share of v₁ minus the mean share of random directions "
                        + "is above 0 over its whole interval, and if p ≤ .05 that random directions reach v₁ (all "
                        + "seeds, by Fisher's method). Decay-led tasks are compression and balanced ones are "
                        + "mixed. A gradient-led task is functional if both conditions hold; it is mixed if "
                        + "neither holds and v₁ does less than the largest random direction over the whole "
                        + "interval. There is no class where an interval spans a border, where interval and p "
                        + "disagree, where there is no p, or where the coherence of updates (σ₁² over the largest "
                        + "squared norm of an update, minus 1) is below twice the coherence of independent "
                        + "isotropic updates.",
                "class",
                "lead");
        HtmlPage.startWide(page, "Numbers by run").open("table", "class", "numbers runs judged");
        HtmlPage.startBody(
                page,
                List.of(
                        "task",
                        "paper",
                        "ours",
                        "gradient leads",
                        "function of v₁",
                        "of random directions",
                        "excess",
                        "p",
                        "coherence over random",
                        "for other widths and phases"));
        classes.forEach((subject, found) -> row(page, evidence, subject, found));
        page.close().close().close().close();
    }

    private void row(Markup page, Evidence evidence, String subject, UniversalityClass found) {
        page.open("tr").leaf("td", subject).leaf("td", PAPER.get(subject));
        page.open("td").leaf("b", found.text()).close();
        page.leaf("td", text(over(evidence, subject, "gradient-led", item(PUBLISHED_WIDTH, Phase.AT_GROK))));
        EdgeFunction function = function(evidence, subject, Phase.AT_GROK);
        page.leaf("td", text(function.edge())).leaf("td", text(function.random()));
        page.leaf("td", text(function.excess())).leaf("td", number(function.probability()));
        page.leaf("td", text(over(evidence, subject, "coherence-over-random", item(PUBLISHED_WIDTH, Phase.AT_GROK))));
        page.leaf("td", stability(evidence, subject)).close();
    }

    private String stability(Evidence evidence, String subject) {
        List<String> parts = new ArrayList<>();
        for (Phase phase : PHASES) {
            Map<UniversalityClass, List<String>> widths = new LinkedHashMap<>();
            for (int width : WIDTHS) {
                classOf(evidence, subject, width, phase)
                        .ifPresent(found -> widths.computeIfAbsent(found, same -> new ArrayList<>())
                                .add(String.valueOf(width)));
            }
            widths.forEach((found, same) ->
                    parts.add("since " + phase.title() + ": " + found.text() + " for W = " + String.join(", ", same)));
        }
        return String.join("; ", parts);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? NOT_MEASURED : NumberText.significant(value, DIGITS);
    }

    private static String text(Interval interval) {
        if (interval.seeds() == 0) {
            return NOT_MEASURED;
        }
        String mean = number(interval.mean());
        return interval.seeds() == 1
                ? mean + " (one seed)"
                : mean + " (" + NumberText.significant(interval.low(), DIGITS) + " … "
                        + NumberText.significant(interval.high(), DIGITS) + ")";
    }
}
