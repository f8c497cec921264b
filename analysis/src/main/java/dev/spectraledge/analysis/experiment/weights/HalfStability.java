package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.nulls.SurrogateWindows;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * α_j = |⟨v_j, v′_j⟩| between the two halves of a window (Lifecycle §4.22): whether a direction outlives its updates.
 * Published: windows of five, two updates against three, so that there are two of them; 1 for windows of fewer than four.
 * Controlled: the same of random updates of the same norms; wider windows; medians over the neighbouring snapshots.
 */
public final class HalfStability implements Experiment {
    private static final int WINDOW = GradientDecayDecomposition.WINDOW;
    private static final int FEWEST_UPDATES = 4;
    private static final int DRAWS = 99;
    private static final long STREAM = 0x616c7068;

    @Override
    public String name() {
        return "stability";
    }

    @Override
    public String question() {
        return "Are the directions the same in both halves of a window?";
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        Trajectory trajectory = Trajectory.of(run);
        long stride = Cadences.published(run);
        List<Long> without = new ArrayList<>();
        for (long step : phases.steps(PhaseTable.B)) {
            List<Long> snapshots = SnapshotSteps.window(run.steps(), step, stride, WINDOW);
            if (snapshots.isEmpty()) {
                without.add(step);
                continue;
            }
            List<Double> stabilities = stabilities(trajectory.gram(snapshots));
            for (int j = 0; j < stabilities.size(); j++) {
                findings.published("stability", "v" + (j + 1), step, stabilities.get(j));
            }
            for (NullModel model : NullModel.values()) {
                surrogates(run, trajectory, snapshots, stabilities, model, findings);
            }
            neighbours(trajectory, step, stride, findings);
            sweep(run, trajectory, step, findings);
        }
        UpdateWindow.lack(run, without, stride, findings);
        findings.figure(figure(findings));
        return findings;
    }

    /** α of every direction that both halves have; 1 for each update of a window that is too short. */
    static List<Double> stabilities(GramMatrix gram) {
        List<Double> result = new ArrayList<>();
        if (gram.rows() < FEWEST_UPDATES) {
            for (int row = 0; row < gram.rows(); row++) {
                result.add(1.0);
            }
            return result;
        }
        WindowAngles halves = new WindowAngles(gram.rows());
        halves.halves(gram);
        for (int j = 0; j < halves.directions(); j++) {
            result.add(halves.cosine(j));
        }
        return result;
    }

    private static void surrogates(
            StudiedRun run,
            Trajectory trajectory,
            List<Long> snapshots,
            List<Double> observed,
            NullModel model,
            Findings findings) {
        GramMatrix gram = trajectory.gram(snapshots);
        if (gram.rows() < FEWEST_UPDATES) {
            return;
        }
        long step = snapshots.getLast();
        SurrogateWindows surrogates = new SurrogateWindows(
                gram.rows(), new PhiloxKey(run.config().training().seed(), STREAM));
        List<List<Double>> drawn = new ArrayList<>();
        observed.forEach(value -> drawn.add(new ArrayList<>()));
        for (int draw = 0; draw < DRAWS; draw++) {
            List<Double> stabilities =
                    stabilities(surrogates.draw(model, gram, trajectory.parameters(), step * DRAWS + draw));
            for (int j = 0; j < stabilities.size(); j++) {
                drawn.get(j).add(stabilities.get(j));
            }
        }
        for (int j = 0; j < observed.size(); j++) {
            String item = "v" + (j + 1) + "/" + model.name().toLowerCase(Locale.ROOT);
            findings.controlled("stability", item, step, Statistics.mean(drawn.get(j)));
            findings.controlled(
                    "as-stable-by-chance", item, step, Null.of(drawn.get(j)).probability(observed.get(j)));
        }
    }

    private static void neighbours(Trajectory trajectory, long step, long stride, Findings findings) {
        List<List<Double>> found = List.of(new ArrayList<>(), new ArrayList<>());
        for (long neighbour : SnapshotSteps.neighbours(trajectory.steps(), step, stride, WINDOW)) {
            GramMatrix gram = trajectory.gram(SnapshotSteps.window(trajectory.steps(), neighbour, stride, WINDOW));
            if (gram.rows() >= FEWEST_UPDATES) {
                List<Double> stabilities = stabilities(gram);
                for (int j = 0; j < found.size(); j++) {
                    found.get(j).add(stabilities.get(j));
                }
            }
        }
        for (int j = 0; j < found.size(); j++) {
            findings.controlled("stability", "v" + (j + 1) + "/median", step, Statistics.median(found.get(j)));
        }
    }

    private static void sweep(StudiedRun run, Trajectory trajectory, long step, Findings findings) {
        for (int width : Cadences.WIDTHS) {
            for (long stride : Cadences.available(run, width)) {
                List<Long> snapshots = SnapshotSteps.window(trajectory.steps(), step, stride, width);
                if (snapshots.size() > FEWEST_UPDATES) {
                    List<Double> stabilities = stabilities(trajectory.gram(snapshots));
                    for (int j = 0; j < stabilities.size(); j++) {
                        findings.controlled(
                                "stability",
                                "v" + (j + 1) + "/W=" + width + "/stride=" + stride,
                                step,
                                stabilities.get(j));
                    }
                }
            }
        }
    }

    private static Figure figure(Findings findings) {
        List<Curve> curves = new ArrayList<>();
        for (int j = 0; j < 2; j++) {
            String item = "v" + (j + 1);
            curves.add(Curve.published("stability", item, "α of " + item, j));
            curves.add(Curve.controlled("stability", item + "/independent", "of random updates, " + item, j));
        }
        return new Figure(
                "alpha",
                "Overlap of the directions of a window's two halves",
                1,
                List.of(PhaseFigures.panel(
                        "Stability of directions",
                        Axis.log("step"),
                        Axis.linear("α", 0, 1),
                        findings,
                        curves,
                        List.of())));
    }
}
