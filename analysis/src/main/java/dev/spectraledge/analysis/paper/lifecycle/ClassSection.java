package dev.spectraledge.analysis.paper.lifecycle;

import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.analysis.paper.ComputedSection;
import dev.spectraledge.analysis.paper.Evidence;
import dev.spectraledge.analysis.paper.Selector;
import dev.spectraledge.analysis.paper.SubjectRun;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.statistic.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Which universality class each task is in, from what seeds say, and how much that depends on window and phase. */
final class ClassSection implements ComputedSection {
    private static final String EXPERIMENT = "gap-flow";
    private static final List<Integer> WIDTHS = List.of(3, 5, 8, 10, 20);
    private static final List<Phase> PHASES = List.of(Phase.AT_GROK, Phase.POST_GROK);
    private static final int PUBLISHED_WIDTH = 5;
    private static final int DIGITS = 2;
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
                excess(evidence, subject, phase),
                over(evidence, subject, "coherence-over-random", item(width, phase))));
    }

    private static String item(int width, Phase phase) {
        return "W=" + width + "/since " + phase.title();
    }

    /** Of the later of both phases: at grok the edge's function is asked for after it, as everything else is. */
    private Interval excess(Evidence evidence, String subject, Phase phase) {
        Phase later = phase == Phase.AT_GROK ? Phase.POST_GROK : Phase.LATE;
        return over(evidence, subject, "function-excess", later.title().toLowerCase(Locale.ROOT));
    }

    private Interval over(Evidence evidence, String subject, String quantity, String item) {
        Selector selector = new Selector(EXPERIMENT, Procedure.CONTROLLED, quantity, item, OptionalLong.empty());
        return Interval.of(evidence.runs(subject).stream()
                .mapToDouble(seed -> ownPhases(seed, selector))
                .toArray());
    }

    /** At the phases that the run itself went through, where they were detected. */
    private static double ownPhases(SubjectRun seed, Selector selector) {
        RecordedFindings detected = seed.detected().get(EXPERIMENT);
        RecordedFindings findings = detected == null ? seed.findings(EXPERIMENT).orElse(null) : detected;
        if (findings == null) {
            return Double.NaN;
        }
        List<Measurement> curve = findings.curve(selector.procedure(), selector.quantity(), selector.item());
        return curve.isEmpty() ? Double.NaN : curve.getLast().value();
    }

    @Override
    public String title() {
        return "Universality class";
    }

    @Override
    public boolean isMeasured(Evidence evidence) {
        return !classes(evidence).isEmpty();
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
                "The paper gives its classes by example. Our rule asks two things, with 95 % intervals over the seeds:"
                    + " how often the gradient makes more of σ₁ than weight decay does in the windows after grokking"
                    + " (gradient-led above 2/3, decay-led below 1/3), and whether the response to a step along v₁"
                    + " lies more between inputs of different targets than that along random directions does (by more"
                    + " than 0.05). Decay-led is compression; gradient-led is functional with that excess and mixed"
                    + " without; balanced is mixed. An interval that spans a border has no class, nor have updates"
                    + " whose coherence (σ₁² over the largest squared norm of an update, less 1) is below twice that"
                    + " of independent isotropic ones.",
                "class",
                "lead");
        page.open("div", "class", "wide").open("table", "class", "numbers runs judged");
        page.open("thead").open("tr");
        for (String column : List.of(
                "task",
                "paper",
                "ours",
                "gradient leads",
                "function excess",
                "coherence over random",
                "for other widths and phases")) {
            page.leaf("th", column, "scope", "col");
        }
        page.close().close().open("tbody");
        classes.forEach((subject, found) -> row(page, evidence, subject, found));
        page.close().close().close().close();
    }

    private void row(Markup page, Evidence evidence, String subject, UniversalityClass found) {
        page.open("tr").leaf("td", subject).leaf("td", PAPER.get(subject));
        page.open("td").leaf("b", found.text()).close();
        page.leaf("td", text(over(evidence, subject, "gradient-led", item(PUBLISHED_WIDTH, Phase.AT_GROK))));
        page.leaf("td", text(excess(evidence, subject, Phase.AT_GROK)));
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

    private static String text(Interval interval) {
        if (interval.seeds() == 0) {
            return "not measured";
        }
        String mean = NumberText.significant(interval.mean(), DIGITS);
        return interval.seeds() == 1
                ? mean + " (one seed)"
                : mean + " (" + NumberText.significant(interval.low(), DIGITS) + " … "
                        + NumberText.significant(interval.high(), DIGITS) + ")";
    }
}
