package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.nulls.SurrogateWindows;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Whether eigenvalues of windows repel each other, as Dyson's equation for the gap has it (thesis proposition 14.4), for which no
 * published procedure is known. Controlled: ratios of neighbouring spacings ({@link SpacingRatios}) of windows without common updates,
 * their mean and how many are small, against levels that do not feel each other, and against surrogates of the windows: any Gram
 * matrix of noise repels, so only what exceeds these is training's.
 */
public final class LevelRepulsion implements Experiment {
    private static final String NAME = "level-repulsion";
    private static final int DRAWS = 199;
    private static final long STREAM = 0x72657065;
    /** Three levels make one ratio. */
    private static final int FEWEST_UPDATES = 3;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Do the eigenvalues of windows repel each other, more than those of random updates?";
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
        List<GramMatrix> windows = new ArrayList<>();
        long last = Long.MIN_VALUE;
        for (long step : SnapshotSteps.ends(trajectory.steps(), stride, width)) {
            List<Long> snapshots = SnapshotSteps.window(trajectory.steps(), step, stride, width);
            boolean apart = windows.isEmpty() || step - last >= width * stride;
            if (snapshots.size() == width + 1 && apart) {
                last = step;
                windows.add(trajectory.gram(snapshots));
            }
        }
        if (windows.isEmpty() || width < FEWEST_UPDATES) {
            findings.lack(
                    "there is no window of " + width + " updates of " + stride + " steps, which takes " + (width + 1)
                            + " snapshots in a row, and at least " + FEWEST_UPDATES
                            + " updates have neighbouring spacings",
                    Cadences.settings(run));
            return findings;
        }
        measure(windows, trajectory.parameters(), run.config().training().seed(), last, findings);
        return findings;
    }

    /** What is said of windows that share no update. */
    static void measure(List<GramMatrix> windows, long parameters, long seed, long last, Findings findings) {
        SpacingRatios observed = SpacingRatios.of(windows);
        findings.controlled("windows", "run", last, windows.size());
        findings.controlled("mean-ratio", "run", last, observed.mean());
        findings.controlled("mean-ratio", "no repulsion", last, SpacingRatios.POISSON);
        findings.controlled("mean-ratio", "random matrices", last, SpacingRatios.REPELLED);
        findings.controlled("small-ratios", "run", last, observed.smallShare());
        int levels = windows.getFirst().rows();
        RandomSequence random = new RandomSequence();
        random.seek(new PhiloxKey(seed, STREAM), 0);
        compare(
                observed,
                "independent-levels",
                last,
                findings,
                draw -> SpacingRatios.independent(random, windows.size(), levels));
        SurrogateWindows surrogates = new SurrogateWindows(levels, new PhiloxKey(seed, STREAM + 1));
        for (NullModel model : NullModel.values()) {
            compare(observed, model.name().toLowerCase(Locale.ROOT), last, findings, draw -> {
                List<GramMatrix> drawn = new ArrayList<>();
                for (int window = 0; window < windows.size(); window++) {
                    long number = ((long) model.code() * DRAWS + draw) * windows.size() + window;
                    drawn.add(surrogates
                            .draw(model, windows.get(window), parameters, number)
                            .part(0, levels));
                }
                return SpacingRatios.of(drawn);
            });
        }
    }

    private static void compare(
            SpacingRatios observed, String of, long last, Findings findings, IntFunction<SpacingRatios> draws) {
        double[] means = new double[DRAWS];
        double[] small = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            SpacingRatios drawn = draws.apply(draw);
            means[draw] = drawn.mean();
            small[draw] = drawn.smallShare();
        }
        Null mean = Null.of(means);
        findings.controlled("mean-ratio", of, last, mean.mean());
        findings.controlled("small-ratios", of, last, Null.of(small).mean());
        findings.controlled("repulsion-p", of, last, mean.probability(observed.mean()));
    }
}
