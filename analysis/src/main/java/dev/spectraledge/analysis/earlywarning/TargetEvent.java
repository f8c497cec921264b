package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.EventLog;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is warned of: the first evaluation whose test accuracy reaches a level, or the first spike of the training loss. */
public enum TargetEvent {
    T50(0.50),
    T90(0.90),
    T95(0.95),
    SPIKE(Double.NaN);

    /** Steps before a spike in which an alarm can be one of it: as many as the median looks back over that it rises above. */
    private static final double STEPS_BEFORE_SPIKE = 100;

    private final double accuracy;

    TargetEvent(double accuracy) {
        this.accuracy = accuracy;
    }

    /** Name on the command line and in files. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a title calls it. */
    String title() {
        return this == SPIKE ? "a spike of the loss" : "generalisation (" + key() + ")";
    }

    /** What a sentence about it calls it. */
    String subject() {
        return this == SPIKE ? "a spike" : key();
    }

    /** What it is, in a sentence. */
    String about() {
        return this == SPIKE
                ? "A spike is the first step whose training loss exceeds the median of the 100 losses "
                        + "before it by six median absolute deviations (scaled by 1.4826)."
                : key() + " is the first evaluation with a test accuracy of at least " + NumberText.setting(accuracy)
                        + ".";
    }

    /** Events of the same kind, to which leads are shown beside each other. */
    List<TargetEvent> shown() {
        return this == SPIKE ? List.of(SPIKE) : List.of(T50, T90, T95);
    }

    /** How many steps before the moment of comparison a detector's severity counts for. */
    double within() {
        return this == SPIKE ? STEPS_BEFORE_SPIKE : Double.POSITIVE_INFINITY;
    }

    /** When it came to a run; empty if it has not. */
    OptionalDouble step(RunTable metrics, List<EventLog.Event> events) {
        if (this == SPIKE) {
            return events.stream()
                    .filter(event -> event.name().equals(RunEvents.SPIKE))
                    .mapToDouble(EventLog.Event::step)
                    .findFirst();
        }
        double[] steps = metrics.steps();
        double[] reached = metrics.require("test_accuracy");
        return IntStream.range(0, steps.length)
                .filter(row -> reached[row] >= accuracy)
                .mapToDouble(row -> steps[row])
                .findFirst();
    }

    /**
     * The event of a name.
     *
     * @throws UsageException with one line if there is none
     */
    public static TargetEvent of(String key) {
        return Arrays.stream(values())
                .filter(event -> event.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new UsageException("--event must be "
                        + Arrays.stream(values()).map(TargetEvent::key).collect(Collectors.joining(", "))
                        + ", not " + key));
    }
}
