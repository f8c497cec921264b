package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.EventMark;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.kernels.MemoryOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How well depth can be read at each snapshot of a run, such as one whose weight decay is lowered after grokking: by the
 * published ridge regression, and by least squares, which no scale of the features changes.
 */
public final class RepresentationOverTime implements Experiment {
    @Override
    public String name() {
        return "representation-over-time";
    }

    @Override
    public String question() {
        return "How well can depth be read linearly over the whole training, and what does weight decay do to that?";
    }

    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    @Override
    public boolean looksAtPhases() {
        return false;
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, name());
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        try (RepresentationDiagnostics diagnostics = new RepresentationDiagnostics(run, run.protocol(name()))) {
            for (long step : run.steps()) {
                try (MemoryOwner scratch = MemoryOwner.open("weights")) {
                    RepresentationDiagnostics.Value value =
                            diagnostics.measure(run.weights(scratch, step).flat());
                    findings.published("linear-r2", "layer", step, value.ridge());
                    findings.published("entropy", "layer", step, value.entropy());
                    findings.published("parameter-norm", "all", step, value.norm());
                    findings.controlled("linear-r2/by-token", "layer", step, value.leastSquares());
                    findings.controlled("feature-deviation", "layer", step, value.featureDeviation());
                    findings.controlled("parameter-norm", "all", step, value.liveNorm());
                }
            }
        }
        findings.figure(figure(run, findings));
        return findings;
    }

    private static Figure figure(StudiedRun run, Findings findings) {
        List<EventMark> marks = new ArrayList<>();
        List<Panel> panels = new ArrayList<>();
        Axis steps = Axis.linear("step");
        if (run.hasMetrics()) {
            run.grokStep().ifPresent(step -> marks.add(new EventMark((double) step, "grok")));
            double[] evaluated = run.metrics().steps();
            double[] accuracy = run.metrics().require("test_accuracy");
            panels.add(CurveFigure.plain(findings)
                    .curve("test", evaluated, accuracy, Palette.GREEN, Line.Stroke.SOLID)
                    .events(marks)
                    .panel("Test accuracy", steps, Axis.linear("accuracy", 0, 1)));
            run.metrics()
                    .column("weight_decay")
                    .ifPresent(decay -> panels.add(CurveFigure.plain(findings)
                            .curve("ω", evaluated, decay, Palette.ORANGE, Line.Stroke.STEPS)
                            .events(marks)
                            .panel("Weight decay", steps, Axis.linear("ω"))));
        }
        panels.add(CurveFigure.plain(findings)
                .solid(Procedure.PUBLISHED, "linear-r2", "layer", "ridge, published", Palette.BLUE)
                .dashed(Procedure.CONTROLLED, "linear-r2/by-token", "layer", "least squares", Palette.VERMILION)
                .events(marks)
                .panel("Depth from the last block", steps, Axis.linear("held-out R²", 0, 1)));
        panels.add(CurveFigure.plain(findings)
                .dashed(Procedure.CONTROLLED, "feature-deviation", "layer", "mean", Palette.PURPLE)
                .events(marks)
                .panel("Scale of the features", steps, Axis.log("standard deviation")));
        return new Figure("curves", "Reading of depth, accuracy and scale of the features over training", 2, panels);
    }
}
