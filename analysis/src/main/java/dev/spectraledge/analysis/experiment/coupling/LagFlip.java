package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.FigureName;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TableExperiment;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.series.LagCorrelations;
import dev.spectraledge.analysis.series.SeriesNull;
import dev.spectraledge.analysis.statistic.Holm;
import dev.spectraledge.analysis.statistic.Null;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Whether σ₂/σ₃ of windows of 10 updates follows the test loss, and that of windows of 20 leads it (Spectral Edge Dynamics §4.2).
 * Published: each width with its own range of steps and its own cubic trend, windows labelled by their ends, lags −3 to 5, and of
 * these the most negative correlation; a flip is a peak at a negative lag for W = 10 and at a positive one for W = 20. Controlled: one
 * range for all widths, windows labelled by their middles, lags on both sides of the same windows; and what both procedures find
 * where a loss that is as slow knows nothing of the windows ({@link LagSurrogates}).
 */
public final class LagFlip implements TableExperiment {
    static final String NAME = "lag-flip";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does the gap ratio follow the test loss in short windows and lead it in long ones?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.losses(run)
                .or(() -> Objections.when(LagCourses.of(run).isEmpty(), LagCourses.lacking()));
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        LagCourses.of(run).forEach(courses -> measure(courses, run.seed().orElse(0), findings));
        return findings;
    }

    /** What is said of windows of several widths. */
    static void measure(LagCourses courses, long seed, Findings findings) {
        String family = courses.family();
        long last = courses.last();
        LagSurrogates surrogates = new LagSurrogates(courses, seed);
        Map<Integer, LagCorrelations> published = surrogates.published();
        published.forEach((width, correlations) -> {
            findings.published("peak-lag", item(family, width), last, correlations.mostNegative());
            findings.published(
                    "peak-correlation", item(family, width), last, correlations.at(correlations.mostNegative()));
        });
        Peaks observed = Peaks.of(published, LagCorrelations::mostNegative);
        findings.published("lag-change", family, last, observed.change());
        findings.published("flips", family, last, observed.flips() ? 1 : 0);
        for (SeriesNull model : SeriesNull.values()) {
            List<Map<Integer, LagCorrelations>> drawn = surrogates.publishedByChance(model);
            byChance(family + "/published/" + model.key(), observed, peaks(drawn, Peak.MOST_NEGATIVE), last, findings);
            for (int width : courses.byWidth().keySet()) {
                Null lags = Null.of(drawn.stream()
                        .mapToDouble(each -> each.get(width).mostNegative())
                        .toArray());
                String item = item(family, width) + "/" + model.key();
                findings.controlled("peak-lag-by-chance", item + "/low", last, lags.lower());
                findings.controlled("peak-lag-by-chance", item + "/high", last, lags.upper());
            }
        }
        if (courses.centred().isPresent()) {
            controlled(family, surrogates, last, findings);
        } else {
            findings.remark(
                    family + ": the middles of too few windows of all widths lie in one range of steps for the same "
                            + "lags on both sides; a longer run or a smaller stride has more");
        }
        findings.figure(figure(family, published, surrogates.centred()));
    }

    private static void controlled(String family, LagSurrogates surrogates, long last, Findings findings) {
        Map<Integer, LagCorrelations> centred = surrogates.centred();
        centred.forEach((width, correlations) -> {
            findings.controlled("windows", item(family, width), last, surrogates.windows(width));
            for (Peak peak : Peak.values()) {
                int lag = peak.lag(correlations);
                findings.controlled("peak-lag", item(family, width) + "/" + peak.key(), last, lag);
                findings.controlled(
                        "peak-correlation", item(family, width) + "/" + peak.key(), last, correlations.at(lag));
            }
        });
        for (Peak peak : Peak.values()) {
            Peaks observed = Peaks.of(centred, peak::lag);
            findings.controlled("lag-change", family + "/" + peak.key(), last, observed.change());
            findings.controlled("flips", family + "/" + peak.key(), last, observed.flips() ? 1 : 0);
        }
        for (SeriesNull model : SeriesNull.values()) {
            List<Map<Integer, LagCorrelations>> drawn = surrogates.centredByChance(model);
            for (Peak peak : Peak.values()) {
                byChance(
                        family + "/" + peak.key() + "/" + model.key(),
                        Peaks.of(centred, peak::lag),
                        peaks(drawn, peak),
                        last,
                        findings);
            }
            List<Integer> widths = List.copyOf(centred.keySet());
            double[] probabilities = widths.stream()
                    .mapToDouble(width -> Null.of(drawn.stream()
                                    .mapToDouble(each -> each.get(width).peak())
                                    .toArray())
                            .probability(centred.get(width).peak()))
                    .toArray();
            double[] adjusted = Holm.adjusted(probabilities);
            for (int index = 0; index < adjusted.length; index++) {
                String item = item(family, widths.get(index)) + "/" + model.key();
                findings.controlled("peak-p", item, last, probabilities[index]);
                findings.controlled("peak-holm", item, last, adjusted[index]);
            }
        }
    }

    private static void byChance(String item, Peaks observed, List<Peaks> drawn, long last, Findings findings) {
        findings.controlled(
                "flips-by-chance",
                item,
                last,
                drawn.stream()
                        .mapToInt(peaks -> peaks.flips() ? 1 : 0)
                        .average()
                        .orElseThrow());
        Null changes = Null.of(drawn.stream().mapToDouble(Peaks::change).toArray());
        findings.controlled("lag-change-p", item, last, changes.probability(observed.change()));
    }

    private static List<Peaks> peaks(List<Map<Integer, LagCorrelations>> drawn, Peak peak) {
        return drawn.stream().map(each -> Peaks.of(each, peak::lag)).toList();
    }

    private static String item(String family, int width) {
        return family + "/W=" + width;
    }

    /** The peak lags of the widths that a flip is said of. */
    record Peaks(int narrow, int wide) {
        static Peaks of(Map<Integer, LagCorrelations> byWidth, ToIntFunction<LagCorrelations> peak) {
            return new Peaks(
                    peak.applyAsInt(byWidth.get(LagCourses.NARROW)), peak.applyAsInt(byWidth.get(LagCourses.WIDE)));
        }

        int change() {
            return wide - narrow;
        }

        boolean flips() {
            return narrow < 0 && wide > 0;
        }
    }

    private static Figure figure(
            String family, Map<Integer, LagCorrelations> published, Map<Integer, LagCorrelations> centred) {
        List<Panel> panels = new ArrayList<>();
        panels.add(panel("By ends of windows, " + family, published));
        if (!centred.isEmpty()) {
            panels.add(panel("By middles, one range, " + family, centred));
        }
        return new Figure(
                FigureName.of(family), "σ₂/σ₃ of " + family + " and the test loss, by lag", panels.size(), panels);
    }

    private static Panel panel(String title, Map<Integer, LagCorrelations> byWidth) {
        CurveFigure figure = CurveFigure.marked(new Findings()).reference(0, "");
        int colour = 0;
        for (Map.Entry<Integer, LagCorrelations> entry : byWidth.entrySet()) {
            double[] values = entry.getValue().values();
            int first = entry.getValue().first();
            double[] lags = IntStream.range(0, values.length)
                    .mapToDouble(index -> first + index)
                    .toArray();
            figure.curve("W = " + entry.getKey(), lags, values, colour++, Line.Stroke.SOLID);
        }
        return figure.panel(
                title, Axis.linear("lag in windows; at positive lags σ₂/σ₃ leads"), Axis.linear("correlation", -1, 1));
    }
}
