package dev.spectraledge.trainer.run;

import dev.spectraledge.trainer.config.RunConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings with which a run goes on instead of those that it had.
 *
 * @param step steps done before
 * @param settings by dotted key
 */
public record ConfigChange(long step, Map<String, Setting> settings) {
    /** On these depends in which order numbers are summed up. */
    private static final Set<String> DECIDE_LAST_BITS = Set.of("device", "threads");

    /** The value of a key, as {@link RunConfig#toMap} has it. */
    public record Setting(Object from, Object to) {}

    /** Everything in which two configurations differ. */
    public static ConfigChange between(RunConfig before, RunConfig after, long step) {
        Map<String, Object> old = flat(before);
        Map<String, Setting> settings = new LinkedHashMap<>();
        flat(after).forEach((key, value) -> {
            if (!Objects.equals(old.get(key), value)) {
                settings.put(key, new Setting(old.get(key), value));
            }
        });
        return new ConfigChange(step, settings);
    }

    private static Map<String, Object> flat(RunConfig config) {
        Map<String, Object> flat = new LinkedHashMap<>();
        flatten("", config.toMap(), flat);
        return flat;
    }

    private static void flatten(String prefix, Map<?, ?> values, Map<String, Object> flat) {
        values.forEach((name, value) -> {
            if (value instanceof Map<?, ?> group) {
                flatten(prefix + name + ".", group, flat);
            } else {
                flat.put(prefix + name, value);
            }
        });
    }

    /** Whether nothing changes. */
    public boolean isEmpty() {
        return settings.isEmpty();
    }

    /** Whether what is computed from now on may differ by rounding from what would have been computed. */
    boolean mayChangeLastBits() {
        return settings.keySet().stream().anyMatch(DECIDE_LAST_BITS::contains);
    }

    /** One line for people. */
    public String description() {
        String changes = settings.entrySet().stream()
                .map(setting -> setting.getKey() + " " + setting.getValue().from() + " → "
                        + setting.getValue().to())
                .collect(Collectors.joining(", "));
        return "from step " + step + " on: " + changes
                + (mayChangeLastBits() ? "; the last bits may differ from those of a run that was not moved" : "");
    }
}
