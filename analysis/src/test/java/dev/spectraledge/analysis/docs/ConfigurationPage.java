package dev.spectraledge.analysis.docs;

import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.StepOrEvent;
import dev.spectraledge.trainer.config.Tasks;
import dev.spectraledge.trainer.key.AlsoCalled;
import dev.spectraledge.trainer.key.DefaultValue;
import dev.spectraledge.trainer.key.MayBeNull;
import dev.spectraledge.trainer.key.PerRun;
import dev.spectraledge.trainer.key.Range;
import dev.spectraledge.trainer.task.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every key of a run's configuration, from the records that hold them. */
final class ConfigurationPage {
    private static final Path RESOURCES =
            MarkdownPage.ROOT.resolve("trainer/src/main/resources/dev/spectraledge/trainer/task");

    /** By task: what a run is made of if nobody says otherwise. */
    private final Map<String, RunConfig> defaults = new LinkedHashMap<>();

    private final StringBuilder page = new StringBuilder();

    private ConfigurationPage() {
        for (String task : Tasks.names()) {
            defaults.put(
                    task, new ConfigResolver().override("task.name=" + task).resolve());
        }
    }

    static String text() {
        return new ConfigurationPage().make();
    }

    private String make() {
        page.append("""
            # Configuration

            <!-- Made by ReferencePagesTest from the records of the configuration. -->

            Every key of a run. A key is given as `key=value` on the command line (`training.beta2=0.99`), in a YAML file (`--config`),
            in a sweep's file, or by the option that [a command's help](commands.md) names. Later ones win: defaults of the task,
            `--preset`, files, `key=value`, options. `sedge run TASK --print-config` prints every key with its value.

            *Default* is that of all tasks, or of each one by name. *Side by side* is marked where runs of one group (`--seeds`,
            `--axis`) may differ. *Elsewhere* lists what other programs call a key; who types such a name is told ours.

            """);
        Map<String, Object> samples = new LinkedHashMap<>();
        defaults.forEach(samples::put);
        group("", RunConfig.class, samples, 2);
        for (String task : Tasks.names()) {
            Task keys = defaults.get(task).task();
            heading(2, "`task` of " + task, keys.getClass());
            table("task.", keys.getClass(), Map.of(task, keys));
        }
        observers();
        presets();
        return page.toString();
    }

    /** The keys of a record, and then its groups, each with a heading of its own. */
    private void group(String prefix, Class<?> type, Map<String, Object> samples, int level) {
        if (prefix.isEmpty()) {
            heading(level, "Keys of the whole run", type);
        } else {
            heading(level, "`" + prefix.substring(0, prefix.length() - 1) + "`", type);
        }
        table(prefix, type, samples);
        for (RecordComponent component : type.getRecordComponents()) {
            if (isGroup(component)) {
                Map<String, Object> inner = new LinkedHashMap<>();
                samples.forEach((task, sample) -> inner.put(task, value(component, sample)));
                group(prefix + component.getName() + ".", component.getType(), inner, 2);
            }
        }
    }

    private void heading(int level, String title, Class<?> type) {
        page.append("#".repeat(level)).append(' ').append(title).append("\n\n");
        page.append(RecordJavadoc.of(type).text()).append("\n\n");
    }

