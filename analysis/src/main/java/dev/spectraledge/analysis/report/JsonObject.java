package dev.spectraledge.analysis.report;

import dev.spectraledge.trainer.io.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A JSON object flattened to one level, in the order of the file: {@code {"optimizer": {"lr": 0.001}}} gives
 * {@code optimizer.lr → 0.001}; an element of an array has its index, from 0, as its name.
 */
public final class JsonObject {
    private final Map<String, Object> leaves = new LinkedHashMap<>();

    private JsonObject(Map<String, Object> object) {
        flatten("", object);
    }

    /** Takes an object that was read already. */
    public static JsonObject of(Map<String, Object> object) {
        return new JsonObject(object);
    }

    /** Reads a file; throws a RunException if it cannot be read or holds no JSON object. */
    public static JsonObject read(Path file) {
        return new JsonObject(Json.readObject(file));
    }

    /** Every value by its dotted name, as text. */
    public Map<String, String> leaves() {
        Map<String, String> texts = new LinkedHashMap<>();
        leaves.forEach((name, value) -> texts.put(name, value == null ? "none" : value.toString()));
        return texts;
    }

    /** The values below a name, by what follows it, as text. */
    Map<String, String> below(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        leaves().forEach((leaf, text) -> {
            if (leaf.startsWith(name + ".")) {
                texts.put(leaf.substring(name.length() + 1), text);
            }
        });
        return texts;
    }

    /** Empty if the name is missing or null. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(leaves.get(name)).map(Object::toString);
    }

    /** Empty if the name is missing, null, or no number. */
    public OptionalDouble number(String name) {
        return leaves.get(name) instanceof Number number
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }

    /** Whether the name is there and has no value. */
    boolean isNull(String name) {
        return leaves.containsKey(name) && leaves.get(name) == null;
    }

    private void flatten(String prefix, Map<?, ?> object) {
        object.forEach((name, value) -> flattenValue(prefix + name, value));
    }

    private void flattenValue(String name, Object value) {
        if (value instanceof Map<?, ?> object) {
            flatten(name + ".", object);
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                flattenValue(name + "." + i, list.get(i));
            }
        } else {
            leaves.put(name, value);
        }
    }
}
