package dev.spectraledge.trainer.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A step of a run, known by its number or by what happens in the run: {@code 5000}, {@code grok}, {@code grok+500}.
 *
 * @param event name of what happens, or null for a number; the step of an event is that of its row in events.csv
 * @param steps steps after the event, or the number itself
 */
public record StepOrEvent(String event, long steps) {
    private static final Pattern FORM = Pattern.compile("(?:([A-Za-z][A-Za-z0-9_-]*)(?:\\+(?=\\d)|$))?(\\d{1,18})?");

    /** Reads what {@link #toString} writes; empty if it is not of that form. */
    static Optional<StepOrEvent> parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (text.isBlank() || !matcher.matches()) {
            return Optional.empty();
        }
        long steps = matcher.group(2) == null ? 0 : Long.parseLong(matcher.group(2));
        return Optional.of(new StepOrEvent(matcher.group(1), steps));
    }

    /** What {@link #parse} understands, for people. */
    static String form() {
        return "a step such as 5000, or an event with or without a number of steps after it such as grok+500";
    }

    @Override
    public String toString() {
        if (event == null) {
            return Long.toString(steps);
        }
        return steps == 0 ? event : event + "+" + steps;
    }
}
