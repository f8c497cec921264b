package dev.spectraledge.analysis.report.compare;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** In which settings runs differ, and which they have in common. A setting that only some of them have is a difference. */
final class Differences {
    /** What a run says of a setting that it does not have. */
    static final String NOTHING = "–";

    private final List<ComparedRun> runs;
    private final Map<String, List<String>> different = new LinkedHashMap<>();
    private final Map<String, String> common = new LinkedHashMap<>();

    Differences(List<ComparedRun> runs) {
        this.runs = runs;
        Set<String> names = new LinkedHashSet<>();
        runs.forEach(run -> names.addAll(run.settings().keySet()));
        for (String name : names) {
            List<String> values = runs.stream()
                    .map(run -> run.settings().getOrDefault(name, NOTHING))
                    .toList();
            if (values.stream().distinct().count() == 1) {
                common.put(name, values.getFirst());
            } else {
                different.put(name, values);
            }
        }
    }

    /** A value for each run, by the name of the setting. */
    Map<String, List<String>> different() {
        return different;
    }

    /** The value of all runs, by the name of the setting. */
    Map<String, String> common() {
        return common;
    }

    /** Those of one run. */
    Map<String, String> of(ComparedRun run) {
        int index = runs.indexOf(run);
        return different.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue().get(index),
                        (one, other) -> one,
                        LinkedHashMap::new));
    }
}
