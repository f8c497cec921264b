package dev.spectraledge.analysis.paper;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a paper speaks of as one run, whatever its seed: a name for its settings. The same task under two optimisers is two
 * subjects.
 *
 * @param name in resources and on the command line, such as {@code dyck-control}
 * @param title for people, without the seed
 * @param label what sets it apart from the other subjects of its part, in legends
 * @param settings of its runs, by dotted key; those of its part are among them
 * @param controlOf name of the subject that this one is the control of: where it never groks it is looked at in the phases
 *     of that one's run with its seed
 * @param course how its runs are trained
 */
public record Subject(
        String name,
        String title,
        String label,
        Map<String, Object> settings,
        Optional<String> controlOf,
        Course course) {
    /** Settings may be null, which is why they are copied as they are. */
    public Subject {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** Whether this is the control of another subject. */
    public boolean isControl() {
        return controlOf.isPresent();
    }

    /**
     * Whether a resolved configuration is one of this subject's.
     *
     * @param configuration with every key, those that have their default values too
     */
    boolean fits(Map<String, Object> configuration) {
        return settings.entrySet().stream()
                .allMatch(setting -> isSame(setting.getValue(), value(configuration, setting.getKey())));
    }

    /** Whole numbers of a resource are longs, those of a configuration as its keys have them. */
    private static boolean isSame(Object wanted, Object value) {
        if (wanted instanceof Number number && value instanceof Number other) {
            return number.doubleValue() == other.doubleValue();
        }
        return Objects.equals(wanted, value);
    }

    /** Whether there is such a dotted key, be its value null. */
    static boolean has(Map<?, ?> configuration, String key) {
        int last = key.lastIndexOf('.');
        Object group = last < 0 ? configuration : value(configuration, key.substring(0, last));
        return group instanceof Map<?, ?> map && map.containsKey(key.substring(last + 1));
    }

    /** By dotted key; null where there is none. */
    static Object value(Map<?, ?> configuration, String key) {
        Object value = configuration;
        for (String name : key.split("\\.", -1)) {
            value = value instanceof Map<?, ?> group ? group.get(name) : null;
        }
        return value;
    }
}
