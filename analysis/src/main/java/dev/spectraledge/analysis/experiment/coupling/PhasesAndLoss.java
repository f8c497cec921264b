package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.SpectrumCourse;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TableExperiment;
import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.series.Coupling;
import dev.spectraledge.analysis.series.LagCorrelations;
import dev.spectraledge.analysis.series.Residuals;
import dev.spectraledge.analysis.series.SeriesNull;
import dev.spectraledge.analysis.statistic.Holm;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Whether a gap ratio rises, stays and collapses, and goes with the loss (thesis S14 and test 4; Spectral Edge Dynamics §3 and §4).
 * Published: the five ways in which that is cut, with the correlation of raw levels in each part; the correlation of R with the loss
 * without linear trends, of the strongest lag from −5 to 5, and that of σ₂/σ₃ without cubic ones, of the most negative from −3 to 5
 * and from −5 to 7. Controlled: in how many surrogates a cut finds three phases as well, and whether the middle of the series stands
 * above its ends more than theirs does; the same correlations at lags on both sides, of the same windows, against surrogates; how
 * many independent pairs there are; and all of it with the learning rate partialled out. What one says of the other in time is in {@link
 * LeadTests}. Of every observer's windows, of updates and of gradients, the same is said under the observer's name, and how many windows
 * of each phase exceed surrogates whose updates correlate by lag as theirs do.
 */
public final class PhasesAndLoss implements TableExperiment {
    static final String NAME = "phases-and-loss";
    private static final long STREAM = 0x70686173;
    /** Spectral Edge Dynamics §4.1. */
    private static final int FEWEST = 10;

    private static final int LAGS = 5;

    /** Of which all lags are correlations. */
    private static final int FEWEST_PAIRS = 6;

