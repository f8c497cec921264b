package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.KeyHint;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.Yaml;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The runs that a sweep's YAML file describes. Beside {@code sweep}, the file holds {@code preset} and the keys of a run's
 * configuration, which all runs have in common; keys may be dotted, and {@code task: dyck} is short for {@code task.name:
 * dyck}. Under {@code sweep}:
 *
 * <ul>
 *   <li>{@code grid}: lists of values, each combined with each;
 *   <li>{@code zip}: lists of values of equal length that change together;
 *   <li>{@code list}: groups of keys, one after another;
 *   <li>{@code seeds}: values of {@code training.seed}: a list, a number of them, or a range such as {@code 42..105}.
 * </ul>
 *
 * Each of these is combined with each other; seeds change fastest. Runs of a sweep have one worker thread unless
 * the file says otherwise, because the last bits of a result depend on their number.
 */
final class SweepFile {
    private static final int MOST_RUNS = 10_000;
    private static final String SWEEP = "sweep";
    private static final String PRESET = "preset";
    private static final String TASK = "task";
    private static final String THREADS = "threads";
    private static final String SEED = "training.seed";

    private final String source;
    private final Map<String, Object> common = new LinkedHashMap<>();
    /** The values of one axis change together. */
    private final List<List<Map<String, Object>>> axes = new ArrayList<>();

    private final Set<String> sweptKeys = new LinkedHashSet<>();

    private SweepFile(String source) {
        this.source = source;
    }

    /**
     * Resolves the configuration of each run.
     *
     * @throws UsageException with one line if the file cannot be understood, or describes a run twice
     * @throws dev.spectraledge.trainer.RunException with one line if it cannot be read
     */
    static List<PlannedRun> runs(Path file) {
        SweepFile sweep = new SweepFile(file.toString());
        Map<?, ?> document = Yaml.readMapping(file);
        sweep.readCommon(document);
        sweep.readSwept(document.get(SWEEP));
        return sweep.resolve();
    }

    private void readCommon(Map<?, ?> document) {
        document.forEach((name, value) -> {
            String key = String.valueOf(name);
            requireKnown(key, "the top");
            if (!key.equals(SWEEP)) {
                common.put(key.equals(TASK) && value instanceof String ? "task.name" : key, value);
            }
        });
    }

