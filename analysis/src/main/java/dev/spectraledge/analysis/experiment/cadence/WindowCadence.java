package dev.spectraledge.analysis.experiment.cadence;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TrainingReplay;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * The headline number of every claim on a window of updates of 100 steps, five of Dyck and ten of modular arithmetic, for windows of
 * {@link Cadences#WIDTHS} updates of 1, 10, 50 and 100 steps (ours). What lies between the snapshots is trained once more from them, so that the decay part of an update
 * is the sum over its steps; where windows begin before what is trained again, it is estimated by the trapezoid rule, and a remark
 * says so. Looked at are the steps of the phases, and the run's own grok step; windows from the first step on are followed to see
 * when the gradient's share of v_1 falls below one half. Windows that the run is too short for are left out.
 */
public final class WindowCadence implements Experiment {
    static final String NAME = "window-cadence";
    static final int[] STRIDES = {1, 10, 50, 100};

    /** The widest window, and one update more to turn from. */
    private static final int CAPACITY = Cadences.WIDTHS.getLast() + 1;

    /** Steps before a phase that are trained again: the widest window of updates of 50 steps. */
    private static final long REACH = 50L * CAPACITY;

    /** Until which windows are followed from the first step on, by stride. */
    static final long[] SCANNED = {200, 600, 1400, 1400};

    /** More steps than these are not trained again to come to where windows begin. */
    private static final long LONGEST_DETOUR = 500;

    /** ‖θ_A − θ′_A‖/‖θ_A‖ from which on what is trained again is another training. */
    private static final double ANOTHER_TRAINING = 0.01;

    /** What is trained again without a break, and the phases on the way. */
    private record Stretch(long start, long end, NavigableSet<Long> phases) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Which claims about a window hold for windows of other widths and cadences?";
    }

    /** Training again costs most: the run's own grok step is looked at beside the phases that are given. */
    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, NAME)
                .or(() -> Objections.when(
                        run.steps().stream()
                                .noneMatch(step -> run.optimizerState(step).isPresent()),
                        "repeats the training from snapshots with the optimiser state, and the run saved none ("
                                + Objections.OPTIMIZER_STATE + ")"));
    }

    @Override
    public boolean trainsOn() {
        return true;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        NavigableSet<Long> steps = new TreeSet<>(phases.steps(PhaseTable.A));
        steps.retainAll(run.steps());
        OptionalLong grokStep = run.weightDecay() > 0 && run.hasMetrics() ? run.grokStep() : OptionalLong.empty();
        grokStep.ifPresent(step -> steps.add(PhaseSteps.nearest(run.steps(), (double) step)));
        ClaimCounts counts = new ClaimCounts();
        Protocol protocol = run.protocol(NAME);
        FlipScan scan = new FlipScan(
                protocol.has(Parameter.DENSE_CADENCE)
                        ? OptionalInt.of(protocol.count(Parameter.DENSE_CADENCE))
                        : OptionalInt.empty());
        try (WindowEffects effects = new WindowEffects(run)) {
            for (Stretch stretch : stretches(run, steps, findings)) {
                replay(run, stretch, effects, counts, scan, findings);
            }
        }
        counts.report(findings);
        scan.report(grokStep, findings);
        WindowCadenceFigures.add(findings, steps, protocol.count(Parameter.WINDOW));
        return findings;
    }

    private static List<Stretch> stretches(StudiedRun run, NavigableSet<Long> steps, Findings findings) {
        List<Stretch> stretches = new ArrayList<>();
        long first = run.steps().first();
        if (first == 0) {
            long end = Math.min(SCANNED[SCANNED.length - 1], run.steps().last());
            stretches.add(new Stretch(0, end, new TreeSet<>()));
        }
        for (long step : steps) {
            long begin = Math.max(first, step - REACH);
            OptionalLong start = TrainingReplay.start(run, begin);
            Stretch last = stretches.isEmpty() ? null : stretches.getLast();
            boolean goesOn = start.isPresent() && last != null && start.getAsLong() <= last.end();
            if (start.isEmpty() || begin - (goesOn ? last.end() : start.getAsLong()) > LONGEST_DETOUR) {
                findings.remark("no windows at step " + step + ": the run saved no optimiser state shortly before step "
                        + begin + " (checkpoints.optimizerState=true saves it)");
            } else if (goesOn) {
                last.phases().add(step);
                stretches.set(
                        stretches.size() - 1, new Stretch(last.start(), Math.max(last.end(), step), last.phases()));
            } else {
                stretches.add(new Stretch(start.getAsLong(), step, new TreeSet<>(List.of(step))));
            }
        }
        return stretches;
    }

    private static void replay(
            StudiedRun run,
            Stretch stretch,
            WindowEffects effects,
            ClaimCounts counts,
            FlipScan scan,
            Findings findings) {
        List<ReplayedUpdates> all = new ArrayList<>();
        try {
            for (int index = 0; index < STRIDES.length; index++) {
                all.add(updates(run, stretch, STRIDES[index], SCANNED[index]));
            }
            try (TrainingReplay replay = new TrainingReplay(run, stretch.start(), all)) {
                for (long stop : stops(stretch)) {
                    replay.advanceTo(stop);
                    if (replay.distance() > ANOTHER_TRAINING) {
                        findings.remark("no windows after step " + stretch.start()
                                + ": when the training is repeated, the weights differ by " + replay.distance()
                                + " of their norm from those that the run saved at step " + stop);
                        return;
                    }
                    scan(stretch, stop, all, scan, findings);
                    if (stretch.phases().contains(stop)) {
                        counts.add(stop, phase(stop, all, effects, findings));
                    }
                }
                findings.controlled("replay-distance", "attention", stretch.end(), replay.distance());
            }
        } finally {
            all.forEach(ReplayedUpdates::close);
        }
    }

    private static ReplayedUpdates updates(StudiedRun run, Stretch stretch, int stride, long scanned) {
        long reach = (long) stride * CAPACITY;
        boolean fromTheFirst = stretch.start() == 0;
        ReplayedUpdates updates = new ReplayedUpdates(
                run.backend(),
                stride,
                CAPACITY,
                run.layout().size(ParameterSubset.ATTENTION),
                step -> (fromTheFirst && step <= scanned)
                        || stretch.phases().stream().anyMatch(phase -> step > phase - reach && step <= phase));
        if (!fromTheFirst) {
            estimateEarlier(run, stretch, updates);
        }
        return updates;
    }

    /** Adds what the snapshots before the stretch show, as far as they are as near to each other as the updates. */
    private static void estimateEarlier(StudiedRun run, Stretch stretch, ReplayedUpdates updates) {
        Backend backend = run.backend();
        int stride = updates.stride();
        long begin = stretch.start();
        long needed = stretch.phases().first() - (long) stride * CAPACITY;
        while (begin > needed && run.steps().contains(begin - stride)) {
            begin -= stride;
        }
        try (MemoryOwner owner = MemoryOwner.open("earlier snapshots")) {
            long size = run.layout().size(ParameterSubset.ATTENTION);
            Tensor before = backend.allocate(owner, DType.FLOAT64, 1, size);
            Tensor after = backend.allocate(owner, DType.FLOAT64, 1, size);
            for (long step = begin + stride; step <= stretch.start(); step += stride) {
                run.readAttention(step - stride, before);
                run.readAttention(step, after);
                updates.estimate(step, before, after, run.learningRate() * run.attentionDecay());
            }
        }
    }

    /** Ends of the followed windows, and the phases. */
    private static NavigableSet<Long> stops(Stretch stretch) {
        NavigableSet<Long> stops = new TreeSet<>(stretch.phases());
        stops.add(stretch.end());
        for (int index = 0; index < STRIDES.length && stretch.start() == 0; index++) {
            for (long step = STRIDES[index]; step <= Math.min(SCANNED[index], stretch.end()); step += STRIDES[index]) {
                stops.add(step);
            }
        }
        return stops;
    }

    private static void scan(Stretch stretch, long stop, List<ReplayedUpdates> all, FlipScan scan, Findings findings) {
        for (int index = 0; index < STRIDES.length; index++) {
            ReplayedUpdates updates = all.get(index);
            boolean ends = updates.step() == stop && updates.size() > 1;
            if (stretch.start() == 0 && stop <= SCANNED[index] && ends) {
                scan.add(updates, Cadences.WIDTHS, findings);
            }
        }
    }

    private static List<SweptWindow> phase(
            long step, List<ReplayedUpdates> all, WindowEffects effects, Findings findings) {
        effects.load(step);
        findings.controlled("curvature", "random/maximum", step, effects.randomCurvature());
        findings.controlled("largest-divergence", "random/maximum", step, effects.randomDivergence());
        List<SweptWindow> swept = new ArrayList<>();
        List<String> estimated = new ArrayList<>();
        for (ReplayedUpdates updates : all) {
            for (int width : Cadences.WIDTHS) {
                if (updates.step() == step && updates.size() >= width) {
                    ReplayedWindow window = updates.window(width);
                    if (!window.isExact()) {
                        estimated.add("W=" + width + "/stride=" + updates.stride());
                    }
                    swept.add(measure(step, width, updates, window, effects, findings));
                }
            }
        }
        if (!estimated.isEmpty()) {
            findings.remark("step " + step + ": some decay parts are estimated by the trapezoid rule in "
                    + String.join(", ", estimated));
        }
        return swept;
    }

    private static SweptWindow measure(
            long step,
            int width,
            ReplayedUpdates updates,
            ReplayedWindow window,
            WindowEffects effects,
            Findings findings) {
        int stride = updates.stride();
        String spectrum = SweptWindow.item("spectrum", width, stride);
        findings.controlled("edge-position", spectrum, step, window.edgePosition());
        findings.controlled("gap-ratio", spectrum, step, window.gapRatio());
        findings.controlled("g23", spectrum, step, window.subleadingGap());
        findings.controlled("relative-g23", spectrum, step, window.relativeGap());
        String first = SweptWindow.item("v1", width, stride);
        double fraction = window.parts(0).fraction();
        if (findings.value(Procedure.CONTROLLED, "gradient-fraction", first, step)
                .isEmpty()) {
            findings.controlled("gradient-fraction", first, step, fraction);
        }
        findings.controlled("gradient-share", first, step, window.parts(0).signedShare());
        double rotation = updates.size() > width ? updates.rotation(width) : Double.NaN;
        if (!Double.isNaN(rotation)) {
            findings.controlled("rotation", first, step, rotation);
        }
        WindowEffects.Effects of = effects.of(window);
        findings.controlled("cosine-with-weights", first, step, of.cosine());
        findings.controlled("curvature", first, step, of.curvature());
        findings.controlled("largest-divergence", first, step, of.divergence());
        String edge = SweptWindow.item("edge", width, stride);
        findings.controlled("removed-norm", edge, step, of.removedNorm());
        findings.controlled("accuracy-change", edge, step, of.accuracyChange());
        findings.controlled("accuracy-change", edge + "/same-norm/mean", step, of.randomMean());
        findings.controlled("accuracy-change", edge + "/same-norm/minimum", step, of.randomWorst());
        findings.controlled("accuracy-change", edge + "/shrink", step, of.shrinkChange());
        findings.controlled("excess-over-random", edge, step, of.accuracyChange() - of.randomMean());
        findings.controlled("excess-over-shrink", edge, step, of.accuracyChange() - of.shrinkChange());
        return new SweptWindow(
                width,
                stride,
                window.edgePosition(),
                fraction,
                rotation,
                of,
                effects.randomCurvature(),
                effects.randomDivergence());
    }
}