    private static final int FEWEST_OF_PHASE = 4;
    private static final int SMOOTHED = 5;
    private static final double[] COLLAPSED = {1.15, 1.20, 1.25, 1.30};
    private static final double PASS = 0.3;
    private static final String[] PHASES = {"rise", "plateau", "collapse"};
    private static final String RATIO = "R/linear";
    private static final String SECOND_RATIO = "r23/cubic";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does the gap ratio rise, level off and collapse, and does it correlate with the test loss?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.losses(run);
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        for (SpectrumCourse course : SpectrumCourse.all(run)) {
            LossCourse losses = LossCourse.of(run, course);
            if (losses.size() >= FEWEST) {
                Findings own = new Findings();
                measure(losses, run.seed().orElse(0), own);
                beyond(
                        losses,
                        course.column("ratio_23", losses.steps()),
                        course.upperBound(NullModel.AUTOCORRELATED, "ratio_23", losses.steps()),
                        own);
                findings.addAll(course.key(), own);
            }
        }
        if (run.hasSnapshots() && Objections.weights(run).isEmpty()) {
            ofProtocol(run, findings);
        } else if (findings.measurements().isEmpty()) {
            SpectrumCourse.lack(
                    "no observer has " + FEWEST + " full windows that end in even steps where the run was evaluated",
                    findings);
        }
        return findings;
    }

    /** Of the windows that the protocol names, recorded or of snapshots: their items have no name of an observer before them. */
    private static void ofProtocol(StudiedRun run, Findings findings) {
        WindowCourse windows = WindowCourse.of(run, NAME);
        LossCourse course = LossCourse.of(run, windows);
        if (course.size() < FEWEST) {
            windows.lack(
                    "only " + course.size() + " windows follow each other evenly and end where the run was evaluated, "
                            + FEWEST + " are needed",
                    findings);
        } else {
            measure(course, run.config().training().seed(), findings);
        }
    }

    /** In how many windows of each phase σ₂/σ₃ is larger than in 95 % of surrogates with the same correlations by lag. */
    static void beyond(LossCourse course, double[] ratio, double[] bound, Findings findings) {
        for (Segmentation segmentation : Segmentation.values()) {
            segmentation.cut(course.steps(), course.secondRatio()).ifPresent(cut -> {
                for (int phase = 0; phase < PHASES.length; phase++) {
                    double[] values = cut.part(phase, ratio);
                    double[] bounds = cut.part(phase, bound);
                    int[] compared = IntStream.range(0, values.length)
                            .filter(index -> Double.isFinite(bounds[index]))
                            .toArray();
                    if (compared.length > 0) {
                        findings.controlled(
                                "beyond-lag-matched",
                                segmentation.key() + "/" + PHASES[phase],
                                course.last(),
                                IntStream.of(compared)
                                                .filter(index -> values[index] > bounds[index])
                                                .count()
                                        / (double) compared.length);
                    }
                }
            });
        }
    }

    /** What is said of two ratios and a loss. */
    static void measure(LossCourse course, long seed, Findings findings) {
        long last = course.last();
        findings.controlled("windows", "run", last, course.size());
        for (Segmentation segmentation : Segmentation.values()) {
            cut(course, segmentation, seed, findings);
        }
        collapses(course, findings);
        contrast("R", course.gapRatio(), last, seed, findings);
        contrast("r23", course.secondRatio(), last, seed, findings);
        published(course, findings);
        Residuals linear = Residuals.ofTrend(course.steps(), 1);
        Residuals cubic = Residuals.ofTrend(course.steps(), 3);
        int lags = Math.min(LAGS, (course.size() - FEWEST_PAIRS) / 2);
        if (lags < LAGS) {
            findings.remark("with " + course.size() + " windows lags on both sides go to " + lags + ", not " + LAGS);
        }
        Coupling ofRatio = new Coupling(course.gapRatio(), course.loss(), linear, lags);
        coupled(ofRatio, new Coupling(course.secondRatio(), course.loss(), cubic, lags), "", last, seed, findings);
        if (linear.and(course.learningRate()).parameters() > linear.parameters()) {
            coupled(
                    new Coupling(course.gapRatio(), course.loss(), linear.and(course.learningRate()), lags),
                    new Coupling(course.secondRatio(), course.loss(), cubic.and(course.learningRate()), lags),
                    "/without rate",
                    last,
                    seed,
                    findings);
        } else {
            findings.remark("the learning rate follows a linear trend, so it explains nothing more");
        }
        LeadTests.measure(course, seed, findings);
        findings.figure(figure(course, ofRatio, ofRatio.chance(SeriesNull.AUTOREGRESSION, key(seed, RATIO))));
    }

    private static void cut(LossCourse course, Segmentation segmentation, long seed, Findings findings) {
        double[] values = segmentation == Segmentation.THEORY ? course.gapRatio() : course.secondRatio();
        long last = course.last();
        String name = segmentation.key();
        Optional<Segmentation.Cut> found = segmentation.cut(course.steps(), values);
        boolean three = found.map(Segmentation.Cut::hasThreePhases).orElse(false);
        findings.published("three-phases", name, last, three ? 1 : 0);
        found.ifPresent(cut -> {
            findings.published("phase-end", name + "/rise", last, course.steps()[cut.rise()]);
            findings.published("phase-end", name + "/plateau", last, course.steps()[cut.plateau()]);
            for (int phase = 0; phase < PHASES.length; phase++) {
                double[] part = cut.part(phase, values);
                if (part.length >= FEWEST_OF_PHASE) {
                    findings.published(
                            "phase-correlation",
                            name + "/" + PHASES[phase],
                            last,
                            Statistics.correlation(part, cut.part(phase, course.loss())));
                }
            }
        });
        for (SeriesNull model : SeriesNull.values()) {
            double share = model.draws(values, key(seed, name))
                    .mapToInt(drawn -> segmentation
                                    .cut(course.steps(), drawn)
                                    .map(Segmentation.Cut::hasThreePhases)
                                    .orElse(false)
                            ? 1
                            : 0)
                    .average()
                    .orElseThrow();
            findings.controlled("three-phases-by-chance", name + "/" + model.key(), last, share);
        }
    }

    /** The first window at the peak of σ₂/σ₃ or after it that is below a level. */
    private static void collapses(LossCourse course, Findings findings) {
        double[] values = course.secondRatio();
        int peak = IntStream.range(0, values.length)
                .reduce(0, (best, index) -> values[index] > values[best] ? index : best);
        for (double level : COLLAPSED) {
            IntStream.range(peak, values.length)
                    .filter(index -> values[index] < level)
                    .findFirst()
                    .ifPresent(index -> findings.published(
                            "collapse-step",
                            String.format(Locale.ROOT, "below %.2f", level),
                            course.last(),
                            course.steps()[index]));
        }
    }

    /** How far the highest of the smoothed series stands above both of its ends, in deviations of the series. */
    static double contrast(double[] values) {
        double[] smooth = Statistics.rollingMean(values, SMOOTHED);
        double highest = Arrays.stream(smooth).max().orElseThrow();
        return (highest - Math.max(smooth[0], smooth[smooth.length - 1])) / Statistics.deviation(values);
    }

    private static void contrast(String item, double[] values, long last, long seed, Findings findings) {
        findings.controlled("contrast", item, last, contrast(values));
        for (SeriesNull model : SeriesNull.values()) {
            Null chance = Null.of(model.draws(values, key(seed, item))
                    .mapToDouble(PhasesAndLoss::contrast)
                    .toArray());
            findings.controlled("contrast-p", item + "/" + model.key(), last, chance.probability(contrast(values)));
        }
    }

    private static void published(LossCourse course, Findings findings) {
        Residuals linear = Residuals.ofTrend(course.steps(), 1);
        LagCorrelations ratio =
                LagCorrelations.published(linear.apply(course.gapRatio()), linear.apply(course.loss()), -LAGS, LAGS);
        long last = course.last();
        findings.published("correlation-at-once", RATIO, last, ratio.at(0));
        findings.published("passes", RATIO, last, Math.abs(ratio.at(0)) > PASS ? 1 : 0);
        peak(ratio, ratio.strongest(), RATIO + "/-5 to 5", last, findings);
        Residuals cubic = Residuals.ofTrend(course.steps(), 3);
        double[] second = cubic.apply(course.secondRatio());
        double[] loss = cubic.apply(course.loss());
        LagCorrelations tiny = LagCorrelations.published(second, loss, -3, 5);
        findings.published("correlation-at-once", SECOND_RATIO, last, tiny.at(0));
        peak(tiny, tiny.mostNegative(), SECOND_RATIO + "/-3 to 5", last, findings);
        LagCorrelations large = LagCorrelations.published(second, loss, -5, 7);
        peak(large, large.mostNegative(), SECOND_RATIO + "/-5 to 7", last, findings);
    }

    private static void peak(LagCorrelations correlations, int lag, String item, long last, Findings findings) {
        findings.published("peak-lag", item, last, lag);
        findings.published("peak-correlation", item, last, correlations.at(lag));
    }

    private static void coupled(
            Coupling ratio, Coupling second, String suffix, long last, long seed, Findings findings) {
        List<String> items = List.of(RATIO + suffix, SECOND_RATIO + suffix);
        List<Coupling> couplings = List.of(ratio, second);
        for (int index = 0; index < items.size(); index++) {
            Coupling coupling = couplings.get(index);
            String item = items.get(index);
            int lag = coupling.correlations().strongest();
            findings.controlled("correlation-at-once", item, last, coupling.atOnce());
            findings.controlled("effective-pairs", item, last, coupling.effectiveSize());
            findings.controlled("at-once-p", item, last, coupling.probabilityBySize());
            findings.controlled("at-once-p", item + "/shifts", last, coupling.probabilityByShifts());
            findings.controlled("peak-lag", item, last, lag);
            findings.controlled(
                    "peak-correlation", item, last, coupling.correlations().at(lag));
        }
        for (SeriesNull model : SeriesNull.values()) {
            double[] probabilities = IntStream.range(0, items.size())
                    .mapToDouble(index -> couplings.get(index).probability(model, key(seed, items.get(index))))
                    .toArray();
            double[] adjusted = Holm.adjusted(probabilities);
            for (int index = 0; index < items.size(); index++) {
                findings.controlled("peak-p", items.get(index) + "/" + model.key(), last, probabilities[index]);
                findings.controlled("peak-holm", items.get(index) + "/" + model.key(), last, adjusted[index]);
            }
        }
    }

    private static PhiloxKey key(long seed, String item) {
        return new PhiloxKey(seed, STREAM + item.hashCode());
    }

    private static Figure figure(LossCourse course, Coupling coupling, Null chance) {
        CurveFigure ratios = CurveFigure.plain(new Findings())
                .curve("R", course.steps(), course.gapRatio(), Palette.BLUE, Line.Stroke.SOLID)
                .curve("σ₂/σ₃", course.steps(), course.secondRatio(), Palette.VERMILION, Line.Stroke.SOLID);
        CurveFigure losses = CurveFigure.plain(new Findings())
                .curve("test loss", course.steps(), course.loss(), Palette.GREY, Line.Stroke.SOLID);
        double[] values = coupling.correlations().values();
        int most = -coupling.correlations().first();
        double[] lags = IntStream.rangeClosed(-most, most).asDoubleStream().toArray();
        CurveFigure correlations = CurveFigure.marked(new Findings())
                .curve("without linear trends", lags, values, Palette.BLUE, Line.Stroke.SOLID)
                .reference(chance.upper(), "95 % of surrogates’ strongest")
                .reference(-chance.upper(), "")
                .reference(0, "");
        return new Figure(
                "coupling",
                "Gap ratio and test loss",
                3,
                List.of(
                        ratios.panel("Gap ratios", Axis.linear("step"), Axis.log("ratio")),
                        losses.panel("Test loss", Axis.linear("step"), Axis.log("loss")),
                        correlations.panel(
                                "Correlation of R with the loss",
                                Axis.linear("lag in windows; at positive lags R leads"),
                                Axis.linear("correlation", -1, 1))));
    }
}
