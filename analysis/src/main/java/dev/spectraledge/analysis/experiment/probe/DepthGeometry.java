package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.Representations;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Note;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Where the tokens of each depth lie in the representation (Lifecycle §4.13). Published: distances between the centroids of
 * neighbouring depths, the share of their first principal component, and Ridge with α = 1 fitted and judged on the same
 * tokens. Controlled: the share of the tokens' whole variance that lies between depths, which no scale changes, against
 * exchanged labels; the distances in units of the spread within a depth; and the states after the final norm.
 */
public final class DepthGeometry implements Experiment {
    private static final double PENALTY = 1;
    private static final int SEED = 1;
    private static final int DRAWS = 39;

    @Override
    public String name() {
        return "depth-geometry";
    }

    @Override
    public String question() {
        return "How do the tokens of each depth lie in the representation?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, name());
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        Protocol protocol = run.protocol(name());
        NavigableSet<Long> steps = new TreeSet<>(protocol.steps(Parameter.STEPS));
        phases.steps(PhaseTable.NEAREST)
                .forEach(step -> steps.add(PhaseSteps.nearest(run.steps(), (double) (long) step)));
        steps.retainAll(run.steps());
        try (StudiedModel studied = StudiedModel.of(run, run.data().test(), protocol.count(Parameter.SEQUENCES))) {
            for (long step : steps) {
                studied.load(step);
                for (HiddenStates states : Representations.of(studied)) {
                    measure(findings, step, states);
                }
            }
        }
        findings.remark("r2 as published is fitted and judged on the same tokens");
        findings.figure(figure(findings));
        return findings;
    }

    private static void measure(Findings findings, long step, HiddenStates states) {
        double[] labels = Labels.targets(states);
        Centroids centroids = Centroids.of(states.values(), labels);
        String item = states.layer();
        if (!item.equals("normalised")) {
            published(findings, step, states, labels, centroids);
        }
        LabelExchange.of(
                        SEED,
                        DRAWS,
                        states.sequence(),
                        labels,
                        exchanged -> Centroids.of(states.values(), exchanged).shareBetween())
                .report(findings, "variance-between-depths", item, step);
        findings.controlled("distance-in-spreads", item, step, centroids.meanDistance() / centroids.spreadWithin());
    }

    private static void published(
            Findings findings, long step, HiddenStates states, double[] labels, Centroids centroids) {
        String item = states.layer();
        double[] predictions =
                RidgeRegression.of(states.values(), PENALTY).fit(labels).predict(states.values());
        findings.published("r2", item, step, Determination.coefficient(labels, predictions));
        findings.published("first-component-share", item, step, centroids.firstComponentShare());
        findings.published("depths", item, step, centroids.labels().length);
        findings.published("mean-distance", item, step, centroids.meanDistance());
        double[] distances = centroids.distances();
        double[][] projections = centroids.projections(2);
        for (int index = 0; index < distances.length; index++) {
            findings.published("distance", item + "/" + index, step, distances[index]);
        }
        for (int depth = 0; depth < projections.length; depth++) {
            findings.published("centroid-pc1", item + "/" + depth, step, projections[depth][0]);
            findings.published("centroid-pc2", item + "/" + depth, step, projections[depth][1]);
        }
    }

    private static Figure figure(Findings findings) {
        Axis step = Axis.linear("step");
        CurveFigure readable = CurveFigure.plain(findings);
        CurveFigure distances = CurveFigure.plain(findings);
        CurveFigure between = CurveFigure.plain(findings);
        for (int layer = 0; layer < 2; layer++) {
            String item = "layer_" + layer;
            readable.solid(Procedure.PUBLISHED, "r2", item, item, layer);
            distances.solid(Procedure.PUBLISHED, "mean-distance", item, item, layer);
            distances.dashed(Procedure.CONTROLLED, "distance-in-spreads", item, item + ", in spreads", layer);
            between.solid(Procedure.CONTROLLED, "variance-between-depths", item, item, layer);
            between.dashed(
                    Procedure.CONTROLLED, "variance-between-depths/exchanged", item, item + ", exchanged", layer);
        }
        List<Panel> panels = new ArrayList<>();
        findings.curve(Procedure.PUBLISHED, "depths", "layer_1").stream()
                .mapToLong(measurement -> measurement.step())
                .max()
                .ifPresent(last -> panels.add(trajectory(findings, last)));
        panels.add(readable.panel("R² of depth, as published", step, Axis.linear("R²", 0, 1)));
        panels.add(distances.panel("Distance of neighbouring depths", step, Axis.log("mean distance")));
        panels.add(between.panel("Variance between depths", step, Axis.linear("share", 0, 1)));
        return new Figure("centroids", "Centroids of the depths in the representation", 2, panels);
    }

    /** Centroids of layer 1 in their first two principal components, joined in the order of depth. */
    private static Panel trajectory(Findings findings, long step) {
        int depths = (int)
                findings.value(Procedure.PUBLISHED, "depths", "layer_1", step).orElseThrow();
        double[] x = new double[depths];
        double[] y = new double[depths];
        List<String> names = new ArrayList<>();
        List<Note> notes = new ArrayList<>();
        for (int depth = 0; depth < depths; depth++) {
            String item = "layer_1/" + depth;
            x[depth] = findings.value(Procedure.PUBLISHED, "centroid-pc1", item, step)
                    .orElseThrow();
            y[depth] = findings.value(Procedure.PUBLISHED, "centroid-pc2", item, step)
                    .orElseThrow();
            names.add("depth " + depth);
            notes.add(new Note(x[depth], y[depth], String.valueOf(depth)));
        }
        return new Panel(
                "Centroids of layer 1 at step " + step,
                Axis.linear("first component"),
                Axis.linear("second component"),
                List.of(),
                List.of(),
                List.of(new Points("", x, y, names, 0, Points.Mark.DOT)),
                List.of(),
                List.of(),
                notes,
                false);
    }
}
