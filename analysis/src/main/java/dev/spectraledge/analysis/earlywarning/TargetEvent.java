package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.trainer.UsageException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is warned of: the first evaluation whose test accuracy reaches a level. */
public enum TargetEvent {
    T50(0.50),
    T90(0.90),
    T95(0.95);

    private final double accuracy;

    TargetEvent(double accuracy) {
        this.accuracy = accuracy;
    }

    /** The test accuracy that is reached. */
    public double accuracy() {
        return accuracy;
    }

    /** Name on the command line and in files. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All of them. */
    public static List<TargetEvent> all() {
        return List.of(values());
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
