package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.nulls.RowExchange;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether the modes of a window are signal (thesis §3.5, S1 and T1). Published: the least mode of every window over the BBP
 * threshold, with noise taken from the window itself; beside it what that number is for noise. Controlled, at the phases: noise
 * measured at frozen θ ({@link FrozenUpdates}); how many modes lie above the edge of noise of that size, isotropic or of the measured
 * effective dimension; how strong a direction each of them would be, over the threshold; and how rarely rows drawn from window and
 * noise together have a σ_1 as large as the window's, with the same for rows of noise in the window's place. How different the modes
 * are is there in both ways as well, over √(W/P) ({@link ModeVariation}; Spectral Edge Dynamics, its "noise CV").
 */
public final class NoiseEdge implements Experiment {
    private static final String NAME = "noise-edge";
    private static final long STREAM = 0x6e656467;
    private static final int DRAWS = 999;
    /** Rows of noise for each row of the window, and the fewest: of fewer there are not enough choices for a small p. */
    private static final int POOL = 2;

    private static final int SMALLEST_POOL = 12;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "How many modes of a window stand above the noise of the optimiser at frozen weights?";
    }

    @Override
    public boolean trainsOn() {
        return true;
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.optimizerState(run);
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        int width = run.protocol(NAME).count(Parameter.WINDOW);
        long stride = Cadences.published(run, NAME);
        published(run, stride, width, findings);
        List<Long> without = new ArrayList<>();
        List<Long> stateless = new ArrayList<>();
        for (long step : new TreeSet<>(phases.steps(PhaseTable.B))) {
            List<Long> snapshots = SnapshotSteps.window(run.steps(), step, stride, width);
            if (snapshots.size() != width + 1) {
                without.add(step);
            } else if (run.optimizerState(step).isEmpty()) {
                stateless.add(step);
            } else {
                controlled(run, snapshots, findings);
            }
        }
        if (!without.isEmpty()) {
            findings.lack(
                    "no window of " + width + " updates of " + stride + " steps ends at step " + listed(without),
                    Cadences.settings(run));
        }
        if (!stateless.isEmpty()) {
            findings.lack(
                    "no noise at step " + listed(stateless) + ", because the optimiser state was not saved",
                    Objections.OPTIMIZER_STATE);
        }
        findings.figure(figure(findings));
        return findings;
    }

    private static String listed(List<Long> steps) {
        return String.join(", ", steps.stream().map(String::valueOf).toList());
    }

    private static void published(StudiedRun run, long stride, int width, Findings findings) {
        Trajectory trajectory = Trajectory.of(run);
        double ofNoise = PublishedThreshold.ofNoise(width, trajectory.parameters());
        double law = ModeVariation.ofNoise(width, (double) trajectory.parameters());
        double least = Double.POSITIVE_INFINITY;
        List<Double> secondShares = new ArrayList<>();
        for (List<Long> snapshots : SnapshotSteps.whole(trajectory.steps(), stride, width)) {
            long step = snapshots.getLast();
            GramSpectrum spectrum = new GramSpectrum(width);
            spectrum.compute(trajectory.gram(snapshots), 0, width);
            double ratio = PublishedThreshold.ratio(spectrum, trajectory.parameters());
            findings.published("threshold-ratio", "window", step, ratio);
            findings.published("threshold-ratio", "noise", step, ofNoise);
            least = Math.min(least, ratio);
            findings.published("variation-over-law", "lower half", step, ModeVariation.of(spectrum, width / 2) / law);
            secondShares.add(Math.pow(spectrum.singularValue(1), 2) / spectrum.trace());
        }
        long last = run.steps().last();
        if (least < Double.POSITIVE_INFINITY) {
            findings.published("least-threshold-ratio", "run", last, least);
            findings.published(
                    "variation-over-law",
                    "second share",
                    last,
                    ModeVariation.of(secondShares.stream()
                                    .mapToDouble(Double::doubleValue)
                                    .toArray())
                            / law);
            findings.published("passes", "run", last, least > PublishedThreshold.PASS ? 1 : 0);
            findings.controlled("least-threshold-ratio", "noise", last, ofNoise);
            findings.controlled("passes", "noise", last, ofNoise > PublishedThreshold.PASS ? 1 : 0);
        }
    }

    private static void controlled(StudiedRun run, List<Long> snapshots, Findings findings) {
        int width = snapshots.size() - 1;
        long step = snapshots.getLast();
        GramMatrix gram = FrozenUpdates.gram(run, snapshots, Math.max(POOL * width, SMALLEST_POOL));
        measure(
                gram,
                width,
                run.layout().size(UpdateWindow.SUBSET),
                step,
                run.config().training().seed(),
                findings);
    }

    /**
     * What is said of a window and noise by their products.
     *
     * @param gram of {@code width} updates, and then of rows of noise
     */
    static void measure(GramMatrix gram, int width, long parameters, long step, long seed, Findings findings) {
        GramSpectrum spectrum = new GramSpectrum(width);
        spectrum.compute(gram, 0, width);
        NoiseSize noise = NoiseSize.of(gram, width);
        findings.controlled("noise-norm", "row", step, Math.sqrt(noise.square()));
        findings.controlled("effective-dimension", "noise", step, noise.dimension());
        spikes(spectrum, new SpikeModel(noise.square(), parameters, width), "isotropic", step, findings);
        GramSpectrum ofNoise = new GramSpectrum(width);
        ofNoise.compute(gram, width, 2 * width);
        variation("window", spectrum, parameters, noise.dimension(), step, findings);
        variation("noise", ofNoise, parameters, noise.dimension(), step, findings);
        spikes(spectrum, new SpikeModel(noise.square(), noise.dimension(), width), "effective", step, findings);
        RowExchange exchange = new RowExchange(width, new PhiloxKey(seed, STREAM));
        findings.controlled("noise-p", "window", step, exchange.probability(gram, DRAWS, 2 * step));
        findings.controlled(
                "noise-p", "noise", step, exchange.probability(gram.part(width, gram.rows()), DRAWS, 2 * step + 1));
    }

    /** Of all modes, over what isotropic noise has in all directions, and in as many as the measured noise is worth. */
    private static void variation(
            String item, GramSpectrum spectrum, long parameters, double effective, long step, Findings findings) {
        double variation = ModeVariation.of(spectrum, 0);
        int rows = spectrum.rows();
        findings.controlled(
                "variation-over-law",
                item + "/isotropic",
                step,
                variation / ModeVariation.ofNoise(rows, (double) parameters));
        findings.controlled(
                "variation-over-law", item + "/effective", step, variation / ModeVariation.ofNoise(rows, effective));
    }

    private static void spikes(GramSpectrum spectrum, SpikeModel model, String which, long step, Findings findings) {
        int above = 0;
        for (int mode = 0; mode < spectrum.rows(); mode++) {
            double value = spectrum.singularValue(mode);
            above += value > model.edge() ? 1 : 0;
            String item = "v" + (mode + 1) + "/" + which;
            findings.controlled("sigma-over-edge", item, step, value / model.edge());
            findings.controlled("strength-over-threshold", item, step, model.strength(value) / model.threshold());
        }
        findings.controlled("modes-above", which, step, above);
    }

    private static Figure figure(Findings findings) {
        return new Figure(
                "edge",
                "Modes of windows against the threshold and the edge of noise",
                2,
                List.of(
                        PhaseFigures.panel(
                                "As published: least σ over the threshold",
                                Axis.linear("step"),
                                Axis.log("ratio"),
                                findings,
                                List.of(Curve.published("threshold-ratio", "window", "windows", Palette.BLUE)),
                                findings.curve(Procedure.CONTROLLED, "least-threshold-ratio", "noise").stream()
                                        .map(measurement -> new Reference(measurement.value(), "noise"))
                                        .toList()),
                        PhaseFigures.panel(
                                "σ over the edge of noise at frozen weights",
                                Axis.linear("step"),
                                Axis.log("ratio"),
                                findings,
                                List.of(
                                        Curve.solid("sigma-over-edge", "v1/effective", "v1", Palette.BLUE),
                                        Curve.solid("sigma-over-edge", "v2/effective", "v2", Palette.VERMILION),
                                        Curve.solid("sigma-over-edge", "v3/effective", "v3", Palette.GREY)),
                                List.of(new Reference(1, "edge")))));
    }
}
