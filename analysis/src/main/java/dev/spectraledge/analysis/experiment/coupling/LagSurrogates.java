package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.series.LagCorrelations;
import dev.spectraledge.analysis.series.Residuals;
import dev.spectraledge.analysis.series.SeriesNull;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Correlations by lag of windows of several widths with a loss, by the published procedure and by one that favours no lag, and the
 * same of surrogates of the loss. It is the loss that is drawn, once for all widths: what windows of different widths have in common,
 * which is most of their updates, stays as it is.
 */
final class LagSurrogates {
    private static final long STREAM = 0x6c616766;
    private static final int DEGREE = 3;
    private static final int FIRST = -3;
    private static final int LAST = 5;

    private final NavigableMap<Integer, LossCourse> byWidth;
    private final Optional<CentredCourses> centred;
    private final PhiloxKey key;

    LagSurrogates(LagCourses courses, long seed) {
        byWidth = courses.byWidth();
        centred = courses.centred();
        key = new PhiloxKey(seed, STREAM);
    }

    /** As published, by width: each of its own range. */
    Map<Integer, LagCorrelations> published() {
        Map<Integer, LagCorrelations> result = new TreeMap<>();
        byWidth.forEach((width, course) -> result.put(width, published(course, course.loss())));
        return result;
    }

    private static LagCorrelations published(LossCourse course, double[] loss) {
        Residuals cubic = Residuals.ofTrend(course.steps(), DEGREE);
        return LagCorrelations.published(cubic.apply(course.secondRatio()), cubic.apply(loss), FIRST, LAST);
    }

    /** The same of losses without a trend that are as slow as what is left of this one beside its trend. */
    List<Map<Integer, LagCorrelations>> publishedByChance(SeriesNull model) {
        LossCourse longest = longest();
        double[] rest = Residuals.ofTrend(longest.steps(), DEGREE).apply(longest.loss());
        return model.draws(rest, key)
                .map(drawn -> {
                    Map<Integer, LagCorrelations> result = new TreeMap<>();
                    byWidth.forEach((width, course) ->
                            result.put(width, published(course, last(drawn, course.size()))));
                    return result;
                })
                .toList();
    }

    private LossCourse longest() {
        return byWidth.values().stream()
                .max(Comparator.comparingInt(LossCourse::size))
                .orElseThrow();
    }

    /** Courses of all widths end together. */
    private static double[] last(double[] values, int count) {
        return Arrays.copyOfRange(values, values.length - count, values.length);
    }

    /** By the middles of windows in one range, by width; nothing where there are too few. */
    Map<Integer, LagCorrelations> centred() {
        Map<Integer, LagCorrelations> result = new TreeMap<>();
        centred.ifPresent(courses -> courses.byWidth()
                .forEach((width, course) ->
                        result.put(width, LagCorrelations.symmetric(course.ratio(), course.loss(), courses.lags()))));
        return result;
    }

    /** How many windows of a width are in the range. */
    int windows(int width) {
        return centred.orElseThrow().byWidth().get(width).ratio().length;
    }

    /** The same of surrogates. */
    List<Map<Integer, LagCorrelations>> centredByChance(SeriesNull model) {
        CentredCourses courses = centred.orElseThrow();
        double[] loss = courses.byWidth().values().stream()
                .map(CentredCourses.Centred::loss)
                .max(Comparator.comparingInt(each -> each.length))
                .orElseThrow();
        return model.draws(loss, key)
                .map(drawn -> {
                    Map<Integer, LagCorrelations> result = new TreeMap<>();
                    courses.byWidth()
                            .forEach((width, course) -> result.put(
                                    width,
                                    LagCorrelations.symmetric(
                                            course.ratio(),
                                            course.trend().apply(last(drawn, course.ratio().length)),
                                            courses.lags())));
                    return result;
                })
                .toList();
    }
}
