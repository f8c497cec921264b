package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the directions along which the weights moved most are those along which the function changes most (Lifecycle
 * §4.6). Published: σ_k and |L(θ + εv_k) − L(θ)| at one ε for all. Controlled: the change by −ε, as the sign
 * of a direction means nothing; the change along random directions; the
 * change by what the window really moved in a step along v_k, its root mean square σ_k/√W; rank correlations of both with
 * σ_k over all phases.
 */
public final class PathNorm implements Experiment {
    private static final int WINDOW = GradientDecayDecomposition.WINDOW;
    private static final int DIRECTIONS = 4;
    private static final int RANDOM_DIRECTIONS = 20;
    private static final long RANDOM_SEED = 6000;

    @Override
    public String name() {
        return "path-norm";
    }

    @Override
    public String question() {
        return "Does the function change most along the directions in which the weights moved most?";
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        try (StudiedModel model =
                StudiedModel.of(run, run.data().test(), run.protocol(name()).count(Parameter.SEQUENCES))) {
            LossAlong loss = new LossAlong(model);
            UpdateWindow.atEach(run, phases.steps(PhaseTable.A), WINDOW, findings, window -> {
                long step = window.step();
                loss.load(step);
                for (int k = 0; k < Math.min(DIRECTIONS, window.size()); k++) {
                    String item = "v" + (k + 1);
                    double moved = window.singularValue(k) / Math.sqrt(window.size());
                    Tensor direction = window.direction(k);
                    findings.published("singular-value", item, step, window.singularValue(k));
                    findings.published("function-change", item, step, Math.abs(loss.change(loss.amount(), direction)));
                    findings.controlled(
                            "function-change-backwards", item, step, Math.abs(loss.change(-loss.amount(), direction)));
                    findings.controlled(
                            "function-change-as-moved", item, step, Math.abs(loss.change(moved, direction)));
                }
                randomDirections(loss, step, findings);
            });
        }
        correlation(run, findings);
        findings.figure(figure(findings));
        return findings;
    }

    private static void randomDirections(LossAlong loss, long step, Findings findings) {
        List<Double> random = loss.alongRandom(
                RANDOM_DIRECTIONS, RANDOM_SEED, direction -> Math.abs(loss.change(loss.amount(), direction)));
        findings.controlled("function-change", "random/mean", step, Statistics.mean(random));
        findings.controlled(
                "function-change",
                "random/maximum",
                step,
                random.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    }

    private static void correlation(StudiedRun run, Findings findings) {
        double[] sigma = values(findings, Procedure.PUBLISHED, "singular-value");
        long last = run.steps().last();
        for (String quantity : List.of("function-change", "function-change-as-moved")) {
            Procedure procedure = quantity.equals("function-change") ? Procedure.PUBLISHED : Procedure.CONTROLLED;
            findings.controlled(
                    "rank-correlation",
                    "singular-value/" + quantity,
                    last,
                    Statistics.correlation(
                            Statistics.ranks(sigma), Statistics.ranks(values(findings, procedure, quantity))));
        }
    }

    private static double[] values(Findings findings, Procedure procedure, String quantity) {
        return findings.measurements().stream()
                .filter(measurement -> measurement.procedure() == procedure
                        && measurement.quantity().equals(quantity)
                        && measurement.item().startsWith("v"))
                .mapToDouble(Measurement::value)
                .toArray();
    }

    private static Figure figure(Findings findings) {
        List<Points> published = new ArrayList<>();
        List<Points> moved = new ArrayList<>();
        for (int k = 0; k < DIRECTIONS; k++) {
            String item = "v" + (k + 1);
            published.add(points(findings, Procedure.PUBLISHED, "function-change", item, k));
            moved.add(points(findings, Procedure.CONTROLLED, "function-change-as-moved", item, k));
        }
        List<Measurement> random = findings.curve(Procedure.CONTROLLED, "function-change", "random/maximum");
        double least = findings.measurements().stream()
                .filter(measurement -> measurement.quantity().equals("singular-value"))
                .mapToDouble(Measurement::value)
                .min()
                .orElse(1);
        published.add(new Points(
                "largest of 20 random (at the left)",
                random.stream().mapToDouble(measurement -> least / 2).toArray(),
                random.stream().mapToDouble(Measurement::value).toArray(),
                random.stream().map(measurement -> "step " + measurement.step()).toList(),
                Palette.GREY,
                Points.Mark.BAR));
        return new Figure(
                "scatter",
                "Singular value and change of the loss along each direction, all phases",
                2,
                List.of(
                        panel("As published: all moved by 0.001‖θ_A‖", published),
                        panel("Moved by what the window moved along each", moved)));
    }

    private static Points points(Findings findings, Procedure procedure, String quantity, String item, int colour) {
        List<Measurement> sigma = findings.curve(Procedure.PUBLISHED, "singular-value", item);
        List<Measurement> change = findings.curve(procedure, quantity, item);
        return new Points(
                item,
                sigma.stream().mapToDouble(Measurement::value).toArray(),
                change.stream().mapToDouble(Measurement::value).toArray(),
                sigma.stream()
                        .map(measurement -> item + " at step " + measurement.step())
                        .toList(),
                colour,
                Points.Mark.DOT);
    }

    private static Panel panel(String title, List<Points> points) {
        return new Panel(
                title,
                Axis.log("σ_k"),
                Axis.log("|ΔL|"),
                List.of(),
                List.of(),
                points,
                List.of(),
                List.of(),
                List.of(),
                true);
    }
}
