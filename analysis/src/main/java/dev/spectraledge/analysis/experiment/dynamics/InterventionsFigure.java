package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.phase.GrokRule;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.report.plot.Scale;
import java.util.ArrayList;
import java.util.List;

/** Picture of {@link Interventions}. */
final class InterventionsFigure {
    private static final int DRAWN_KICKS = 2;

    private InterventionsFigure() {}

    static Figure of(List<InterventionConditions.Condition> conditions, long start, long end, Findings findings) {
        List<Panel> panels = new ArrayList<>(List.of(
                accuracies("One push", conditions, List.of("kick"), findings),
                accuracies("Noise", conditions, List.of("noise"), findings),
                accuracies(
                        "Gradients projected onto the trajectory",
                        conditions,
                        List.of("project-0", "project-1", "penalty"),
                        findings),
                accuracies(
                        "Onto random directions",
                        conditions,
                        List.of("project-random", "project-0.5", "project-1.0"),
                        findings)));
        if (conditions.stream().anyMatch(condition -> condition.name().startsWith(InterventionConditions.SUSTAINED))) {
            panels.add(accuracies(
                    "Pushes every 50 steps", conditions, List.of(InterventionConditions.SUSTAINED), findings));
        }
        panels.add(grokSteps(conditions, start, end, findings));
        return new Figure(
                "conditions",
                "Test accuracy when weights are pushed or gradients are projected, and when each condition has grokked"
                        + " by four rules",
                2,
                panels);
    }

    /** Of the many random kicks the first two are drawn. */
    private static boolean isOneOf(String name, List<String> prefixes) {
        if (name.startsWith(InterventionConditions.RANDOM_KICK)
                && Integer.parseInt(name.substring(InterventionConditions.RANDOM_KICK.length())) > DRAWN_KICKS) {
            return false;
        }
        return name.equals(InterventionConditions.BASELINE) || prefixes.stream().anyMatch(name::startsWith);
    }

    /** Of the conditions that begin like that, and the baseline. */
    private static Panel accuracies(
            String title, List<InterventionConditions.Condition> conditions, List<String> prefixes, Findings findings) {
        int[] colours = {
            Palette.GREY, Palette.BLUE, Palette.VERMILION, Palette.GREEN, Palette.PURPLE, Palette.ORANGE, Palette.SKY
        };
        List<PhaseFigures.Curve> curves = new ArrayList<>();
        for (InterventionConditions.Condition condition : conditions) {
            if (isOneOf(condition.name(), prefixes)) {
                curves.add(new PhaseFigures.Curve(
                        condition.procedure(),
                        "test-accuracy",
                        condition.name(),
                        condition.name(),
                        colours[curves.size() % colours.length],
                        condition.isUnaffected() ? Line.Stroke.DASHED : Line.Stroke.SOLID,
                        true));
            }
        }
        return PhaseFigures.panel(
                title,
                Axis.linear("step"),
                Axis.linear("test accuracy"),
                findings,
                curves,
                List.of(new Reference(0.95, "")));
    }

    private static Panel grokSteps(
            List<InterventionConditions.Condition> conditions, long start, long end, Findings findings) {
        int[] colours = {Palette.BLUE, Palette.GREEN, Palette.PURPLE, Palette.VERMILION};
        List<Scale.Tick> ticks = new ArrayList<>();
        for (int index = 0; index < conditions.size(); index++) {
            ticks.add(new Scale.Tick(index, Integer.toString(index + 1)));
        }
        List<Points> points = new ArrayList<>();
        List<GrokRule> rules = GrokRule.strict();
        for (int of = 0; of < rules.size(); of++) {
            GrokRule rule = rules.get(of);
            for (boolean reached : new boolean[] {true, false}) {
                List<Double> places = new ArrayList<>();
                List<Double> values = new ArrayList<>();
                List<String> names = new ArrayList<>();
                for (int index = 0; index < conditions.size(); index++) {
                    InterventionConditions.Condition condition = conditions.get(index);
                    double step = findings.value(
                                    condition.procedure(), "grok-step", condition.name() + "/" + rule.key(), end)
                            .orElse(Double.NaN);
                    if (Double.isNaN(step) != reached) {
                        places.add(index + 0.15 * (of - 1.5));
                        values.add(reached ? step : end);
                        names.add(condition.name() + ", " + rule.key() + (reached ? "" : ": not by step " + end));
                    }
                }
                points.add(new Points(
                        reached ? rule.key() : "",
                        array(places),
                        array(values),
                        names,
                        colours[of],
                        reached ? Points.Mark.DOT : Points.Mark.BEYOND));
            }
        }
        return new Panel(
                "Grok steps of the conditions in their order; triangles: not by the last step",
                new Axis("condition", false, -1, conditions.size(), ticks),
                Axis.linear("step"),
                List.of(),
                List.of(),
                points,
                List.of(),
                List.of(new Reference((double) start, "begin")),
                List.of(),
                true);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
