package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.weights.LossAlong;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.series.RankAgreement;
import dev.spectraledge.analysis.series.SeriesNull;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.config.LearningRateSchedule;
import dev.spectraledge.trainer.config.TrainingConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Whether singular values follow dσ_j²/dt = −2η(h_j + ω)σ_j² + η²W(S_j + …) (thesis S7, theorem 12.1), for which no published
 * procedure is known. Controlled: the h_j + ω that fits each mode by least squares on (−2ησ_j², η²W), with central differences, of
 * which a stationary series has no slope on average, whereas the next value minus this one makes any series seem damped; how rarely an
 * autoregression as slow as σ_j² has as large a one; and whether it is that of the curvature along v_j, measured by gradients of the
 * training loss: one common scale, and whether both rank the modes alike.
 */
public final class SignalOde implements Experiment {
    static final String NAME = "signal-ode";
    private static final long STREAM = 0x6f6465;
    private static final int FEWEST = 10;
    private static final int MEASURED = 10;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Are singular values of windows damped by the curvature along their directions?";
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
    public Optional<String> objection(StudiedRun run) {
        TrainingConfig training = run.config().training();
        return Objections.when(
                        training.learningRateSchedule() != LearningRateSchedule.CONSTANT || training.warmUpSteps() > 0,
                        "needs a constant learning rate (training.learningRateSchedule=constant"
                                + " training.warmUpSteps=0)")
                .or(() -> Objections.attentionDecay(run));
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        WindowCourse course = WindowCourse.of(run, NAME);
        List<WindowCourse.Window> windows = course.even(course.stride());
        if (windows.size() < FEWEST) {
            course.lack(
                    "only " + windows.size() + " windows follow each other, " + FEWEST + " are needed for a slope",
                    findings);
            return findings;
        }
        int width = course.width();
        double[][] squares = new double[width][windows.size()];
        for (int mode = 0; mode < width; mode++) {
            for (int index = 0; index < windows.size(); index++) {
                squares[mode][index] = Math.pow(windows.get(index).singularValue(mode), 2);
            }
        }
        double[] fitted = fit(
                squares,
                course.stride(),
                run.learningRate(),
                windows.getLast().step(),
                run.config().training().seed(),
                findings);
        double[] measured = measured(run, course, windows, findings);
        compare(
                fitted,
                measured,
                run.attentionDecay(),
                windows.getLast().step(),
                run.config().training().seed(),
                findings);
        findings.figure(figure(findings, fitted, measured, run.attentionDecay()));
        return findings;
    }

    /**
     * The h_j + ω of each mode.
     *
     * @param squares σ_j² of each mode by window
     * @param spacing steps between windows
     */
    static double[] fit(
            double[][] squares, long spacing, double learningRate, long last, long seed, Findings findings) {
        double[] fitted = new double[squares.length];
        for (int mode = 0; mode < squares.length; mode++) {
            String item = "v" + (mode + 1);
            double[] values = squares[mode];
            fitted[mode] = damping(values, spacing, learningRate);
            findings.controlled("fitted-curvature-plus-decay", item, last, fitted[mode]);
            Null chance = Null.of(SeriesNull.AUTOREGRESSION
                    .draws(values, new PhiloxKey(seed, STREAM + mode))
                    .mapToDouble(drawn -> damping(drawn, spacing, learningRate))
                    .toArray());
            findings.controlled("fitted-curvature-plus-decay", item + "/autoregression", last, chance.median());
            findings.controlled("damping-p", item, last, chance.probability(fitted[mode]));
        }
        return fitted;
    }

    /** The slope of dσ²/dt, by central differences, on −2ησ². */
    static double damping(double[] squares, long spacing, double learningRate) {
        double[] rates = new double[squares.length - 2];
        double[] pull = new double[squares.length - 2];
        for (int index = 0; index < rates.length; index++) {
            rates[index] = (squares[index + 2] - squares[index]) / (2.0 * (double) spacing);
            pull[index] = -2 * learningRate * squares[index + 1];
        }
        return Trend.slope(pull, rates);
    }

