package dev.spectraledge.trainer.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What happens in a run that its configuration can refer to; the step of an event is that of its row in events.csv. */
public enum TrainingEvent {
    /** The first of the evaluations that reached {@code evaluation.grokAccuracy} for long enough. */
    GROK,
    /** The evaluation at which {@code evaluation.stopAccuracy} had been held for long enough. */
    STOP_ACCURACY;

    /** How the event is written in configurations and in events.csv. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String keys() {
        return Arrays.stream(values()).map(TrainingEvent::key).collect(Collectors.joining(", "));
    }
}
