package dev.spectraledge.analysis.paper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * A published number beside ours.
 *
 * @param ours as published: one value, or one per seed
 * @param detected the same in the phase of each run itself; empty where there is none
 * @param controlled with the control; empty where there is none
 * @param rounding how far rounding alone moves ours as published, for each seed; empty where that is not known, or where
 *     seeds are not looked at one by one
 * @param reason of a verdict that is not {@link Verdict#REPRODUCED}
 */
record JudgedNumber(
        PublishedNumber number,
        double[] ours,
        double[] detected,
        double[] controlled,
        List<RoundingSpread> rounding,
        Verdict verdict,
        String reason) {

    /**
     * Looks up the measurements and judges.
     *
     * @param replicas what was found on runs that differ by rounding alone
     */
    static JudgedNumber of(PublishedNumber number, Evidence evidence, Evidence replicas) {
        List<Double> ours = new ArrayList<>();
        List<Double> detected = new ArrayList<>();
        List<Double> controlled = new ArrayList<>();
        List<Long> missing = new ArrayList<>();
        for (long seed : number.seeds()) {
            evidence.run(number.subject(), seed).ifPresent(studied -> {
                studied.valueAtDetectedPhase(number.selector()).ifPresent(detected::add);
                number.control().ifPresent(control -> studied.value(control).ifPresent(controlled::add));
            });
            OptionalDouble value = evidence.run(number.subject(), seed)
                    .map(studied -> studied.value(number.selector()))
                    .orElse(OptionalDouble.empty());
            if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
                ours.add(value.getAsDouble());
            } else {
                missing.add(seed);
            }
        }
        double[] values = aggregated(number, ours);
        String untestable = untestable(number, evidence, ours, missing);
        if (!untestable.isEmpty()) {
            return new JudgedNumber(
                    number,
                    number.reason().isEmpty() ? new double[0] : values,
                    aggregated(number, detected),
                    aggregated(number, controlled),
                    List.of(),
                    Verdict.NOT_TESTABLE,
                    untestable);
        }
        boolean within = DoubleStream.of(values).allMatch(value -> value >= number.low() && value <= number.high());
        return new JudgedNumber(
                number,
                values,
                aggregated(number, detected),
                aggregated(number, controlled),
                rounding(number, evidence, replicas),
                within ? Verdict.REPRODUCED : Verdict.NOT_REPRODUCED,
                within ? "" : "outside of " + number.tolerance());
    }

    private static List<RoundingSpread> rounding(PublishedNumber number, Evidence evidence, Evidence replicas) {
        if (number.aggregate() != Aggregate.EACH) {
            return List.of();
        }
        List<Optional<RoundingSpread>> spreads = number.seeds().stream()
                .flatMap(seed -> evidence.run(number.subject(), seed).stream())
                .map(studied -> RoundingSpread.of(number.selector(), studied, replicas))
                .toList();
        return spreads.stream().allMatch(Optional::isPresent)
                ? spreads.stream().flatMap(Optional::stream).toList()
                : List.of();
    }

    /** Whether rounding alone takes every seed that lies outside of the tolerance into it. */
    boolean isWithinRounding() {
        if (verdict != Verdict.NOT_REPRODUCED || rounding.size() != ours.length) {
            return false;
        }
        return rounding.stream().allMatch(spread -> spread.reaches(number.low(), number.high()));
    }

    /** Even if what was measured is that there is no such number. */
    private static boolean isMeasured(PublishedNumber number, Evidence evidence, long seed) {
        return evidence.run(number.subject(), seed)
                .map(studied -> studied.value(number.selector()).isPresent())
                .orElse(false);
    }

    private static double[] aggregated(PublishedNumber number, List<Double> values) {
        double[] all = values.stream().mapToDouble(Double::doubleValue).toArray();
        return all.length == 0 ? all : number.aggregate().of(all);
    }

    private static String untestable(PublishedNumber number, Evidence evidence, List<Double> ours, List<Long> missing) {
        if (!number.reason().isEmpty()) {
            return number.reason();
        }
        if (evidence.runs(number.subject()).isEmpty()) {
            return "no run of " + number.subject() + " was trained here";
        }
        boolean wholeSample = number.aggregate() != Aggregate.EACH;
        if (ours.isEmpty() || (wholeSample && !missing.isEmpty())) {
            boolean undefined = missing.stream().allMatch(seed -> isMeasured(number, evidence, seed));
            return (undefined ? "there is none: " : "not measured: ") + number.selector() + " for seed "
                    + String.join(", ", missing.stream().map(String::valueOf).toList());
        }
        return "";
    }
}