    /** Median curvatures along each direction of some windows, evenly spread; NaN where there are no snapshots. */
    private static double[] measured(
            StudiedRun run, WindowCourse course, List<WindowCourse.Window> windows, Findings findings) {
        List<Long> steps = windows.stream()
                .map(WindowCourse.Window::step)
                .filter(step -> UpdateWindow.exists(run, step, course.stride(), course.width()))
                .toList();
        List<List<Double>> curvatures = new ArrayList<>();
        for (int mode = 0; mode < course.width(); mode++) {
            curvatures.add(new ArrayList<>());
        }
        try (StudiedModel model =
                StudiedModel.of(run, run.data().train(), run.protocol(NAME).count(Parameter.SEQUENCES))) {
            LossAlong loss = new LossAlong(model);
            for (int index = 0; index < Math.min(MEASURED, steps.size()); index++) {
                int most = Math.min(MEASURED, steps.size());
                long step = steps.get(most == 1 ? 0 : (int) ((long) index * (steps.size() - 1) / (most - 1)));
                loss.load(step);
                try (UpdateWindow window = UpdateWindow.ending(run, step, course.stride(), course.width())) {
                    for (int mode = 0; mode < window.size(); mode++) {
                        double curvature = loss.curvatureByCentralDifference(window.direction(mode));
                        findings.controlled("measured-curvature", "v" + (mode + 1), step, curvature);
                        findings.controlled(
                                "measured-curvature-error-bound",
                                "v" + (mode + 1),
                                step,
                                loss.curvatureByCentralDifferenceBound(window.direction(mode)));
                        curvatures.get(mode).add(curvature);
                    }
                }
            }
        }
        if (steps.isEmpty()) {
            course.lack("some updates end without a snapshot, so no curvature is measured", findings);
        }
        return curvatures.stream().mapToDouble(Statistics::median).toArray();
    }

    /** Whether fits are what is measured, up to one scale. */
    static void compare(double[] fitted, double[] measured, double decay, long last, long seed, Findings findings) {
        double products = 0;
        double squares = 0;
        for (int mode = 0; mode < fitted.length; mode++) {
            double expected = measured[mode] + decay;
            products += expected * fitted[mode];
            squares += expected * expected;
        }
        findings.controlled("common-scale", "fitted over measured", last, products / squares);
        double[] expected = Arrays.stream(measured).map(value -> value + decay).toArray();
        RankAgreement agreement = RankAgreement.of(List.of(expected), List.of(fitted), new PhiloxKey(seed, STREAM - 1));
        findings.controlled("rank-correlation", "fitted with measured", last, agreement.correlation());
        findings.controlled("agreement-p", "fitted with measured", last, agreement.above());
    }

    private static Figure figure(Findings findings, double[] fitted, double[] measured, double decay) {
        double[] expected = Arrays.stream(measured).map(value -> value + decay).toArray();
        List<String> names = IntStream.rangeClosed(1, fitted.length)
                .mapToObj(mode -> "v" + mode)
                .toList();
        return new Figure(
                "damping",
                "Damping of singular values and curvature",
                2,
                List.of(
                        PhaseFigures.panel(
                                "Curvature along directions",
                                Axis.linear("step"),
                                Axis.linear("v·Hv"),
                                findings,
                                List.of(
                                        Curve.solid("measured-curvature", "v1", "v1", Palette.BLUE),
                                        Curve.solid("measured-curvature", "v2", "v2", Palette.VERMILION),
                                        Curve.solid("measured-curvature", "v3", "v3", Palette.GREY)),
                                List.of()),
                        new Panel(
                                "Fitted against measured, a point per mode",
                                Axis.linear("measured h + ω"),
                                Axis.linear("fitted h + ω"),
                                List.of(),
                                List.of(),
                                List.of(new Points("modes", expected, fitted, names, Palette.BLUE, Points.Mark.DOT)),
                                List.of(),
                                List.of(),
                                List.of(),
                                true)));
    }
}
