package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.JsonObject;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The values of many objects with the same names: which are equal in all of them, and how the others differ. */
final class SharedValues {
    /** Different values of a name that are kept. */
    private static final int MOST_VALUES = 100;

    private static final class Values {
        private final Set<String> different = new LinkedHashSet<>();
        private int objects;
    }

    private final Map<String, Values> values = new LinkedHashMap<>();
    private int objects;

    void add(JsonObject object) {
        objects++;
        object.leaves().forEach((name, value) -> {
            Values known = values.computeIfAbsent(name, any -> new Values());
            known.objects++;
            if (known.different.size() < MOST_VALUES) {
                known.different.add(value);
            }
        });
    }

    /** Names that all objects have, with one value. */
    Map<String, String> common() {
        Map<String, String> common = new LinkedHashMap<>();
        values.forEach((name, known) -> {
            if (known.objects == objects && known.different.size() == 1) {
                common.put(name, known.different.iterator().next());
            }
        });
        return common;
    }

    /** Names that have several values, with the first of them. */
    Map<String, Set<String>> different() {
        Map<String, Set<String>> different = new LinkedHashMap<>();
        values.forEach((name, known) -> {
            if (known.different.size() > 1) {
                different.put(name, known.different);
            }
        });
        return different;
    }
}