    private void table(String prefix, Class<?> type, Map<String, ?> samples) {
        RecordJavadoc javadoc = RecordJavadoc.of(type);
        MarkdownTable table = new MarkdownTable("key", "values", "default", "meaning", "side by side", "elsewhere");
        for (RecordComponent component : type.getRecordComponents()) {
            if (isLeaf(component)) {
                String meaning =
                        prefix.startsWith("task.") && component.getName().equals("name")
                                ? "the task"
                                : javadoc.of(component.getName());
                if (meaning.isEmpty()) {
                    throw new IllegalStateException(
                            type.getName() + " does not say what " + component.getName() + " means: it needs a @param");
                }
                table.add(
                        "`" + prefix + component.getName() + "`",
                        values(component),
                        samples.isEmpty() ? ofElement(component) : common(component, samples),
                        meaning,
                        component.isAnnotationPresent(PerRun.class) ? "yes" : "",
                        elsewhere(component));
            }
        }
        page.append(table).append('\n');
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getType().isEnum()) {
                explain(prefix + component.getName(), component.getType());
            }
        }
    }

    /** What each value of a key means that has few. */
    private void explain(String key, Class<?> values) {
        page.append("Values of `").append(key).append("`:\n\n");
        RecordJavadoc javadoc = RecordJavadoc.of(values);
        for (Object constant : values.getEnumConstants()) {
            page.append("- ")
                    .append(literal(constant))
                    .append(": ")
                    .append(javadoc.of(((Enum<?>) constant).name()))
                    .append('\n');
        }
        page.append('\n');
    }

    private void observers() {
        heading(2, "`observers`", ObserverConfig.class);
        page.append("""
            A list: `'observers=[{name: steps, stride: 1}, {name: raw, of: gradients}]'` replaces it, and
            `observers.paper.stride=50` changes the element of that name. Defaults are those of an element that leaves a key out;
            the observers that a task has if nobody says otherwise are printed by `--print-config`.

            """);
        table("", ObserverConfig.class, Map.of());
    }

    private void presets() {
        page.append("## Defaults and presets of each task\n\n");
        page.append("`default` holds what a task has otherwise than ").append("""
            [base.yaml](../../trainer/src/main/resources/dev/spectraledge/trainer/config/base.yaml); the others are values of
            `--preset`. A preset whose name ends with `-control` is laid over the one before it where the weight decay is 0.

            """);
        for (String task : Tasks.names()) {
            page.append("### ").append(task).append("\n\n");
            for (Path file : yaml(task)) {
                String name = file.getFileName().toString().replace(".yaml", "");
                page.append('`').append(name).append("`:\n\n```yaml\n");
                page.append(read(file).strip()).append("\n```\n\n");
            }
        }
        page.setLength(page.length() - 1);
    }

    private static List<Path> yaml(String task) {
        try (Stream<Path> files = Files.list(RESOURCES.resolve(task))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean isGroup(RecordComponent component) {
        return component.getType().isRecord() && component.getType() != StepOrEvent.class;
    }

    private static boolean isLeaf(RecordComponent component) {
        return !isGroup(component) && component.getType() != Task.class && !isListOfRecords(component);
    }

    private static boolean isListOfRecords(RecordComponent component) {
        return component.getType() == List.class && elementType(component).isRecord();
    }

    private static Class<?> elementType(RecordComponent component) {
        return (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
    }

    private static Object value(RecordComponent component, Object record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("cannot read " + component, failure);
        }
    }

    private static String common(RecordComponent component, Map<String, ?> samples) {
        Map<String, String> values = new LinkedHashMap<>();
        samples.forEach((task, sample) -> values.put(task, literal(value(component, sample))));
        if (values.values().stream().distinct().count() == 1) {
            return values.values().iterator().next();
        }
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("; "));
    }

    private static String ofElement(RecordComponent component) {
        DefaultValue value = component.getAnnotation(DefaultValue.class);
        return value == null ? "required" : "`" + value.value() + "`";
    }

    private static String literal(Object value) {
        return "`"
                + switch (value) {
                    case null -> "null";
                    case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
                    case Double number ->
                        number == Math.rint(number) && Math.abs(number) < 1e6
                                ? Long.toString(number.longValue())
                                : number.toString();
                    default -> value.toString();
                }
                + "`";
    }

    private static String values(RecordComponent component) {
        List<String> parts = new ArrayList<>();
        Class<?> type = component.getType();
        boolean list = type == List.class;
        parts.add((list ? "list of: " : "") + kind(list ? elementType(component) : type));
        Range range = component.getAnnotation(Range.class);
        if (range != null) {
            parts.add(interval(range));
        }
        if (component.isAnnotationPresent(MayBeNull.class)) {
            parts.add("or `null`");
        }
        return String.join(" ", parts);
    }

    private static String kind(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(ConfigurationPage::literal)
                    .collect(Collectors.joining(", "));
        }
        return switch (type.getSimpleName()) {
            case "int", "long", "Integer", "Long" -> "whole number";
            case "double", "Double" -> "number";
            case "boolean" -> "`true`, `false`";
            case "String" -> "text";
            case "Path" -> "path";
            case "StepOrEvent" -> "step, event or event+steps";
            default -> throw new IllegalStateException("what values has a key of type " + type + "?");
        };
    }

    private static String interval(Range range) {
        String low =
                range.min() == Double.NEGATIVE_INFINITY ? "" : (range.aboveMin() ? "> " : "≥ ") + number(range.min());
        String high =
                range.max() == Double.POSITIVE_INFINITY ? "" : (range.belowMax() ? "< " : "≤ ") + number(range.max());
        return low.isEmpty() || high.isEmpty() ? low + high : low + ", " + high;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%,d", (long) value) : Double.toString(value);
    }

    private static String elsewhere(RecordComponent component) {
        AlsoCalled names = component.getAnnotation(AlsoCalled.class);
        return names == null
                ? ""
                : Arrays.stream(names.value()).map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    }
}
