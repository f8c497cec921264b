package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TrainingReplay;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Whether the gap of a window lies where curvature and loss would have it, and whether closing it does harm (thesis S12, §3.13; no
 * procedure is published). Measured: in how many windows the largest ratio of singular values, that of curvatures, and the direction
 * whose removal costs most are one place, against surrogates with the same singular values and span whose directions are random ones
 * of that span. And by trainings: the stretch up to a phase once more, each update's component along v_j kept within σ_{j+1}/√W, so that
 * no window has more than σ_{j+1} there; for j = k*, for the other first j, and for random directions that lose at each step what
 * k* has lost; the test losses ranked among trainings that nothing is done to but for other batches.
 */
public final class GapMaximality implements Experiment {
    static final String NAME = "gap-maximality";

    /** A window of two updates has one ratio, which is the largest by definition. */
    static final int FEWEST_UPDATES = 3;

    static final String LOSS = "test-loss";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does the gap lie where curvature and loss would place it, and does closing it do harm?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, NAME).or(() -> Objections.optimizerState(run));
    }

    @Override
    public boolean trainsOn() {
        return true;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        int width = run.protocol(NAME).count(Parameter.WINDOW);
        long stride = Cadences.published(run, NAME);
        GapCoincidences.measure(run, stride, width, findings);
        List<Long> without = new ArrayList<>();
        List<Long> stateless = new ArrayList<>();
        int most = run.protocol(NAME).count(Parameter.RECORDS);
        for (long step :
                new TreeSet<>(phases.steps(PhaseTable.B)).stream().limit(most).toList()) {
            List<Long> snapshots = SnapshotSteps.window(run.steps(), step, stride, width);
            if (snapshots.size() <= FEWEST_UPDATES) {
                without.add(step);
                continue;
            }
            long first = snapshots.getFirst();
            OptionalLong start = TrainingReplay.start(run, first);
            // What began much earlier would be another training than that of the window.
            if (start.isEmpty() || first - start.getAsLong() > (long) width * stride) {
                stateless.add(step);
            } else {
                try (UpdateWindow window = UpdateWindow.ending(run, step, stride, width)) {
                    CappedTrainings.measure(run, window, stride, start.getAsLong(), findings);
                }
            }
        }
        lack(run, without, stateless, findings);
        findings.figure(figure(findings));
        return findings;
    }

    private static void lack(StudiedRun run, List<Long> without, List<Long> stateless, Findings findings) {
        if (!without.isEmpty()) {
            findings.lack(
                    "no window of " + FEWEST_UPDATES + " or more updates at equal distances ends at step "
                            + listed(without),
                    Cadences.settings(run));
        }
        if (!stateless.isEmpty()) {
            findings.lack(
                    "no training up to step " + listed(stateless)
                            + ", as no snapshot soon before its window has the optimiser's state",
                    Objections.OPTIMIZER_STATE);
        }
    }

    private static String listed(List<Long> steps) {
        return String.join(", ", steps.stream().map(String::valueOf).toList());
    }

    private static Figure figure(Findings findings) {
        return new Figure(
                NAME,
                "Positions of the gap, and what closing it does to the test loss",
                2,
                List.of(
                        PhaseFigures.panel(
                                "Position by three definitions",
                                Axis.linear("step"),
                                Axis.linear("position"),
                                findings,
                                List.of(
                                        Curve.solid("position", "ratio", "largest σ_j/σ_j+1", Palette.BLUE),
                                        Curve.solid("position", "curvature", "largest h_j+1/h_j", Palette.VERMILION),
                                        Curve.solid("position", "removal", "removal that costs most", Palette.GREEN)),
                                List.of()),
                        PhaseFigures.panel(
                                "Test loss after a stretch with a gap closed",
                                Axis.linear("step"),
                                Axis.log("loss"),
                                findings,
                                List.of(
                                        Curve.solid(
                                                LOSS,
                                                CappedTrainings.UNDISTURBED + "/median",
                                                "nothing done",
                                                Palette.GREY),
                                        Curve.solid(LOSS, "edge", "gap at k* closed", Palette.BLUE),
                                        Curve.controlled(LOSS, "v2", "at 2", Palette.VERMILION),
                                        Curve.controlled(LOSS, "v3", "at 3", Palette.GREEN),
                                        Curve.controlled(
                                                LOSS, "random-1", "random direction loses as much", Palette.PURPLE)),
                                List.of())));
    }
}
