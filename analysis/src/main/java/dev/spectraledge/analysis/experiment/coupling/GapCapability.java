package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Whether a gap opens when a capability is gained (thesis S6, theorem 10.7 and test 7), and what weight decay does to the second
 * singular value (S15, remark 27.1). Published: σ₁/σ₂ of the first layer's W_Q at the phases, and how many times larger it is at the
 * end than at grokking, which a gap that opens after the gain makes large as well. Controlled: how many gains of test accuracy have an
 * opening of a gap within three windows, of σ₁/σ₂ of W_Q and of the gap ratio R of updates, against the openings moved on around the
 * ends of the run; and the trends of ln σ₁, ln σ₂ and ln g₂₃ of windows after grokking, as they are and as parts of the window's energy,
 * against series of no trend that are as slow.
 */
public final class GapCapability implements Experiment {
    static final String NAME = "gap-capability";
    private static final long STREAM = 0x67617063;
    private static final double LEAST_GAIN = 0.01;
    private static final int FEWEST = 10;
    private static final String QUERY = "W_Q";
    private static final String RATIO = "R";
    /** Slopes are quoted over so many steps. */
    private static final double UNIT = 1000;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does a gap open when test accuracy rises, and what does decay do to the second singular value?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.when(!run.hasMetrics(), "needs a metrics.csv with accuracies");
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        NavigableMap<Long, Double> ratios = QueryRatios.of(run);
        ratios.forEach((step, ratio) -> findings.published("weight-ratio", QUERY, step, ratio));
        atPhases(ratios, phases, findings);
        WindowCourse course = WindowCourse.of(run, NAME);
        List<WindowCourse.Window> windows = course.even(Evaluations.spacing(run, course.stride()));
        if (windows.size() < FEWEST) {
            course.lack(
                    "only " + windows.size() + " windows follow each other evenly, " + FEWEST + " are needed",
                    findings);
        } else {
            coincide(run, windows, ratios, findings);
            trends(windows, phases, run.config().training().seed(), findings);
        }
        findings.figure(figure(findings));
        return findings;
    }

    private static void atPhases(NavigableMap<Long, Double> ratios, PhaseSteps phases, Findings findings) {
        Map<Phase, Long> steps = phases.of(PhaseTable.B);
        long last = ratios.lastKey();
        steps.forEach((phase, step) -> {
            if (ratios.containsKey(step)) {
                findings.published(
                        "weight-ratio-of-phase", phase.title().toLowerCase(Locale.ROOT), step, ratios.get(step));
            }
        });
        Long grok = steps.get(Phase.AT_GROK);
        if (grok != null && ratios.containsKey(grok)) {
            findings.published("opening-since-grok", QUERY, last, ratios.get(last) / ratios.get(grok));
            findings.controlled(
                    "opening-before-grok",
                    QUERY,
                    grok,
                    ratios.get(grok) / ratios.firstEntry().getValue());
        }
    }

    private static void coincide(
            StudiedRun run, List<WindowCourse.Window> windows, NavigableMap<Long, Double> ratios, Findings findings) {
        Evaluations evaluations = new Evaluations(run);
        long last = windows.getLast().step();
        double[] accuracy = windows.stream()
                .mapToDouble(window -> evaluations.at(window.step(), "test_accuracy"))
                .toArray();
        double[] gap = windows.stream()
                .mapToDouble(window -> Math.log(window.gapRatio()))
                .toArray();
        coincide(RATIO, gap, accuracy, last, findings);
        double[] query = windows.stream()
                .mapToDouble(window -> Math.log(ratios.getOrDefault(window.step(), Double.NaN)))
                .toArray();
        if (Arrays.stream(query).allMatch(Double::isFinite)) {
            coincide(QUERY, query, accuracy, last, findings);
        } else {
            findings.remark("some windows end without a snapshot, so openings of W_Q are not compared");
        }
    }

    /** What is said of openings of a gap, by its logarithm, and gains of an accuracy. */
    static void coincide(String item, double[] gap, double[] accuracy, long last, Findings findings) {
        if (Arrays.stream(accuracy).anyMatch(Double::isNaN)) {
            findings.remark("some windows end without an evaluation, so gains are not compared");
            return;
        }
        EventCoincidence found = EventCoincidence.of(
                EventCoincidence.increases(gap, 0), EventCoincidence.increases(accuracy, LEAST_GAIN));
        findings.controlled("openings", item, last, found.events());
        findings.controlled("gains", item, last, found.others());
        findings.controlled("gains-with-opening", item, last, found.share());
        findings.controlled("gains-with-opening", item + "/shifted", last, found.chance());
        findings.controlled("coincidence-p", item, last, found.probability());
    }

    private static void trends(List<WindowCourse.Window> windows, PhaseSteps phases, long seed, Findings findings) {
        Long grok = phases.of(PhaseTable.B).get(Phase.AT_GROK);
        List<WindowCourse.Window> after = windows.stream()
                .filter(window -> grok == null || window.step() >= grok)
                .toList();
        if (after.size() < FEWEST) {
            findings.remark("only " + after.size() + " windows end after grokking, " + FEWEST
                    + " are needed for a trend of σ₂; train the run longer (training.stopOn=grok+2000)");
            return;
        }
        double[] steps = after.stream().mapToDouble(WindowCourse.Window::step).toArray();
        trend("sigma-1", steps, after, window -> window.singularValue(0), seed, findings);
        trend("sigma-2", steps, after, window -> window.singularValue(1), seed, findings);
        trend("g23", steps, after, window -> SpectralEdge.subleadingGap(window.spectrum()), seed, findings);
        trend("sigma-1/sigma-2", steps, after, window -> SpectralEdge.ratio(window.spectrum(), 1), seed, findings);
        trend(
                "sigma-2/norm",
                steps,
                after,
                window -> window.singularValue(1) / Math.sqrt(window.spectrum().trace()),
                seed,
                findings);
        trend(
                "g23/trace",
                steps,
                after,
                window -> SpectralEdge.subleadingGap(window.spectrum())
                        / window.spectrum().trace(),
                seed,
                findings);
    }

    private static void trend(
            String item,
            double[] steps,
            List<WindowCourse.Window> windows,
            ToDoubleFunction<WindowCourse.Window> quantity,
            long seed,
            Findings findings) {
        double[] values = windows.stream()
                .mapToDouble(window -> Math.log(quantity.applyAsDouble(window)))
                .toArray();
        long last = (long) steps[steps.length - 1];
        Trend trend = Trend.of(steps, values, new PhiloxKey(seed, STREAM + item.hashCode()));
        findings.controlled("trend-per-1000-steps", item, last, UNIT * trend.slope());
        findings.controlled("trend-p", item, last, trend.probability());
    }

    private static Figure figure(Findings findings) {
        return new Figure(
                "opening",
                "Gap of the query matrix, by snapshot",
                1,
                List.of(PhaseFigures.panel(
                        "σ₁/σ₂ of W_Q, layer 0",
                        Axis.linear("step"),
                        Axis.log("ratio"),
                        findings,
                        List.of(
                                Curve.published("weight-ratio", QUERY, "snapshots", Palette.BLUE),
                                new Curve(
                                        Procedure.PUBLISHED,
                                        "weight-ratio-of-phase",
                                        "at grok",
                                        "at grok",
                                        Palette.VERMILION,
                                        Line.Stroke.SOLID,
                                        false)),
                        List.of(new Reference(1, "no gap")))));
    }
}
