package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.series.Autocorrelation;
import dev.spectraledge.analysis.series.CircularShifts;
import dev.spectraledge.analysis.series.Coupling;
import dev.spectraledge.analysis.series.GrangerCausality;
import dev.spectraledge.analysis.series.Residuals;
import dev.spectraledge.analysis.series.SeriesNull;
import dev.spectraledge.analysis.series.SlidingCorrelation;
import dev.spectraledge.analysis.statistic.Holm;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * Whether a gap ratio foretells the test loss (Spectral Edge Dynamics §4.3 to §4.6). Published: Granger's test on levels; the
 * correlation with the loss two windows later, the learning rate partialled out, against circular shifts; the strongest correlation
 * of differences at lags 0 to 5; and correlations within 11 and 8 windows. Controlled: Granger's test on differences and in both
 * directions, by Holm's method; the shifts without cubic trends, with the observed one among them; differences at lags on both sides
 * against surrogates, which correct for the choice of the lag; and what stretches of surrogates say.
 */
final class LeadTests {
    private static final long STREAM = 0x6c656164;
    private static final int LATER = 2;
    private static final int LAGS = 5;
    private static final int FEWEST_PAIRS = 6;
    private static final int[] STRETCHES = {11, 8};
    private static final double MOST_CORRELATED = 0.99;
    private static final double FEWEST_EFFECTIVE = 4;
    private static final String LOSS = "loss";

    private final LossCourse course;
    private final long last;
    private final long seed;
    private final Findings findings;

    private LeadTests(LossCourse course, long seed, Findings findings) {
        this.course = course;
        this.seed = seed;
        this.findings = findings;
        last = course.last();
    }

    /** Adds what they say. */
    static void measure(LossCourse course, long seed, Findings findings) {
        LeadTests tests = new LeadTests(course, seed, findings);
        Map<String, double[]> ratios = new LinkedHashMap<>();
        ratios.put("R", course.gapRatio());
        ratios.put("r23", course.secondRatio());
        ratios.forEach(tests::published);
        tests.granger(ratios);
        tests.differences(ratios);
        ratios.forEach(tests::shifted);
        ratios.forEach(tests::sliding);
    }

    private void published(String name, double[] ratio) {
        GrangerCausality granger = GrangerCausality.of(ratio, course.loss(), course.learningRate());
        String item = name + " to " + LOSS;
        findings.published("granger-order", item, last, granger.order());
        findings.published("granger-f", item, last, granger.statistic());
        findings.published("granger-p", item, last, granger.probability());
        Residuals rate = Residuals.of(later(course.learningRate(), LATER));
        double[] earlier = rate.apply(earlier(ratio, LATER));
        double[] loss = rate.apply(later(course.loss(), LATER));
        double correlation = Statistics.correlation(earlier, loss);
        findings.published("partial-correlation", item, last, correlation);
        Null shifts = CircularShifts.chance(earlier, moved -> Math.abs(Statistics.correlation(moved, loss)));
        findings.published(
                "permutation-p",
                item,
                last,
                Null.reaching(shifts.draws(), Math.abs(correlation)) / (double) shifts.draws().length);
        difference(item, differences(ratio));
    }

    /** The strongest of six partial correlations of differences, by Student's t of an effective number of them, uncorrected. */
    private void difference(String item, double[] ratio) {
        double[] loss = differences(course.loss());
        double[] rate = differences(course.learningRate());
        int best = 0;
        double strongest = 0;
        for (int lag = 0; lag <= Math.min(LAGS, ratio.length - FEWEST_PAIRS); lag++) {
            Residuals explained = Residuals.of(later(rate, lag));
            double correlation =
                    Statistics.correlation(explained.apply(earlier(ratio, lag)), explained.apply(later(loss, lag)));
            if (Math.abs(correlation) > Math.abs(strongest)) {
                best = lag;
                strongest = correlation;
            }
        }
        double pairs = Math.min(effective(earlier(ratio, best)), effective(later(loss, best)));
        double t = Math.abs(strongest) * Math.sqrt((pairs - 2) / (1 - strongest * strongest));
        findings.published("difference-lag", item, last, best);
        findings.published("difference-correlation", item, last, strongest);
        findings.published("difference-p", item, last, 2 * new TDistribution(pairs - 2).cumulativeProbability(-t));
    }

    /** n(1 − ρ₁)/(1 + ρ₁), at least 4. */
    private static double effective(double[] values) {
        double correlation = Math.clamp(Autocorrelation.of(values).at(1), -MOST_CORRELATED, MOST_CORRELATED);
        return Math.max(FEWEST_EFFECTIVE, values.length * (1 - correlation) / (1 + correlation));
    }

