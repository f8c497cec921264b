package dev.spectraledge.analysis.lifecycle;

import dev.spectraledge.analysis.early.Phase;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Which universality class each task is in, from what seeds say, and how much that depends on window and phase. */
final class ClassSection {
    private static final String EXPERIMENT = "gap-flow";
    private static final double DECAYING = 1;
    private static final List<Integer> WIDTHS = List.of(3, 5, 8, 10, 20);
    private static final List<Phase> PHASES = List.of(Phase.AT_GROK, Phase.POST_GROK);
    private static final int PUBLISHED_WIDTH = 5;
    private static final int DIGITS = 2;
    private static final Map<LifecycleTask, String> PAPER =
            Map.of(LifecycleTask.DYCK, "mixed", LifecycleTask.MODULAR, "functional", LifecycleTask.SCAN, "compression");

    private final HtmlPage frame;
    private final Markup page;
    private final Evidence evidence;

    ClassSection(HtmlPage frame, Evidence evidence) {
        this.frame = frame;
        this.page = frame.markup();
        this.evidence = evidence;
    }

    /** The class of a task by windows of one width since one phase; empty if nothing was measured. */
    Optional<UniversalityClass> classOf(LifecycleTask task, int width, Phase phase) {
        Interval led = over(task, "gradient-led", item(width, phase));
        if (led.seeds() == 0) {
            return Optional.empty();
        }
        return Optional.of(UniversalityClass.of(
                led, excess(task, phase), over(task, "coherence-over-random", item(width, phase))));
    }

    private static String item(int width, Phase phase) {
        return "W=" + width + "/since " + phase.title();
    }

    /** Of the later of both phases: at grok the edge's function is asked for after it, as everything else is. */
    private Interval excess(LifecycleTask task, Phase phase) {
        Phase later = phase == Phase.AT_GROK ? Phase.POST_GROK : Phase.LATE;
        return over(task, "function-excess", later.title().toLowerCase(Locale.ROOT));
    }

    private Interval over(LifecycleTask task, String quantity, String item) {
        Selector selector = new Selector(EXPERIMENT, Procedure.CONTROLLED, quantity, item, OptionalLong.empty());
        return Interval.of(evidence.seeds(task.key(), DECAYING).stream()
                .mapToDouble(seed -> ownPhases(seed, selector))
                .toArray());
    }

    /** At the phases that the run itself went through, where they were detected. */
    private static double ownPhases(StudiedSeed seed, Selector selector) {
        RecordedFindings detected = seed.detected().get(EXPERIMENT);
        RecordedFindings findings = detected == null ? seed.findings(EXPERIMENT).orElse(null) : detected;
        if (findings == null) {
            return Double.NaN;
        }
        List<Measurement> curve = findings.curve(selector.procedure(), selector.quantity(), selector.item());
        return curve.isEmpty() ? Double.NaN : curve.getLast().value();
    }

    void write() {
        Map<LifecycleTask, UniversalityClass> classes = new LinkedHashMap<>();
        for (LifecycleTask task : LifecycleTask.values()) {
            classOf(task, PUBLISHED_WIDTH, Phase.AT_GROK).ifPresent(found -> classes.put(task, found));
        }
        if (classes.isEmpty()) {
            return;
        }
        frame.section("Universality class");
        page.leaf(
                "p",
                "The paper gives its classes by example. Our rule asks two things, with 95 % intervals over the seeds:"
                        + " how often the gradient makes more of σ₁ than weight decay does in the windows after grokking"
                        + " (gradient-led above 2/3, decay-led below 1/3), and whether the response to a step along v₁"
                        + " lies more between inputs of different targets than that along random directions does (by more"
                        + " than 0.05). Decay-led is compression; gradient-led is functional with that excess and mixed"
                        + " without; balanced is mixed. An interval that spans a border has no class, nor have"
                        + " updates whose coherence (σ₁² over the largest squared norm of an update, less 1) is below"
                        + " twice that of independent isotropic ones.",
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
        classes.forEach(this::row);
        page.close().close().close().close();
    }

    private void row(LifecycleTask task, UniversalityClass found) {
        page.open("tr").leaf("td", task.key()).leaf("td", PAPER.get(task));
        page.open("td").leaf("b", found.text()).close();
        page.leaf("td", text(over(task, "gradient-led", item(PUBLISHED_WIDTH, Phase.AT_GROK))));
        page.leaf("td", text(excess(task, Phase.AT_GROK)));
        page.leaf("td", text(over(task, "coherence-over-random", item(PUBLISHED_WIDTH, Phase.AT_GROK))));
        page.leaf("td", stability(task)).close();
    }

    private String stability(LifecycleTask task) {
        List<String> parts = new ArrayList<>();
        for (Phase phase : PHASES) {
            Map<UniversalityClass, List<String>> widths = new LinkedHashMap<>();
            for (int width : WIDTHS) {
                classOf(task, width, phase)
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
