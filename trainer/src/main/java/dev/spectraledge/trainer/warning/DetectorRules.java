package dev.spectraledge.trainer.warning;

import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Preregistration;
import dev.spectraledge.trainer.io.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All detectors: what {@code detectors.json} holds, which was written before any sweep that judges them was run. */
public final class DetectorRules {
    /** Value of a configuration's {@code warnings} for those that are live, in runs that ask when they grok. */
    public static final String AUTO = "auto";
    /** Value of a configuration's {@code warnings} for none. */
    public static final String NONE = "none";

    private static final Preregistration FILE = Preregistration.read(DetectorRules.class, "detectors");
    private static final List<DetectorRule> ALL = read();

    private DetectorRules() {}

    /** In the order of the file. */
    public static List<DetectorRule> all() {
        return ALL;
    }

    /** The file itself. */
    public static Preregistration file() {
        return FILE;
    }

    /**
     * The detectors of a run.
     *
     * @param warnings {@value #AUTO}, {@value #NONE}, or names with commas between them
     * @param asksForGrokking whether the run asks when it groks
     * @throws IllegalArgumentException with one line if a name is unknown
     */
    public static List<DetectorRule> of(String warnings, boolean asksForGrokking) {
        if (warnings.equals(AUTO)) {
            return ALL.stream().filter(rule -> rule.live() && asksForGrokking).toList();
        }
        if (warnings.equals(NONE)) {
            return List.of();
        }
        List<DetectorRule> chosen = new ArrayList<>();
        for (String name : warnings.split(",", -1)) {
            DetectorRule rule = named(name.strip());
            if (!chosen.contains(rule)) {
                chosen.add(rule);
            }
        }
        return chosen;
    }

    /**
     * A detector by its name.
     *
     * @throws IllegalArgumentException with one line if there is none
     */
    public static DetectorRule named(String name) {
        return ALL.stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no detector is called '" + Printable.value(name) + "'"
                        + NearestName.hint(name, names()) + "; there are " + String.join(", ", names())));
    }

    private static List<String> names() {
        return ALL.stream().map(DetectorRule::name).toList();
    }

    private static List<DetectorRule> read() {
        List<?> entries =
                (List<?>) Json.parseObject(FILE.text(), "detectors.json").get("detectors");
        return entries.stream().map(entry -> rule((Map<?, ?>) entry)).toList();
    }

    private static DetectorRule rule(Map<?, ?> fields) {
        @SuppressWarnings("unchecked")
        Map<String, Object> numbers = (Map<String, Object>) fields.get("rule");
        return new DetectorRule(
                text(fields, "name"),
                text(fields, "kind"),
                DetectorTable.of(text(fields, "table")),
                text(fields, "column"),
                Resolved.of(fields.get("resolved")),
                numbers,
                (boolean) fields.get("live"),
                text(fields, "about"));
    }

    private static String text(Map<?, ?> fields, String name) {
        return fields.get(name).toString();
    }
}