    private void granger(Map<String, double[]> ratios) {
        double[] loss = differences(course.loss());
        double[] rate = differences(course.learningRate());
        List<String> items = new ArrayList<>();
        List<GrangerCausality> tests = new ArrayList<>();
        ratios.forEach((name, ratio) -> {
            items.add(name + " to " + LOSS);
            tests.add(GrangerCausality.of(differences(ratio), loss, rate));
            items.add(LOSS + " to " + name);
            tests.add(GrangerCausality.of(loss, differences(ratio), rate));
        });
        double[] adjusted = Holm.adjusted(
                tests.stream().mapToDouble(GrangerCausality::probability).toArray());
        for (int index = 0; index < adjusted.length; index++) {
            findings.controlled(
                    "granger-f", items.get(index), last, tests.get(index).statistic());
            findings.controlled(
                    "granger-p", items.get(index), last, tests.get(index).probability());
            findings.controlled("granger-holm", items.get(index), last, adjusted[index]);
        }
    }

    private void differences(Map<String, double[]> ratios) {
        double[] loss = differences(course.loss());
        Residuals rate = Residuals.of(differences(course.learningRate()));
        int lags = Math.min(LAGS, (loss.length - FEWEST_PAIRS) / 2);
        List<String> names = List.copyOf(ratios.keySet());
        List<Coupling> couplings = ratios.values().stream()
                .map(ratio -> new Coupling(differences(ratio), loss, rate, lags))
                .toList();
        for (int index = 0; index < names.size(); index++) {
            Coupling coupling = couplings.get(index);
            int lag = coupling.correlations().strongest();
            String item = names.get(index) + " with " + LOSS;
            findings.controlled("difference-lag", item, last, lag);
            findings.controlled(
                    "difference-correlation",
                    item,
                    last,
                    coupling.correlations().at(lag));
            findings.controlled("difference-pairs", item, last, coupling.effectiveSize());
        }
        for (SeriesNull model : SeriesNull.values()) {
            double[] probabilities = couplings.stream()
                    .mapToDouble(
                            coupling -> coupling.probability(model, key("differences", couplings.indexOf(coupling))))
                    .toArray();
            double[] adjusted = Holm.adjusted(probabilities);
            for (int index = 0; index < adjusted.length; index++) {
                String item = names.get(index) + " with " + LOSS + "/" + model.key();
                findings.controlled("difference-p", item, last, probabilities[index]);
                findings.controlled("difference-holm", item, last, adjusted[index]);
            }
        }
    }

    private void shifted(String name, double[] ratio) {
        Residuals explained =
                Residuals.ofTrend(later(course.steps(), LATER), 3).and(later(course.learningRate(), LATER));
        double[] earlier = explained.apply(earlier(ratio, LATER));
        double[] loss = explained.apply(later(course.loss(), LATER));
        double correlation = Statistics.correlation(earlier, loss);
        String item = name + " to " + LOSS;
        findings.controlled("partial-correlation", item, last, correlation);
        findings.controlled(
                "permutation-p",
                item,
                last,
                CircularShifts.chance(earlier, moved -> Math.abs(Statistics.correlation(moved, loss)))
                        .probability(Math.abs(correlation)));
    }

    private void sliding(String name, double[] ratio) {
        for (int width : STRETCHES) {
            if (ratio.length > width) {
                String item = name + "/" + width + " windows";
                SlidingCorrelation correlations = SlidingCorrelation.of(ratio, course.loss(), width);
                findings.published("sliding-strong", item, last, correlations.strong());
                findings.published("sliding-significant", item, last, correlations.significant());
                findings.published("sliding-sign-changes", item, last, correlations.signChanges());
                Null strong = Null.of(SeriesNull.AUTOREGRESSION
                        .draws(ratio, key(name, width))
                        .mapToDouble(drawn -> SlidingCorrelation.of(drawn, course.loss(), width)
                                .strong())
                        .toArray());
                findings.controlled("sliding-strong-by-chance", item, last, strong.mean());
                findings.controlled("sliding-strong-p", item, last, strong.probability(correlations.strong()));
            }
        }
    }

    private PhiloxKey key(String name, int number) {
        return new PhiloxKey(seed, STREAM + 31L * name.hashCode() + number);
    }

    private static double[] differences(double[] values) {
        double[] differences = new double[values.length - 1];
        Arrays.setAll(differences, index -> values[index + 1] - values[index]);
        return differences;
    }

    private static double[] earlier(double[] values, int lag) {
        return Arrays.copyOf(values, values.length - lag);
    }

    private static double[] later(double[] values, int lag) {
        return Arrays.copyOfRange(values, lag, values.length);
    }
}
