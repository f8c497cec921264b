package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.FindingsFolder;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.series.LagCorrelations;
import dev.spectraledge.analysis.series.SeriesNull;
import dev.spectraledge.analysis.statistic.Interval;
import dev.spectraledge.analysis.statistic.Null;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What {@link LagFlip} says of several runs together, which differ in their seeds: the mean change of the peak lag from windows of 10
 * updates to those of 20, and the share of runs that flip, against runs whose losses are surrogates. A mean over runs is rarer by
 * chance than the lag of one, which is a whole number of few. Ours; the paper has one run.
 */
public final class LagFlipSeeds implements JointExperiment {
    private static final int FEWEST = 2;
    private static final int ASKED = 4;
    private static final String PUBLISHED = "published";

    @Override
    public String name() {
        return "lag-flip-seeds";
    }

    @Override
    public String question() {
        return "Does the lag of the gap ratio flip with the window in runs of several seeds?";
    }

    @Override
    public Optional<String> objection(List<StudiedRun> runs) {
        if (runs.size() < FEWEST) {
            return Optional.of("needs runs of " + ASKED + " seeds, which sedge run … --seeds " + ASKED
                    + " trains, and there is " + runs.size());
        }
        return Objections.when(
                families(runs).values().stream().allMatch(observed -> observed.size() < FEWEST), LagCourses.lacking());
    }

    @Override
    public Findings measure(List<StudiedRun> runs, Function<StudiedRun, FindingsFolder> folders) {
        Findings findings = new Findings();
        families(runs).forEach((family, observed) -> {
            if (observed.size() >= FEWEST) {
                measure(family, observed, findings);
            }
        });
        if (runs.size() < ASKED) {
            findings.remark("the claim is about runs of " + ASKED + " seeds, these are " + runs.size());
        }
        return findings;
    }

    private static Map<String, List<Observed>> families(List<StudiedRun> runs) {
        Map<String, List<Observed>> families = new LinkedHashMap<>();
        for (StudiedRun run : runs) {
            if (Objections.losses(run).isEmpty()) {
                for (LagCourses courses : LagCourses.of(run)) {
                    families.computeIfAbsent(courses.family(), absent -> new ArrayList<>())
                            .add(new Observed(courses, run.seed().orElse(0)));
                }
            }
        }
        return families;
    }

    /** A run's windows, with the seed of its surrogates. */
    record Observed(LagCourses courses, long seed) {
        LagSurrogates surrogates() {
            return new LagSurrogates(courses, seed);
        }
    }

    /** What is said of the same windows of several runs. */
    static void measure(String family, List<Observed> runs, Findings findings) {
        long last = runs.getFirst().courses().last();
        findings.controlled("runs", family, last, runs.size());
        List<LagSurrogates> surrogates = runs.stream().map(Observed::surrogates).toList();
        measure(
                family + "/" + PUBLISHED,
                Peak.MOST_NEGATIVE,
                surrogates.stream().map(LagSurrogates::published).toList(),
                model -> surrogates.stream()
                        .map(each -> each.publishedByChance(model))
                        .toList(),
                last,
                findings);
        if (runs.stream().allMatch(run -> run.courses().centred().isPresent())) {
            for (Peak peak : Peak.values()) {
                measure(
                        family + "/" + peak.key(),
                        peak,
                        surrogates.stream().map(LagSurrogates::centred).toList(),
                        model -> surrogates.stream()
                                .map(each -> each.centredByChance(model))
                                .toList(),
                        last,
                        findings);
            }
        }
    }

    private static void measure(
            String item,
            Peak peak,
            List<Map<Integer, LagCorrelations>> runs,
            Function<SeriesNull, List<List<Map<Integer, LagCorrelations>>>> byChance,
            long last,
            Findings findings) {
        List<LagFlip.Peaks> observed = peaks(runs, peak);
        Interval change =
                Interval.of(observed.stream().mapToDouble(LagFlip.Peaks::change).toArray());
        double flips = mean(observed, LagFlipSeeds::flips);
        findings.controlled("lag-change", item, last, change.mean());
        findings.controlled("lag-change", item + "/low", last, change.low());
        findings.controlled("lag-change", item + "/high", last, change.high());
        findings.controlled("flips", item, last, flips);
        for (SeriesNull model : SeriesNull.values()) {
            List<List<Map<Integer, LagCorrelations>>> drawn = byChance.apply(model);
            List<List<LagFlip.Peaks>> draws = IntStream.range(
                            0, drawn.getFirst().size())
                    .mapToObj(draw ->
                            peaks(drawn.stream().map(run -> run.get(draw)).toList(), peak))
                    .toList();
            String name = item + "/" + model.key();
            findings.controlled(
                    "lag-change-p",
                    name,
                    last,
                    chance(draws, each -> mean(each, LagFlip.Peaks::change)).probability(change.mean()));
            Null shares = chance(draws, each -> mean(each, LagFlipSeeds::flips));
            findings.controlled("flips-by-chance", name, last, shares.mean());
            findings.controlled("flips-p", name, last, shares.probability(flips));
        }
    }

    private static double flips(LagFlip.Peaks peaks) {
        return peaks.flips() ? 1 : 0;
    }

    private static List<LagFlip.Peaks> peaks(List<Map<Integer, LagCorrelations>> runs, Peak peak) {
        return runs.stream().map(run -> LagFlip.Peaks.of(run, peak::lag)).toList();
    }

    private static double mean(List<LagFlip.Peaks> runs, ToDoubleFunction<LagFlip.Peaks> quantity) {
        return runs.stream().mapToDouble(quantity).average().orElseThrow();
    }

    private static Null chance(List<List<LagFlip.Peaks>> draws, ToDoubleFunction<List<LagFlip.Peaks>> statistic) {
        return Null.of(draws.stream().mapToDouble(statistic).toArray());
    }
}
