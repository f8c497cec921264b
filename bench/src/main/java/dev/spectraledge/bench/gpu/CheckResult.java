package dev.spectraledge.bench.gpu;

import dev.spectraledge.trainer.RunException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One line of the file of results.
 *
 * @param step that it belongs to
 * @param name of the check or measurement within the step
 * @param text reason or remark, one line
 * @param values numbers and words by name, with their unit in the name
 */
record CheckResult(String step, String name, Outcome outcome, String text, Map<String, Object> values) {

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("step", step);
        json.put("name", name);
        json.put("outcome", outcome.name().toLowerCase(Locale.ROOT));
        json.put("text", text);
        json.put("values", values);
        return json;
    }

    @SuppressWarnings("unchecked") // the parser makes no other maps
    static CheckResult of(Map<String, Object> json) {
        try {
            return new CheckResult(
                    (String) json.get("step"),
                    (String) json.get("name"),
                    Outcome.valueOf(((String) json.get("outcome")).toUpperCase(Locale.ROOT)),
                    (String) json.get("text"),
                    (Map<String, Object>) json.get("values"));
        } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
            throw new RunException("no result of a check: " + json, e);
        }
    }

    /** A number among the values; not a number where there is none of this name. */
    double number(String value) {
        return values.get(value) instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
