package dev.spectraledge.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** What one contestant achieved: the median step time of every round. */
final class StepMeasurement {

    private final Contestant contestant;
    private final SortedMap<String, String> environment;
    private final double largestLossDifference;
    private final List<Double> roundMedians = new ArrayList<>();

    StepMeasurement(Contestant contestant, SortedMap<String, String> environment, double largestLossDifference) {
        this.contestant = contestant;
        this.environment = environment;
        this.largestLossDifference = largestLossDifference;
    }

    void addRound(double medianMilliseconds) {
        roundMedians.add(medianMilliseconds);
    }

    Contestant contestant() {
        return contestant;
    }

    SortedMap<String, String> environment() {
        return environment;
    }

    /** The largest relative difference of the verified losses from the reference. */
    double largestLossDifference() {
        return largestLossDifference;
    }

    /** In the order of the rounds, in milliseconds. */
    List<Double> roundMedians() {
        return List.copyOf(roundMedians);
    }

    /** A quantile over the rounds of the step time in milliseconds. */
    double milliseconds(double fraction) {
        return Quantile.of(array(roundMedians), fraction);
    }

    /** The median over the rounds of this contestant's step time divided by the other's in the same round. */
    double ratioTo(StepMeasurement other) {
        double[] ratios = new double[roundMedians.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = roundMedians.get(round) / other.roundMedians.get(round);
        }
        return Quantile.of(ratios, 0.5);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
