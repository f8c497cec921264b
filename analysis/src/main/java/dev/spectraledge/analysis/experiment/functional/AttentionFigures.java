package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import java.util.List;
import java.util.stream.Stream;

/** Scores of heads over the steps; and of the last step power spectra and patterns. */
final class AttentionFigures {
    private static final int COLUMNS = 2;

    private final Findings findings;
    private final List<String> items;
    private final long lastStep;

    private AttentionFigures(Findings findings) {
        this.findings = findings;
        items = findings.items(Procedure.CONTROLLED, AttentionPatterns.DIVERGENCE);
        lastStep = findings.lastStep();
    }

    static void draw(Findings findings) {
        AttentionFigures figures = new AttentionFigures(findings);
        List<String> kinds = figures.items.stream()
                .map(item -> item.contains("/") ? item.substring(0, item.indexOf('/')) : "")
                .distinct()
                .toList();
        for (String kind : kinds) {
            figures.heads(
                    kind,
                    figures.items.stream()
                            .filter(item -> item.startsWith(kind.isEmpty() ? "L" : kind + "/"))
                            .toList());
        }
        if (kinds.size() > 1) {
            figures.kinds(kinds);
        }
    }

    private void heads(String kind, List<String> heads) {
        CurveFigure entropy = CurveFigure.marked(findings);
        CurveFigure divergence = CurveFigure.marked(findings);
        CurveFigure controlledDivergence = CurveFigure.marked(findings);
        CurveFigure local = CurveFigure.marked(findings);
        CurveFigure power = CurveFigure.marked(findings);
        CurveFigure pattern = CurveFigure.marked(findings);
        int bins = findings.count(AttentionPatterns.POWER, heads.getFirst() + "/", lastStep);
        int distances = findings.count(AttentionPatterns.PATTERN, heads.getFirst() + "/", lastStep);
        for (String head : heads) {
            String label = head.substring(head.indexOf('/') + 1);
            int layer = label.charAt(1) - '0';
            int colour = label.charAt(label.length() - 1) - '0';
            Line.Stroke stroke = layer == 0 ? Line.Stroke.DASHED : Line.Stroke.SOLID;
            entropy.overSteps(Procedure.PUBLISHED, AttentionPatterns.ENTROPY, head, label, colour, stroke);
            divergence.overSteps(Procedure.PUBLISHED, AttentionPatterns.DIVERGENCE, head, label, colour, stroke);
            controlledDivergence.overSteps(
                    Procedure.CONTROLLED, AttentionPatterns.DIVERGENCE, head, label, colour, stroke);
            local.overSteps(Procedure.CONTROLLED, AttentionPatterns.RECENT, head, label, colour, stroke);
            power.overItems(
                    Procedure.PUBLISHED,
                    AttentionPatterns.POWER,
                    head + "/omega=",
                    bins,
                    lastStep,
                    label,
                    colour,
                    stroke);
            pattern.overItems(
                    Procedure.PUBLISHED,
                    AttentionPatterns.PATTERN,
                    head + "/distance=",
                    distances,
                    lastStep,
                    label,
                    colour,
                    stroke);
        }
        pattern.reference(1, "uniform");
        Axis steps = Axis.linear("step");
        findings.figure(new Figure(
                kind.isEmpty() ? "heads" : kind,
                "Entropy, divergence from uniform attention, power spectrum and mean pattern of each head",
                COLUMNS,
                Stream.of(
                                entropy.panel("Entropy, padding included", steps, Axis.linear("nats")),
                                divergence.panel(
                                        "Divergence of the mean pattern from uniform, padding included",
                                        steps,
                                        Axis.linear("nats")),
                                controlledDivergence.panel(
                                        "Divergence from uniform, each real query", steps, Axis.linear("nats")),
                                local.panel(
                                        "Attention to the last three positions beyond uniform, real queries",
                                        steps,
                                        Axis.linear("probability")),
                                power.panel("Power spectrum at step " + lastStep, Axis.linear("ω"), Axis.log("power")),
                                pattern.panel(
                                        "Mean pattern at step " + lastStep,
                                        Axis.linear("positions back"),
                                        Axis.linear("relative to uniform")))
                        .filter(panel -> !panel.isEmpty())
                        .toList()));
    }

    private void kinds(List<String> kinds) {
        CurveFigure entropy = CurveFigure.marked(findings);
        for (int kind = 0; kind < kinds.size(); kind++) {
            entropy.overSteps(
                    Procedure.PUBLISHED,
                    AttentionPatterns.ENTROPY,
                    kinds.get(kind),
                    kinds.get(kind),
                    kind,
                    Line.Stroke.SOLID);
        }
        findings.figure(new Figure(
                "kinds",
                "Mean entropy of the heads of each kind of attention",
                1,
                List.of(entropy.panel(
                        "Mean entropy, padding included, as published", Axis.linear("step"), Axis.linear("nats")))));
    }
}
