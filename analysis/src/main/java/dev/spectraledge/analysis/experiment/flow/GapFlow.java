package dev.spectraledge.analysis.experiment.flow;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.flow.EdgeCourse.EdgeWindow;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What opens and closes the gap (thesis §14, Lifecycle §4.27). Published: the damping rate and fixed point of a regression of
 * dg/dt on g, where k* is the position of the largest ratio. Controlled: the same for the weighted k*, and of series
 * as slow that nothing damps ({@link MeanReversion}); the three terms of the equation, measured, and their sum against the slope of the gap up to one scale;
 * the parts of the gap that gradient and decay have made, exactly; how often the gradient leads the edge after grokking, for
 * every width of the window and from each phase on; and whether the response along the edge is about the task more than that
 * along random directions. The last two decide the universality class.
 */
public final class GapFlow implements Experiment {
    static final int WINDOW = 5;

    private static final long STREAM = 0x67617066;

    private static final int TRAINING_SEQUENCES = 512;
    private static final int TEST_SEQUENCES = 300;

    @Override
    public String name() {
        return "gap-flow";
    }

    @Override
    public String question() {
        return "Does curvature, damping or the gradient open and close the gap, and which class of task "
                + "follows from that?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.attentionDecay(run);
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        Trajectory trajectory = Trajectory.of(run);
        long stride = Cadences.published(run);
        for (int width : Cadences.WIDTHS) {
            EdgeCourse course = EdgeCourse.of(trajectory, run, stride, width, SpectralEdge::weightedPosition);
            leads(course, width, run, phases, findings);
            if (width == WINDOW) {
                parts(course, findings);
                EdgeCourse published = EdgeCourse.of(trajectory, run, stride, width, SpectralEdge::position);
                regression(Procedure.PUBLISHED, "gap", published, stride, run, findings);
                regression(Procedure.CONTROLLED, "gap/weighted", course, stride, run, findings);
                meanReversion(published, run, findings);
                terms(course, stride, run, findings);
            }
        }
        function(run, phases, findings);
        findings.figure(figure(findings));
        return findings;
    }

    /** How often the gradient leads, since each phase of the run. */
    private static void leads(EdgeCourse course, int width, StudiedRun run, PhaseSteps phases, Findings findings) {
        phases.titled(PhaseTable.B).forEach((title, step) -> {
            List<EdgeWindow> windows = course.since(step);
            if (!title.equals(Phase.PRE_GROK.title()) && !windows.isEmpty()) {
                String item = item(width, title);
                long last = run.steps().last();
                long led = windows.stream().filter(EdgeWindow::isGradientLed).count();
                findings.controlled("gradient-led", item, last, (double) led / windows.size());
                findings.controlled("windows", item, last, (double) windows.size());
                double coherence = EdgeCourse.median(windows, EdgeWindow::coherence);
                findings.controlled("coherence", item, last, coherence);
                findings.controlled("coherence-over-random", item, last, overRandom(coherence, width, run));
            }
        });
    }

    /**
     * How far a coherence lies above 1, in units of what independent isotropic updates of one norm give: their products have
     * a deviation of norm²/√p, so that σ_1² exceeds the squared norm by 2√(W/p) of it at the edge of Wigner's semicircle.
     */
    static double overRandom(double coherence, int width, StudiedRun run) {
        double dimension = run.layout().size(ParameterSubset.ATTENTION);
        return (coherence - 1) / (2 * Math.sqrt(width / dimension));
    }

    /** Names the windows of a width since a phase or step. */
    static String item(int width, String since) {
        return "W=" + width + "/since " + since;
    }

    private static void parts(EdgeCourse course, Findings findings) {
        for (EdgeWindow window : course.windows()) {
            long step = window.step();
            findings.controlled("position", "k*", step, window.position());
            findings.controlled("gap", "whole", step, window.gap());
            findings.controlled("gap", "gradient", step, window.gradientGap());
            findings.controlled("gap", "decay", step, window.decayGap());
            findings.controlled("leading-share", "gradient", step, window.leadingShare());
        }
    }

    /** dg/dt by centred differences where k* stays the same, against g. */
    private static void regression(
            Procedure procedure, String item, EdgeCourse course, long stride, StudiedRun run, Findings findings) {
        Map<Long, Double> slopes = slopes(course, stride);
        double[] gaps = course.windows().stream()
                .filter(window -> slopes.containsKey(window.step()))
                .mapToDouble(EdgeWindow::gap)
                .toArray();
        if (gaps.length < SlopeFit.FEWEST) {
            findings.lack(
                    "no regression of the slope of the " + item + " on it: it needs " + SlopeFit.FEWEST
                            + " windows between two neighbours with the same k*, there are " + gaps.length,
                    Cadences.settings(run));
            return;
        }
        double[] rates =
                slopes.values().stream().mapToDouble(Double::doubleValue).toArray();
        SlopeFit fit = SlopeFit.of(gaps, rates);
        double meanGap = Statistics.mean(gaps);
        double meanRate = Statistics.mean(rates);
        double products = 0;
        double squares = 0;
        for (int i = 0; i < gaps.length; i++) {
            products += (gaps[i] - meanGap) * (rates[i] - meanRate);
            squares += (gaps[i] - meanGap) * (gaps[i] - meanGap);
        }
        double slope = products / squares;
        long last = run.steps().last();
        findings.add(procedure, "correlation-with-slope", item, last, fit.correlation());
        findings.add(procedure, "damping-rate", item, last, -slope);
        findings.add(procedure, "fixed-point", item, last, meanGap - meanRate / slope);
    }

