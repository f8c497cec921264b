package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.CurveFigure;
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
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Whether eigenvalues of windows repel each other, as Dyson's equation for the gap has it (thesis proposition 14.4), for which no
 * published procedure is known. Controlled: ratios of neighbouring spacings ({@link SpacingRatios}) of windows without common updates,
 * their mean and how many are small, against levels that do not feel each other, and against surrogates of the windows: any Gram
 * matrix of noise repels, so only what exceeds these is training's; and whether small spacings grow from window to window by more than
 * what carries all of them back to their mean ({@link SpacingFlow}).
 */
public final class LevelRepulsion implements Experiment {
    private static final String NAME = "level-repulsion";
    private static final int DRAWS = 199;
    private static final long STREAM = 0x72657065;
    /** Three levels make one ratio. */
    private static final int FEWEST_UPDATES = 3;

    private static final int GRID = 50;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Do the eigenvalues of windows repel each other more than those of random updates do?";
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
        List<List<Long>> apart = SnapshotSteps.apart(trajectory.steps(), stride, width);
        if (apart.isEmpty() || width < FEWEST_UPDATES) {
            findings.lack(
                    "there is no window of " + width + " updates of " + stride + " steps, which takes " + (width + 1)
                            + " snapshots in a row, and at least " + FEWEST_UPDATES
                            + " updates have neighbouring spacings",
                    Cadences.settings(run));
            return findings;
        }
        List<GramMatrix> windows = apart.stream().map(trajectory::gram).toList();
        long last = apart.getLast().getLast();
        measure(windows, trajectory.parameters(), run.config().training().seed(), last, findings);
        findings.figure(figure(windows));
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
        flow(windows, seed, last, findings);
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

    /** Whether spacings of windows in their order change by the inverse of their size. */
    private static void flow(List<GramMatrix> windows, long seed, long last, Findings findings) {
        SpacingFlow flow =
                new SpacingFlow(windows.stream().map(SpacingRatios::levels).toList());
        double coefficient = flow.changes().repulsion();
        RandomSequence random = new RandomSequence();
        random.seek(new PhiloxKey(seed, STREAM + 2), 0);
        Null exchanged = flow.exchanged(random);
        findings.controlled("inverse-spacing-coefficient", "run", last, coefficient);
        findings.controlled("inverse-spacing-coefficient", "exchanged windows", last, exchanged.mean());
        findings.controlled("inverse-spacing-p", "exchanged windows", last, exchanged.probability(coefficient));
    }

    private static Figure figure(List<GramMatrix> windows) {
        double[] ratios = SpacingRatios.of(windows).sorted();
        double[] shares = IntStream.rangeClosed(1, ratios.length)
                .mapToDouble(rank -> (double) rank / ratios.length)
                .toArray();
        double[] grid = IntStream.rangeClosed(0, GRID)
                .mapToDouble(index -> (double) index / GRID)
                .toArray();
        SpacingFlow.Changes changes =
                new SpacingFlow(windows.stream().map(SpacingRatios::levels).toList()).changes();
        return new Figure(
                "spacings",
                "Spacings of eigenvalues of windows without common updates",
                2,
                List.of(
                        CurveFigure.plain(new Findings())
                                .dots("run", "a ratio", ratios, shares, Palette.BLUE)
                                .curve(
                                        "no repulsion",
                                        grid,
                                        Arrays.stream(grid)
                                                .map(SpacingRatios::poissonShare)
                                                .toArray(),
                                        Palette.GREY,
                                        Line.Stroke.DASHED)
                                .curve(
                                        "random matrices",
                                        grid,
                                        Arrays.stream(grid)
                                                .map(SpacingRatios::repelledShare)
                                                .toArray(),
                                        Palette.VERMILION,
                                        Line.Stroke.DASHED)
                                .panel(
                                        "Ratios of neighbouring spacings",
                                        Axis.linear("ratio", 0, 1),
                                        Axis.linear("share that is smaller", 0, 1)),
                        CurveFigure.plain(new Findings())
                                .dots("", "a spacing", changes.before(), changes.change(), Palette.BLUE)
                                .reference(0, "")
                                .panel(
                                        "Change to the next window",
                                        Axis.log("spacing, of the mean"),
                                        Axis.linear("change"))));
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
