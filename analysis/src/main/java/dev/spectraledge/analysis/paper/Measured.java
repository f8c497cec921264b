package dev.spectraledge.analysis.paper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was measured for a published number.
 *
 * @param seeds those for which there is a value as published; empty if it is not known which
 * @param ours as published: one value of all seeds together, or one for each
 * @param detected the same in the phase of each run itself; empty where there is none
 * @param controlled with the control; empty where there is none
 * @param rounding how far rounding alone moves ours as published, for each seed; empty where that is not known, or where
 *     seeds are not looked at one by one
 * @param missing which input is missing; empty if none is
 */
record Measured(
        List<Long> seeds,
        double[] ours,
        double[] detected,
        double[] controlled,
        List<RoundingSpread> rounding,
        String missing) {

    /**
     * Looks the measurements up.
     *
     * @param replicas what was found on runs that differ by rounding alone
     */
    static Measured of(PublishedNumber number, Evidence evidence, Evidence replicas) {
        List<Long> measured = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> detected = new ArrayList<>();
        List<Double> controlled = new ArrayList<>();
        List<Long> lacking = new ArrayList<>();
        for (long seed : number.quotation().seeds()) {
            Optional<SubjectRun> run = evidence.run(number.quotation().subject(), seed);
            run.ifPresent(found -> {
                found.valueAtDetectedPhase(number.selector()).ifPresent(detected::add);
                number.control().ifPresent(control -> found.value(control).ifPresent(controlled::add));
            });
            OptionalDouble value =
                    run.map(found -> found.value(number.selector())).orElse(OptionalDouble.empty());
            if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
                measured.add(seed);
                ours.add(value.getAsDouble());
            } else {
                lacking.add(seed);
            }
        }
        String missing = missing(number, evidence, ours, lacking);
        boolean isShown = missing.isEmpty() || !number.reason().isEmpty();
        return new Measured(
                measured,
                isShown ? aggregated(number, ours) : new double[0],
                aggregated(number, detected),
                aggregated(number, controlled),
                missing.isEmpty() ? rounding(number, evidence, replicas) : List.of(),
                missing);
    }

    private static double[] aggregated(PublishedNumber number, List<Double> values) {
        double[] all = values.stream().mapToDouble(Double::doubleValue).toArray();
        return all.length == 0 ? all : number.aggregate().of(all);
    }

    private static List<RoundingSpread> rounding(PublishedNumber number, Evidence evidence, Evidence replicas) {
        if (number.aggregate() != Aggregate.EACH) {
            return List.of();
        }
        List<Optional<RoundingSpread>> spreads = number.quotation().seeds().stream()
                .flatMap(seed -> evidence.run(number.quotation().subject(), seed).stream())
                .map(run -> RoundingSpread.of(number.selector(), run, replicas))
                .toList();
        return spreads.stream().allMatch(Optional::isPresent)
                ? spreads.stream().flatMap(Optional::stream).toList()
                : List.of();
    }

    private static String missing(PublishedNumber number, Evidence evidence, List<Double> ours, List<Long> lacking) {
        if (!number.reason().isEmpty()) {
            return number.reason();
        }
        if (evidence.runs(number.quotation().subject()).isEmpty()) {
            return "no run of " + number.quotation().subject() + " was trained here";
        }
        boolean wholeSample = number.aggregate() != Aggregate.EACH;
        if (ours.isEmpty() || (wholeSample && !lacking.isEmpty())) {
            boolean undefined = lacking.stream().allMatch(seed -> isMeasured(number, evidence, seed));
            return (undefined ? "there is none: " : "not measured: ") + number.selector() + " for seed "
                    + String.join(", ", lacking.stream().map(String::valueOf).toList());
        }
        return "";
    }

    /** Even if what was measured is that there is no such number. */
    private static boolean isMeasured(PublishedNumber number, Evidence evidence, long seed) {
        return evidence.run(number.quotation().subject(), seed)
                .map(run -> run.value(number.selector()).isPresent())
                .orElse(false);
    }

    /** The values of some of the seeds; all of them where it is not known whose they are. */
    double[] of(List<Long> wanted) {
        if (seeds.size() != ours.length) {
            return ours;
        }
        List<Double> chosen = new ArrayList<>();
        for (int index = 0; index < ours.length; index++) {
            if (wanted.contains(seeds.get(index))) {
                chosen.add(ours[index]);
            }
        }
        return chosen.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