    /** How rarely a series as slow as the gap correlates as negatively with its slope. */
    private static void meanReversion(EdgeCourse course, StudiedRun run, Findings findings) {
        double[] gaps = course.windows().stream().mapToDouble(EdgeWindow::gap).toArray();
        if (gaps.length < SlopeFit.FEWEST + 2) {
            return;
        }
        Null chance =
                MeanReversion.chance(gaps, new PhiloxKey(run.config().training().seed(), STREAM));
        long last = run.steps().last();
        findings.controlled("correlation-with-slope", "gap/autoregression", last, chance.median());
        findings.controlled("damping-p", "gap", last, chance.atMost(MeanReversion.correlation(gaps)));
    }

    /** By step of the window in the middle, per optimiser step. */
    private static Map<Long, Double> slopes(EdgeCourse course, long stride) {
        Map<Long, Double> slopes = new LinkedHashMap<>();
        List<EdgeWindow> windows = course.windows();
        for (int i = 1; i + 1 < windows.size(); i++) {
            EdgeWindow before = windows.get(i - 1);
            EdgeWindow here = windows.get(i);
            EdgeWindow after = windows.get(i + 1);
            if (before.position() == here.position()
                    && after.position() == here.position()
                    && after.step() - before.step() == 2 * stride) {
                slopes.put(here.step(), (after.gap() - before.gap()) / (2.0 * (double) stride));
            }
        }
        return slopes;
    }

    private static void terms(EdgeCourse course, long stride, StudiedRun run, Findings findings) {
        Map<Long, Double> slopes = slopes(course, stride);
        List<Double> predicted = new ArrayList<>();
        List<Double> measured = new ArrayList<>();
        try (StudiedModel model = StudiedModel.of(run, run.data().train(), TRAINING_SEQUENCES)) {
            for (EdgeWindow edge : course.windows()) {
                if (!slopes.containsKey(edge.step())) {
                    continue;
                }
                try (UpdateWindow window = UpdateWindow.ending(run, edge.step(), stride, WINDOW)) {
                    GapFlowTerms terms = GapFlowTerms.of(run, model, window, edge.position());
                    findings.controlled("term", "curvature", edge.step(), terms.curvature());
                    findings.controlled("term", "damping", edge.step(), terms.damping());
                    findings.controlled("term", "driving", edge.step(), terms.driving());
                    findings.controlled("term-share", "damping", edge.step(), terms.shareOf(terms.damping()));
                    findings.controlled("term-share", "driving", edge.step(), terms.shareOf(terms.driving()));
                    findings.controlled("gap-slope", "measured", edge.step(), slopes.get(edge.step()));
                    predicted.add(terms.sum());
                    measured.add(slopes.get(edge.step()));
                }
            }
        }
        if (measured.size() < SlopeFit.FEWEST) {
            findings.lack(
                    "no test of the gap-flow equation: it needs " + SlopeFit.FEWEST
                            + " windows between two neighbours with the same k*, there are " + measured.size(),
                    Cadences.settings(run));
            return;
        }
        SlopeFit fit = SlopeFit.of(
                predicted.stream().mapToDouble(Double::doubleValue).toArray(),
                measured.stream().mapToDouble(Double::doubleValue).toArray());
        long last = run.steps().last();
        findings.controlled("equation-scale", "sum of terms", last, fit.scale());
        findings.controlled("equation-correlation", "sum of terms", last, fit.correlation());
        findings.controlled("equation-exceedance", "sum of terms", last, fit.exceedance());
    }

    private static void function(StudiedRun run, PhaseSteps phases, Findings findings) {
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), TEST_SEQUENCES)) {
            UpdateWindow.atEach(run, new TreeSet<>(phases.steps(PhaseTable.B)), WINDOW, findings, window -> {
                long step = window.step();
                model.load(step);
                ResponseShare response = new ResponseShare(model);
                double edge = response.of(window.direction(0));
                Null draws = response.ofRandom();
                double random = draws.mean();
                findings.controlled("function-share", "v1", step, edge);
                findings.controlled("function-share", "random", step, random);
                findings.controlled("function-share", "random/low", step, draws.smallest());
                findings.controlled("function-share", "random/high", step, draws.largest());
                findings.controlled("function-p", "v1", step, draws.probability(edge));
                phases.titled(PhaseTable.B).entrySet().stream()
                        .filter(titled -> titled.getValue() == step)
                        .map(titled -> titled.getKey().toLowerCase(Locale.ROOT))
                        .forEach(title -> findings.controlled("function-excess", title, step, edge - random));
            });
        }
    }

    private static Figure figure(Findings findings) {
        return new Figure(
                "balance",
                "Gap, what gradient and decay have made of it, and the terms of the gap-flow equation",
                2,
                List.of(
                        panel("Gap σ_k* − σ_k*+1, exactly split", "gap", findings, "gap", "whole", "gradient", "decay"),
                        panel(
                                "Terms of the gap-flow equation",
                                "per step",
                                findings,
                                "term",
                                "curvature",
                                "damping",
                                "driving")));
    }

    private static Panel panel(String title, String axis, Findings findings, String quantity, String... items) {
        List<Line> lines = new ArrayList<>();
        int[] colours = {Palette.GREY, Palette.BLUE, Palette.VERMILION};
        for (int i = 0; i < items.length; i++) {
            var curve = findings.curve(Procedure.CONTROLLED, quantity, items[i]);
            lines.add(Line.solid(
                    items[i],
                    curve.stream().mapToDouble(point -> (double) point.step()).toArray(),
                    curve.stream().mapToDouble(point -> point.value()).toArray(),
                    colours[i]));
        }
        return new Panel(
                title,
                Axis.linear("step"),
                Axis.linear(axis),
                List.of(),
                lines,
                List.of(),
                List.of(new Reference(0, "")));
    }
}
