package dev.spectraledge.trainer.warning;

import java.util.Map;

/** Makes a rule of what {@code detectors.json} says of it: its kind, and its numbers by name. A new kind is a line here. */
final class RuleReader {
    private final String detector;
    private final Map<?, ?> numbers;

    private RuleReader(String detector, Map<?, ?> numbers) {
        this.detector = detector;
        this.numbers = numbers;
    }

    /** @param rule an object with one field, the kind, whose value are the numbers */
    static Rule rule(String detector, Map<?, ?> rule) {
        Map.Entry<?, ?> entry = rule.entrySet().iterator().next();
        RuleReader reader = new RuleReader(detector, (Map<?, ?>) entry.getValue());
        String kind = entry.getKey().toString();
        return switch (kind) {
            case "fall" -> new FallBelowMaximum(reader.number("share"), reader.count("rows"));
            case "rise" -> new RiseAboveMedian(reader.number("multiple"), reader.count("trail"), reader.count("rows"));
            case "departure" ->
                new DepartureFromMedian(reader.number("deviations"), reader.count("trail"), reader.count("rows"));
            case "onset" ->
                new Onset(
                        reader.number("multiple"),
                        reader.number("least"),
                        reader.number("level"),
                        reader.count("baseline"));
            case "below" -> Level.below(reader.number("level"), reader.count("rows"));
            case "above" -> Level.above(reader.number("level"), reader.count("rows"));
            case "sign" -> new SignChange(reader.count("rows"));
            case "gain" -> new Gain(reader.number("level"), reader.count("rows"));
            case "cusum" ->
                new CumulativeSum(reader.number("allowance"), reader.number("limit"), reader.count("trail"));
            case "kurtosis" -> new Kurtosis(reader.number("level"), reader.count("trail"), reader.count("rows"));
            case "after" -> new TimeAfter(reader.number("level"), reader.count("steps"));
            default -> throw new IllegalStateException("detector " + detector + ": no rule is called " + kind);
        };
    }

    private double number(String name) {
        if (numbers.get(name) instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalStateException("detector " + detector + ": its rule lacks the number " + name);
    }

    private int count(String name) {
        return (int) number(name);
    }
}
