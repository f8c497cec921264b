package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a plan varies: its keys with their values, and the runs of each combination of them. */
final class SweptSpace {
    static final String SEED = "training.seed";

    private final List<String> keys;
    private final Map<String, List<Object>> values = new LinkedHashMap<>();
    private final List<String> axes;
    private final Map<List<Object>, List<PlannedRun>> combinations = new LinkedHashMap<>();

    SweptSpace(SweepPlan plan) {
        keys = plan.sweptKeys();
        for (String key : keys) {
            Set<Object> different = new LinkedHashSet<>();
            plan.runs().forEach(run -> different.add(run.swept().get(key)));
            values.put(key, new ArrayList<>(different));
        }
        axes = keys.stream()
                .filter(key -> !key.equals(SEED) && values(key).size() > 1)
                .toList();
        for (PlannedRun run : plan.runs()) {
            List<Object> point = new ArrayList<>();
            axes.forEach(key -> point.add(run.swept().get(key)));
            combinations.computeIfAbsent(point, any -> new ArrayList<>()).add(run);
        }
    }

    /** All keys, in the order of the sweep's file. */
    List<String> keys() {
        return keys;
    }

    /** The keys of which there are several values, without the seed. */
    List<String> axes() {
        return axes;
    }

    /** What a key takes, in the order of the plan; empty if it is not swept. */
    List<Object> values(String key) {
        return values.getOrDefault(key, List.of());
    }

    /** Runs that differ in the seed alone, by their values of the {@link #axes}. */
    Map<List<Object>, List<PlannedRun>> combinations() {
        return combinations;
    }

    /** The last part of a key, or all of it where two keys would look the same. */
    String shortName(String key) {
        String last = lastPart(key);
        return keys.stream().filter(other -> lastPart(other).equals(last)).count() == 1 ? last : key;
    }

    private static String lastPart(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
