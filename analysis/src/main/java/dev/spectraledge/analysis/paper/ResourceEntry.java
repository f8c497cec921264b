package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An object of a JSON resource of a paper; what is absent is an empty text or list. */
record ResourceEntry(Map<String, Object> fields, String source) {
    static ResourceEntry parse(String text, String source) {
        return new ResourceEntry(Json.parseObject(text, source), source);
    }

    boolean has(String key) {
        return fields.containsKey(key);
    }

    boolean isTrue(String key) {
        return Boolean.TRUE.equals(fields.get(key));
    }

    String text(String key) {
        Object value = fields.get(key);
        return value == null ? "" : value.toString();
    }

    double number(String key) {
        return ((Number) fields.get(key)).doubleValue();
    }

    List<String> texts(String key) {
        return values(key).stream().map(String::valueOf).toList();
    }

    ResourceEntry object(String key) {
        return entry(fields.get(key), key);
    }

    List<ResourceEntry> objects(String key) {
        List<ResourceEntry> objects = new ArrayList<>();
        values(key).forEach(value -> objects.add(entry(value, key)));
        return objects;
    }

    private List<?> values(String key) {
        return fields.get(key) instanceof List<?> values ? values : List.of();
    }

    @SuppressWarnings("unchecked")
    private ResourceEntry entry(Object value, String key) {
        if (!(value instanceof Map<?, ?> object)) {
            throw new RunException(source + ": " + key + " holds '" + value + "', which is no object");
        }
        return new ResourceEntry((Map<String, Object>) object, source);
    }

    /** The procedure that is named, or the usual one. */
    Procedure procedure(Procedure usual) {
        Object given = fields.get("procedure");
        return given == null
                ? usual
                : given.equals(Procedure.PUBLISHED.key()) ? Procedure.PUBLISHED : Procedure.CONTROLLED;
    }

    /** The measurement that is named by {@code experiment}, {@code procedure}, {@code quantity}, {@code item} and {@code step}. */
    Selector selector(Procedure usual) {
        return new Selector(
                text("experiment"), procedure(usual), text("quantity"), text("item"), Selector.step(text("step")));
    }
}
