package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.Printable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of a sweep.
 *
 * @param id the first {@value #ID_LENGTH} hexadecimal digits of {@link RunConfig#hash}, which name its directory
 * @param swept the keys that the sweep varies, in the order of its file, with this run's resolved values
 * @param configuration {@link RunConfig#toMap}
 */
public record PlannedRun(String id, Map<String, Object> swept, Map<String, Object> configuration) {
    static final int ID_LENGTH = 12;

    /** @param sweptValues as the sweep's file gives them, for the keys that the configuration does not hold */
    static PlannedRun of(RunConfig config, Map<String, Object> sweptValues) {
        Map<String, Object> configuration = config.toMap();
        Map<String, Object> swept = new LinkedHashMap<>();
        sweptValues.forEach((key, given) -> swept.put(key, resolved(configuration, key.split("\\.", -1), given)));
        return new PlannedRun(idOf(config), swept, configuration);
    }

    /** Whether a text can be an id: it names a directory, which must not lie elsewhere. */
    static boolean isId(String text) {
        return text.matches("[0-9a-f]{" + ID_LENGTH + "}");
    }

    private static String idOf(RunConfig config) {
        return config.hash().substring(0, ID_LENGTH);
    }

    /** What a dotted key leads to; elements of a list are found by their names. */
    private static Object resolved(Map<String, Object> configuration, String[] names, Object given) {
        Object value = configuration;
        for (String name : names) {
            if (value instanceof Map<?, ?> group && group.containsKey(name)) {
                value = group.get(name);
            } else if (value instanceof List<?> elements) {
                value = named(elements, name);
            } else {
                return given;
            }
        }
        return value;
    }

    private static Object named(List<?> elements, String name) {
        for (Object element : elements) {
            if (element instanceof Map<?, ?> group && name.equals(group.get("name"))) {
                return group;
            }
        }
        throw new IllegalStateException("a resolved configuration lacks the element '" + name + "' that it was given");
    }

    /**
     * What the run computes, without a run directory.
     *
     * @throws UsageException if the plan was made by another version of this program, or changed by hand
     */
    public RunConfig config() {
        RunConfig config = RunConfig.of(configuration, "planned run " + id);
        if (!idOf(config).equals(id)) {
            throw new UsageException(
                    "planned run " + id + ": its configuration was changed, its id would be " + idOf(config));
        }
        return config;
    }

    /** Worker threads. */
    public int threads() {
        return ((Number) configuration.get("threads")).intValue();
    }

    /** {@code key=value …} with the last part of each key, for people. */
    public String description() {
        StringBuilder text = new StringBuilder();
        swept.forEach((key, value) -> text.append(text.isEmpty() ? "" : " ")
                .append(Printable.value(key.substring(key.lastIndexOf('.') + 1)))
                .append('=')
                .append(Printable.value(value)));
        return text.toString();
    }
}
