package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.nulls.SurrogateWindows;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether the stability of modes foretells which directions stay (thesis theorems 9.1 and 16.3, test 5). Published: α of the draft
 * before, at and below the gap, and whether it falls in this order; where k* = 1 nothing comes before, which the paper counts once as
 * 0, so that the order cannot hold, and once as 1, so that it can hardly fail. Controlled: the angle by which each direction really
 * turns, one update later, when W − 1 updates are common, and W updates later, when none is, beside the bound of either; whether a low
 * bound goes with a small angle there, against surrogates; and in how many surrogates, whose windows overlap alike, the published
 * order holds.
 */
public final class DavisKahan implements Experiment {
    private static final String NAME = "davis-kahan";
    private static final int DRAWS = 99;
    private static final long STREAM = 0x64617669;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Do directions that the Davis–Kahan bound calls stable stay in place once windows share no update?";
    }

    @Override
    public boolean looksAtPhases() {
        return false;
    }

    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        int width = run.protocol(NAME).count(Parameter.WINDOW);
        long stride = Cadences.published(run, NAME);
        Trajectory trajectory = Trajectory.of(run);
        List<List<Long>> apart = SnapshotSteps.apart(trajectory.steps(), stride, 2 * width);
        if (apart.isEmpty()) {
            findings.lack(
                    "no two windows of " + width + " updates of " + stride
                            + " steps follow each other without common updates, which takes "
                            + (2 * width + 1) + " snapshots in a row",
                    Cadences.settings(run));
            return findings;
        }
        measure(
                apart.stream().map(List::getLast).toList(),
                apart.stream().map(trajectory::gram).toList(),
                stride * width,
                trajectory.parameters(),
                run.config().training().seed(),
                findings);
        findings.figure(figure(findings));
        return findings;
    }

    /**
     * What is said of blocks of 2W updates.
     *
     * @param ends step of the last update of each
     * @param span steps of a window
     */
    static void measure(
            List<Long> ends, List<GramMatrix> blocks, long span, long parameters, long seed, Findings findings) {
        Turns observed = new Turns(blocks);
        long last = ends.getLast();
        int position = observed.usualPosition();
        findings.published("usual-edge", "run", last, position);
        findings.published("alpha", "dominant", last, observed.dominant(position));
        findings.published("alpha", "gap", last, observed.atGap(position));
        findings.published("alpha", "below", last, observed.below(position));
        findings.published("order", "empty-as-0", last, observed.isOrdered(position, 0) ? 1 : 0);
        findings.published("order", "empty-as-1", last, observed.isOrdered(position, 1) ? 1 : 0);
        for (int block = 0; block < blocks.size(); block++) {
            turn(observed.all().get(block), ends.get(block) - span, findings);
        }
        findings.controlled("persistence", "bound with angle", last, observed.persistence());
        findings.controlled("mean-later-sine", "v1", last, observed.meanLaterSine(0));
        for (NullModel model : NullModel.values()) {
            compare(observed, blocks, model, parameters, seed, last, findings);
        }
    }

    private static void turn(WindowTurn turn, long step, Findings findings) {
        for (int mode = 0; mode < turn.sine().length; mode++) {
            String item = "v" + (mode + 1);
            findings.controlled("sine", item + "/one update", step, turn.sine()[mode]);
            findings.controlled("bound", item + "/one update", step, turn.bound()[mode]);
            findings.controlled("sine", item + "/whole window", step, turn.laterSine()[mode]);
            findings.controlled("bound", item + "/whole window", step, turn.laterBound()[mode]);
        }
    }

    /** How the windows of a run compare with those of surrogates of it. */
    static void compare(
            Turns observed,
            List<GramMatrix> blocks,
            NullModel model,
            long parameters,
            long seed,
            long last,
            Findings findings) {
        SurrogateWindows surrogates = new SurrogateWindows(blocks.getFirst().rows(), new PhiloxKey(seed, STREAM));
        int position = observed.usualPosition();
        double[] persistence = new double[DRAWS];
        double[] leading = new double[DRAWS];
        double atGap = 0;
        double below = 0;
        int ordered = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            List<GramMatrix> drawn = new ArrayList<>();
            for (int block = 0; block < blocks.size(); block++) {
                long number = ((long) model.code() * DRAWS + draw) * blocks.size() + block;
                GramMatrix surrogate = surrogates.draw(model, blocks.get(block), parameters, number);
                drawn.add(surrogate.part(0, surrogate.rows()));
            }
            Turns turns = new Turns(drawn);
            persistence[draw] = turns.persistence();
            leading[draw] = turns.meanLaterSine(0);
            atGap += turns.atGap(position) / DRAWS;
            below += turns.below(position) / DRAWS;
            ordered += turns.isOrdered(position, 1) ? 1 : 0;
        }
        String name = model.name().toLowerCase(Locale.ROOT);
        findings.controlled("alpha", "gap/" + name, last, atGap);
        findings.controlled("alpha", "below/" + name, last, below);
        findings.controlled("order-by-chance", name, last, (double) ordered / DRAWS);
        findings.controlled("persistence-p", name, last, Null.of(persistence).probability(observed.persistence()));
        findings.controlled("later-sine-p", "v1/" + name, last, Null.of(leading).atMost(observed.meanLaterSine(0)));
    }

    private static Figure figure(Findings findings) {
        List<Curve> sines = new ArrayList<>();
        List<Curve> bounds = new ArrayList<>();
        int[] colours = {Palette.BLUE, Palette.VERMILION, Palette.GREY};
        for (int mode = 0; mode < colours.length; mode++) {
            String item = "v" + (mode + 1);
            sines.add(Curve.solid("sine", item + "/whole window", item, colours[mode]));
            sines.add(Curve.controlled("sine", item + "/one update", item + ", one update later", colours[mode]));
            bounds.add(Curve.solid("bound", item + "/whole window", item, colours[mode]));
            bounds.add(Curve.controlled("bound", item + "/one update", item + ", one update later", colours[mode]));
        }
        return new Figure(
                "turn",
                "By how much directions turn, and the bounds",
                2,
                List.of(
                        PhaseFigures.panel(
                                "Sine of the angle, a whole window later",
                                Axis.linear("step"),
                                Axis.linear("sine", 0, 1),
                                findings,
                                sines,
                                List.of()),
                        PhaseFigures.panel(
                                "‖ΔG‖ over the gap: a bound where it is below 1",
                                Axis.linear("step"),
                                Axis.log("bound"),
                                findings,
                                bounds,
                                List.of(new Reference(1, "says nothing above")))));
    }
}
