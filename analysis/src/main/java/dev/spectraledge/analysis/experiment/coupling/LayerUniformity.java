package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.FigureName;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.SpectrumCourse;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TableExperiment;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.GroupTable;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.series.Coupling;
import dev.spectraledge.analysis.series.EvenSteps;
import dev.spectraledge.analysis.series.Residuals;
import dev.spectraledge.analysis.series.SeriesNull;
import dev.spectraledge.analysis.series.TrendSurrogates;
import dev.spectraledge.analysis.statistic.Holm;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Whether the gap ratio goes with the test loss in every layer alike (Spectral Edge Dynamics, its property 6). Published: the
 * correlation of raw levels in each layer's attention and MLP, and whether the least of them is above 0.82; ratio and procedure are
 * not printed, so that both σ₂/σ₃ and R are there. Controlled: series that have the trend of each group and are independent of the
 * loss and of each other beside it; the correlations without cubic trends; and how alike groups are among themselves.
 */
public final class LayerUniformity implements TableExperiment {
    static final String NAME = "layer-uniformity";
    private static final long STREAM = 0x6c617965;
    private static final double CLAIMED = 0.82;
    private static final int FEWEST = 10;
    private static final int FEWEST_GROUPS = 2;
    private static final int DEGREE = 3;
    /** Part of a layer: a name with the layer's number in it. */
    private static final Pattern OF_A_LAYER = Pattern.compile(".*\\.\\d+\\..+");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does the gap ratio correlate with the test loss in every layer, beyond common trends?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.losses(run)
                .or(() -> Objections.when(
                        run.record().groups().isEmpty(),
                        "needs spectra of groups of parameters, which an observer keeps with groups: true"));
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        GroupTable table = run.record().groups().orElseThrow();
        List<String> groups = table.groups().stream()
                .filter(group -> OF_A_LAYER.matcher(group).matches())
                .toList();
        Evaluations evaluations = new Evaluations(run);
        long seed = run.seed().orElse(0);
        measure("r23", table, groups, group -> secondRatio(table, group), evaluations, seed, findings);
        measure("R", table, groups, group -> table.column(group, "gap_ratio"), evaluations, seed, findings);
        if (findings.measurements().isEmpty()) {
            SpectrumCourse.lack(
                    "fewer than " + FEWEST_GROUPS + " parts of layers have " + FEWEST
                            + " full windows that end in even steps where the run was evaluated",
                    findings);
        }
        return findings;
    }

    private static double[] secondRatio(GroupTable table, String group) {
        double[] second = table.column(group, "sigma_2");
        double[] third = table.column(group, "sigma_3");
        return IntStream.range(0, second.length)
                .mapToDouble(row -> second[row] / third[row])
                .toArray();
    }

    private static void measure(
            String series,
            GroupTable table,
            List<String> groups,
            Function<String, double[]> quantity,
            Evaluations evaluations,
            long seed,
            Findings findings) {
        Map<String, Map<Long, Double>> known = new LinkedHashMap<>();
        for (String group : groups) {
            known.put(group, byStep(table, group, quantity.apply(group)));
        }
        double[] common = known.values().stream()
                .findFirst()
                .map(first -> first.keySet().stream()
                        .filter(step -> known.values().stream().allMatch(each -> each.containsKey(step))
                                && Double.isFinite(evaluations.at(step, LossCourse.TEST_LOSS)))
                        .mapToDouble(Long::doubleValue)
                        .toArray())
                .orElse(new double[0]);
        double[] steps = IntStream.of(EvenSteps.longest(common))
                .mapToDouble(index -> common[index])
                .toArray();
        if (groups.size() >= FEWEST_GROUPS && steps.length >= FEWEST) {
            double[] loss = DoubleStream.of(steps)
                    .map(step -> evaluations.at((long) step, LossCourse.TEST_LOSS))
                    .toArray();
            Map<String, double[]> values = new LinkedHashMap<>();
            known.forEach((group, byStep) -> values.put(
                    group,
                    DoubleStream.of(steps).map(step -> byStep.get((long) step)).toArray()));
            measure(series, steps, values, loss, seed, findings);
        }
    }

    /** Of full windows whose value is known. */
    private static Map<Long, Double> byStep(GroupTable table, String group, double[] values) {
        double[] steps = table.column(group, "step");
        double[] updates = table.column(group, "window_updates");
        double full = Arrays.stream(updates).max().orElse(0);
        Map<Long, Double> byStep = new TreeMap<>();
        for (int row = 0; row < steps.length; row++) {
            if (updates[row] == full && Double.isFinite(values[row])) {
                byStep.put((long) steps[row], values[row]);
            }
        }
        return byStep;
    }

    /** What is said of one quantity of several groups, and a loss. */
    static void measure(
            String series, double[] steps, Map<String, double[]> values, double[] loss, long seed, Findings findings) {
        long last = (long) steps[steps.length - 1];
        List<String> groups = List.copyOf(values.keySet());
        List<double[]> all = List.copyOf(values.values());
        Residuals cubic = Residuals.ofTrend(steps, DEGREE);
        findings.controlled("groups", series, last, groups.size());
        findings.controlled("windows", series, last, steps.length);
        double least = least(all, loss);
        for (int group = 0; group < groups.size(); group++) {
            findings.published(
                    "group-correlation",
                    series + "/" + groups.get(group),
                    last,
                    Statistics.correlation(all.get(group), loss));
        }
        findings.published("least-correlation", series, last, least);
        findings.published("passes", series, last, least > CLAIMED ? 1 : 0);
        detrended(series, groups, all, loss, cubic, last, findings);
        List<double[]> rest = all.stream().map(cubic::apply).toList();
        findings.controlled("between-groups", series, last, meanOfPairs(all));
        findings.controlled("between-groups", series + "/detrended", last, meanOfPairs(rest));
        for (SeriesNull model : SeriesNull.values()) {
            List<List<double[]>> drawn = drawn(all, cubic, model, seed, series);
            String item = series + "/" + model.key();
            findings.controlled(
                    "least-correlation-by-chance",
                    item,
                    last,
                    chance(drawn, each -> least(each, loss)).median());
            findings.controlled(
                    "least-correlation-p",
                    item,
                    last,
                    chance(drawn, each -> least(each, loss)).probability(least));
            findings.controlled(
                    "between-groups-p",
                    item,
                    last,
                    chance(drawn, LayerUniformity::meanOfPairs).probability(meanOfPairs(all)));
            findings.controlled(
                    "between-groups-p",
                    series + "/detrended/" + model.key(),
                    last,
                    chance(
                                    drawn,
                                    each -> meanOfPairs(
                                            each.stream().map(cubic::apply).toList()))
                            .probability(meanOfPairs(rest)));
        }
        findings.figure(figure(series, steps, values));
    }

    private static void detrended(
            String series,
            List<String> groups,
            List<double[]> all,
            double[] loss,
            Residuals cubic,
            long last,
            Findings findings) {
        List<Coupling> couplings =
                all.stream().map(each -> new Coupling(each, loss, cubic, 0)).toList();
        double[] probabilities =
                couplings.stream().mapToDouble(Coupling::probabilityBySize).toArray();
        double[] adjusted = Holm.adjusted(probabilities);
        for (int group = 0; group < groups.size(); group++) {
            String item = series + "/" + groups.get(group);
            findings.controlled(
                    "detrended-correlation", item, last, couplings.get(group).atOnce());
            findings.controlled(
                    "effective-pairs", item, last, couplings.get(group).effectiveSize());
            findings.controlled("detrended-p", item, last, probabilities[group]);
            findings.controlled("detrended-holm", item, last, adjusted[group]);
        }
        findings.controlled("detrended-groups", series, last, (double)
                Arrays.stream(adjusted).filter(each -> each <= 0.05).count());
    }

    /** Surrogates of all groups, independent of each other, draw by draw. */
    private static List<List<double[]>> drawn(
            List<double[]> all, Residuals trend, SeriesNull model, long seed, String series) {
        List<List<double[]>> byGroup = new ArrayList<>();
        for (int group = 0; group < all.size(); group++) {
            byGroup.add(TrendSurrogates.of(all.get(group), trend)
                    .draws(model, new PhiloxKey(seed, STREAM + 31L * series.hashCode() + group))
                    .toList());
        }
        return IntStream.range(0, byGroup.getFirst().size())
                .mapToObj(draw -> byGroup.stream().map(each -> each.get(draw)).toList())
                .toList();
    }

    private static Null chance(List<List<double[]>> drawn, ToDoubleFunction<List<double[]>> statistic) {
        return Null.of(drawn.stream().mapToDouble(statistic).toArray());
    }

    /** The least |r| of any group. */
    private static double least(List<double[]> groups, double[] loss) {
        return groups.stream()
                .mapToDouble(each -> Math.abs(Statistics.correlation(each, loss)))
                .min()
                .orElseThrow();
    }

    private static double meanOfPairs(List<double[]> groups) {
        double sum = 0;
        int pairs = 0;
        for (int first = 0; first < groups.size(); first++) {
            for (int second = 0; second < first; second++) {
                sum += Statistics.correlation(groups.get(first), groups.get(second));
                pairs++;
            }
        }
        return sum / pairs;
    }

    private static Figure figure(String series, double[] steps, Map<String, double[]> values) {
        CurveFigure figure = CurveFigure.plain(new Findings());
        int colour = 0;
        for (Map.Entry<String, double[]> group : values.entrySet()) {
            figure.curve(group.getKey(), steps, group.getValue(), colour++, Line.Stroke.SOLID);
        }
        String ratio = series.equals("R") ? "R" : "σ₂/σ₃";
        return new Figure(
                FigureName.of(series),
                ratio + " in the parts of each layer",
                1,
                List.of(figure.panel(ratio + " in the parts of each layer", Axis.linear("step"), Axis.log("ratio"))));
    }
}