    /** The rest of a dotted key is checked when the configuration is put together. */
    private void requireKnown(String key, String where) {
        List<String> allowed = new ArrayList<>(Arrays.stream(RunConfig.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList());
        if (where.equals("the top")) {
            allowed.add(SWEEP);
        }
        allowed.add(PRESET);
        String first = key.replaceFirst("\\..*", "");
        if (!allowed.contains(first)) {
            String near = NearestName.hint(first, allowed);
            String hint = near.isEmpty() ? KeyHint.anywhere(key.replaceFirst(".*\\.", "")) : near;
            throw fault("unknown key '" + Printable.value(key) + "'"
                    + (hint.isEmpty() ? " (keys at " + where + ": " + String.join(", ", allowed) + ")" : hint));
        }
        if (first.equals("out")) {
            throw fault("leave out 'out': the runs of a sweep lie in its own directory");
        }
    }

    private void readSwept(Object value) {
        if (!(value instanceof Map<?, ?> parts) || parts.isEmpty()) {
            throw fault("sweep should hold at least one of grid, zip, list and seeds");
        }
        List<String> allowed = List.of("grid", "zip", "list", "seeds");
        for (Object part : parts.keySet()) {
            if (!allowed.contains(String.valueOf(part))) {
                throw fault("unknown key 'sweep." + Printable.value(part) + "'"
                        + NearestName.hint(String.valueOf(part), allowed) + " (allowed in 'sweep': "
                        + String.join(", ", allowed) + ")");
            }
        }
        parts.forEach((part, content) -> {
            switch (String.valueOf(part)) {
                case "grid" -> readGrid(content);
                case "zip" -> readZip(content);
                case "list" -> readList(content);
                default -> {}
            }
        });
        if (parts.containsKey("seeds")) {
            sweep(SEED);
            axes.add(seeds(parts.get("seeds")));
        }
    }

    private void readGrid(Object content) {
        lists("sweep.grid", content).forEach((key, values) -> {
            sweep(key);
            axes.add(values.stream().map(value -> single(key, value)).toList());
        });
    }

    private void readZip(Object content) {
        Map<String, List<?>> lists = lists("sweep.zip", content);
        String first = lists.keySet().iterator().next();
        int length = lists.get(first).size();
        List<Map<String, Object>> points = new ArrayList<>();
        for (int index = 0; index < length; index++) {
            points.add(new LinkedHashMap<>());
        }
        lists.forEach((key, values) -> {
            if (values.size() != length) {
                throw fault("the lists of sweep.zip must be of equal length, but " + first + " has " + length
                        + " values and " + key + " has " + values.size());
            }
            sweep(key);
            for (int index = 0; index < length; index++) {
                points.get(index).put(key, values.get(index));
            }
        });
        axes.add(points);
    }

    private void readList(Object content) {
        if (!(content instanceof List<?> entries) || entries.isEmpty()) {
            throw fault(
                    "sweep.list cannot be '" + Printable.value(content) + "'; it is a list of groups of keys, such as"
                            + " [{training.weightDecay: 1}, {training.weightDecay: 0, training.steps: 5000}]");
        }
        List<Map<String, Object>> points = new ArrayList<>();
        Set<String> keys = new LinkedHashSet<>();
        for (Object entry : entries) {
            if (!(entry instanceof Map<?, ?> group)) {
                throw fault("sweep.list[" + points.size() + "] cannot be '" + Printable.value(entry)
                        + "'; it is a group of keys");
            }
            Map<String, Object> point = new LinkedHashMap<>();
            group.forEach((key, value) -> point.put(String.valueOf(key), value));
            points.add(point);
            keys.addAll(point.keySet());
        }
        keys.forEach(this::sweep);
        axes.add(points);
    }

    private Map<String, List<?>> lists(String where, Object content) {
        if (!(content instanceof Map<?, ?> group) || group.isEmpty()) {
            throw fault(where + " cannot be '" + Printable.value(content)
                    + "'; it is a group of keys, each with a list of values");
        }
        Map<String, List<?>> lists = new LinkedHashMap<>();
        group.forEach((key, value) -> {
            if (!(value instanceof List<?> values) || values.isEmpty()) {
                throw fault(where + ": " + Printable.value(key) + " cannot be '" + Printable.value(value)
                        + "'; it is a list of values (a key inside of a"
                        + " group is written like training.weightDecay)");
            }
            lists.put(String.valueOf(key), values);
        });
        return lists;
    }

    private List<Map<String, Object>> seeds(Object content) {
        List<?> seeds;
        if (content instanceof List<?> given && !given.isEmpty()) {
            seeds = given;
        } else if (content instanceof Integer count && count >= 1 && count <= MOST_RUNS) {
            long first = config(combined().getFirst()).training().seed();
            seeds = range(first, first + count - 1);
        } else if (content instanceof String text && text.matches("\\d{1,18}\\.\\.\\d{1,18}")) {
            String[] ends = text.split("\\.\\.", 2);
            seeds = range(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
        } else {
            throw fault("sweep.seeds cannot be '" + Printable.value(content)
                    + "'; it is a list, a number of seeds up to " + MOST_RUNS + ", or a range such as 42..105");
        }
        return seeds.stream().map(seed -> single(SEED, seed)).toList();
    }

    private List<Long> range(long first, long last) {
        if (last < first || last - first >= MOST_RUNS) {
            throw fault("sweep.seeds cannot be '" + first + ".." + last + "'; the last is at least the first, and there"
                    + " are at most " + MOST_RUNS);
        }
        List<Long> seeds = new ArrayList<>();
        for (long seed = first; seed <= last; seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    private void sweep(String key) {
        requireKnown(key, "the top of a run's configuration");
        if (!sweptKeys.add(key)) {
            throw fault("sweep varies " + key + " in two places");
        }
    }

    private static Map<String, Object> single(String key, Object value) {
        Map<String, Object> point = new LinkedHashMap<>();
        point.put(key, value);
        return point;
    }

    /** Every combination of the axes' points, the last axis changing fastest. */
    private List<Map<String, Object>> combined() {
        List<Map<String, Object>> points = List.of(Map.of());
        for (List<Map<String, Object>> axis : axes) {
            if ((long) points.size() * axis.size() > MOST_RUNS) {
                throw fault("a sweep holds at most " + MOST_RUNS + " runs; this one has more");
            }
            List<Map<String, Object>> extended = new ArrayList<>();
            for (Map<String, Object> point : points) {
                for (Map<String, Object> more : axis) {
                    Map<String, Object> both = new LinkedHashMap<>(point);
                    both.putAll(more);
                    extended.add(both);
                }
            }
            points = extended;
        }
        return points;
    }

    private List<PlannedRun> resolve() {
        Map<String, PlannedRun> runs = new LinkedHashMap<>();
        for (Map<String, Object> point : combined()) {
            Map<String, Object> swept = new LinkedHashMap<>();
            sweptKeys.forEach(key -> swept.put(key, point.containsKey(key) ? point.get(key) : common.get(key)));
            PlannedRun run = PlannedRun.of(config(point), swept);
            if (runs.put(run.id(), run) != null) {
                throw fault("two runs are the same: " + run.description());
            }
        }
        return List.copyOf(runs.values());
    }

    private RunConfig config(Map<String, Object> point) {
        ConfigResolver resolver = new ConfigResolver();
        resolver.value("defaults of a sweep", THREADS, 1);
        Map<String, Object> values = new LinkedHashMap<>(common);
        values.putAll(point);
        values.forEach((key, value) -> {
            if (key.equals(PRESET)) {
                resolver.preset(value == null ? null : value.toString());
            } else {
                resolver.value(source, key, value);
            }
        });
        RunConfig config = resolver.resolve();
        if (config.threads() == 0) {
            throw fault("threads cannot be 0 in a sweep, because results would depend on the machine; it is the number"
                    + " of threads of each run");
        }
        return config;
    }

    private UsageException fault(String what) {
        return new UsageException(source + ": " + what);
    }
}
