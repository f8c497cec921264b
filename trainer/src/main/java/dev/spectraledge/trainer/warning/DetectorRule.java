package dev.spectraledge.trainer.warning;

import java.util.Map;

/**
 * What {@code detectors.json} says of one detector.
 *
 * @param name in files and on the command line
 * @param kind what it needs: the spectrum of the updates, plain numbers of the training, or held-out data
 * @param table whose rows it sees
 * @param column the number in them
 * @param resolved what of a window has to stand above rounding
 * @param numbers kind and numbers of its rule
 * @param live whether every run that asks when it groks has it
 * @param about the rule in words
 */
public record DetectorRule(
        String name,
        String kind,
        DetectorTable table,
        String column,
        Resolved resolved,
        Map<String, Object> numbers,
        boolean live,
        String about) {
    /** What the names of the events of detectors begin with. */
    public static final String EVENT = "warning_";

    /** A detector of this rule for a run that begins. */
    public Detector detector() {
        return new Detector(this, RuleReader.rule(name, numbers));
    }

    /** Name of the event that it has fired. */
    public String event() {
        return EVENT + name;
    }

    /** For how long the comparison has to hold, for people; empty for a rule that is met at once. */
    String duration() {
        return numbers.values().stream()
                .filter(Map.class::isInstance)
                .map(rule -> ((Map<?, ?>) rule).get("rows"))
                .filter(rows -> rows instanceof Number number && number.intValue() > 1)
                .map(rows -> " for " + rows + " " + table.rows())
                .findFirst()
                .orElse("");
    }
}
