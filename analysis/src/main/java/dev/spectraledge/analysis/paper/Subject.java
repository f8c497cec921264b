package dev.spectraledge.analysis.paper;

import java.util.Map;
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
    public Subject {
        settings = Map.copyOf(settings);
    }

    /** Whether this is the control of another subject. */
    public boolean isControl() {
        return controlOf.isPresent();
    }

    /** Whether a resolved configuration is one of this subject's. */
    boolean fits(Map<String, Object> configuration) {
        return settings.entrySet().stream()
                .allMatch(setting -> setting.getValue().equals(value(configuration, setting.getKey())));
    }

    private static Object value(Map<?, ?> configuration, String key) {
        Object value = configuration;
        for (String name : key.split("\\.", -1)) {
            value = value instanceof Map<?, ?> group ? group.get(name) : null;
        }
        return value;
    }
}
