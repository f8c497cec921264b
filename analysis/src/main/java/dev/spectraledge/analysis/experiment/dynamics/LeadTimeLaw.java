package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.List;

/**
 * lead = A·grok^α over runs, where lead = grok − onset (Lifecycle §4.23), with what shows how much it says (ours). A lead
 * cannot be longer than the grok step, so that wherever onsets are early lead ≈ grok and the fit is good whatever the onsets
 * are; therefore the onsets are also exchanged among the runs. What could be a law is how the share of the lead changes,
 * which the exchange leaves no trace of.
 */
final class LeadTimeLaw {
    private static final int RESAMPLES = 2000;
    private static final long SEED = 1;
    private static final long BOOTSTRAP = 0x7100;
    private static final long EXCHANGE = 0x7101;

    private final List<Point> points;
    private final PowerLaw fit;

    /** A run in which the onset came before grokking. */
    record Point(String name, double grok, double onset) {
        double lead() {
            return grok - onset;
        }
    }

    /**
     * What is left of the exponent without one run.
     *
     * @param without name of the run
     */
    record LeftOut(String without, PowerLaw fit) {}

    /** Of the points with a lead greater than 0, as published. */
    LeadTimeLaw(List<Point> all) {
        points = all.stream().filter(point -> point.lead() > 0).toList();
        if (points.size() < 3) {
            throw new IllegalArgumentException(
                    "a law needs at least three runs whose onset comes before grokking, got " + points.size());
        }
        fit = fit(points);
    }

    private static PowerLaw fit(List<Point> points) {
        return PowerLaw.fit(
                points.stream().mapToDouble(Point::grok).toArray(),
                points.stream().mapToDouble(Point::lead).toArray());
    }

    PowerLaw fit() {
        return fit;
    }

    List<Point> points() {
        return points;
    }

    /** Quantiles of the exponent over resampled runs. */
    double[] bootstrapInterval(double low, double high) {
        double[] exponents = new double[RESAMPLES];
        Draws draws = new Draws(SEED, BOOTSTRAP);
        for (int resample = 0; resample < RESAMPLES; resample++) {
            List<Point> drawn = new ArrayList<>();
            do {
                drawn.clear();
                for (int i = 0; i < points.size(); i++) {
                    drawn.add(points.get(draws.below(points.size())));
                }
            } while (drawn.stream().mapToDouble(Point::grok).distinct().count() < 2);
            exponents[resample] = fit(drawn).exponent();
        }
        return new double[] {Statistics.quantile(exponents, low), Statistics.quantile(exponents, high)};
    }

    /** The fit without each of the runs. */
    List<LeftOut> leaveOneOut() {
        List<LeftOut> result = new ArrayList<>();
        for (int left = 0; left < points.size(); left++) {
            List<Point> others = new ArrayList<>(points);
            String without = others.remove(left).name();
            if (others.size() > 1) {
                result.add(new LeftOut(without, fit(others)));
            }
        }
        return result;
    }

    /** Mean of lead/grok, which is at most 1. */
    double meanFraction() {
        return Statistics.mean(points.stream()
                .mapToDouble(point -> point.lead() / point.grok())
                .toArray());
    }

    /** R² with the shares onset/grok exchanged among the runs, which makes them independent of the grok step. */
    Null exchanged() {
        double[] explained = new double[RESAMPLES];
        Draws draws = new Draws(SEED, EXCHANGE);
        for (int resample = 0; resample < RESAMPLES; resample++) {
            double[] shares = points.stream()
                    .mapToDouble(point -> point.lead() / point.grok())
                    .toArray();
            draws.shuffle(shares);
            double[] grok = points.stream().mapToDouble(Point::grok).toArray();
            for (int i = 0; i < shares.length; i++) {
                shares[i] *= grok[i];
            }
            explained[resample] = PowerLaw.fit(grok, shares).squaredCorrelation();
        }
        return Null.of(explained);
    }

    /** The exponent of lead/grok by grok and its standard error: 0 where the share of the lead does not change. */
    PowerLaw fractionLaw() {
        return PowerLaw.fit(
                points.stream().mapToDouble(Point::grok).toArray(),
                points.stream()
                        .mapToDouble(point -> point.lead() / point.grok())
                        .toArray());
    }
}
