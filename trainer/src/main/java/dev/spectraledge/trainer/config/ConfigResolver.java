package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Puts a configuration together from its layers, later ones winning: the task's defaults (or an earlier run's
 * configuration), a preset, what initial weights say of their model, YAML files, {@code key=value} overrides, and command-line flags. Every fault is a
 * {@link UsageException} of one line that names the layer, the key, the value and what is allowed.
 *
 * <pre>{@code
 * RunConfig config = new ConfigResolver()
 *         .preset("paper")
 *         .file(Path.of("mine.yaml"))
 *         .override("training.weightDecay=0")
 *         .flags(Map.of("training.seed", "137"))
 *         .resolve();
 * }</pre>
 */
public final class ConfigResolver {
    private static final String DEFAULT_TASK = "dyck";
    private static final String TRAINING = "training";
    private static final String INITIAL_WEIGHTS = "initialWeights";
    /** File of a task's own defaults. */
    private static final String DEFAULT = "default";
    /** What defaults are called in messages. */
    private static final String DEFAULTS = "defaults";
    /** What comes with the program, which a sweep needs for each of its runs. */
    private static final Map<String, Map<?, ?>> RESOURCES = new ConcurrentHashMap<>();

    private final Map<String, Object> earlier;
    private String preset;
    private final List<Layer> files = new ArrayList<>();
    private final List<Layer> overrides = new ArrayList<>();
    private final List<Layer> flags = new ArrayList<>();
    private Function<Path, Map<String, Object>> decided = weights -> Map.of();

    private record Layer(String source, Map<?, ?> values) {}

    /** Starts from the defaults of the task that the layers name in {@code task.name}, else of Dyck-1. */
    public ConfigResolver() {
        this.earlier = null;
    }

    /** Starts from the configuration of an earlier run, to change some of it. */
    public ConfigResolver(RunConfig earlier) {
        this.earlier = RecordBinder.toTree(earlier);
    }

    /** Uses a preset of the task. */
    public ConfigResolver preset(String name) {
        this.preset = name;
        return this;
    }

    /** Reads a YAML file; throws a {@link dev.spectraledge.trainer.RunException} if it cannot be read. */
    public ConfigResolver file(Path file) {
        files.add(new Layer(file.toString(), Yaml.readMapping(file)));
        return this;
    }

    /** Takes one {@code dotted.key=value}; the value is read as YAML where the key is not a text. */
    public ConfigResolver override(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new UsageException("override '" + Printable.value(assignment) + "' is not of the form key=value");
        }
        overrides.add(layer(
                "override '" + Printable.value(assignment) + "'",
                assignment.substring(0, equals),
                assignment.substring(equals + 1)));
        return this;
    }

    /**
     * Takes one dotted key with a value as {@link Yaml} reads them.
     *
     * @param source where it comes from, for error messages
     */
    public ConfigResolver value(String source, String key, Object value) {
        overrides.add(new Layer(source, nested(key, value)));
        return this;
    }

    /** Takes values that dedicated flags gave, by dotted key. */
    public ConfigResolver flags(Map<String, String> values) {
        values.forEach((key, value) -> flags.add(layer("command line", key, value)));
        return this;
    }

    /**
     * Looks into what {@code training.initialWeights} names: what weights decide is not left to defaults and presets, and
     * cannot be chosen otherwise.
     *
     * @param said dotted keys with the values that weights decide; none of weights that say nothing of their model
     */
    public ConfigResolver weights(Function<Path, Map<String, Object>> said) {
        decided = said;
        return this;
    }

    /** {@code a.b=c} as {a: {b: c}}. */
    private static Layer layer(String source, String key, String value) {
        return new Layer(source, nested(key.strip(), new ConfigValue.Text(value.strip())));
    }

    private static Map<?, ?> nested(String key, Object value) {
        String[] names = key.split("\\.", -1);
        Map<?, ?> nested = Collections.singletonMap(names[names.length - 1], value);
        for (int index = names.length - 2; index >= 0; index--) {
            nested = Map.of(names[index], nested);
        }
        return nested;
    }

    /** The resolved configuration. */
    public RunConfig resolve() {
        Tasks kind = taskKind();
        RunConfig config = resolve(kind, presetLayers(kind, false));
        boolean isControl = config.training().weightDecay() == 0;
        return preset != null && isControl ? resolve(kind, presetLayers(kind, true)) : config;
    }

    private RunConfig resolve(Tasks kind, List<Layer> presetLayers) {
        List<Layer> layers = new ArrayList<>();
        if (earlier == null) {
            layers.add(base());
            layers.add(resource(kind, DEFAULT));
        } else {
            layers.add(new Layer("configuration of the earlier run", earlier));
        }
        layers.addAll(presetLayers);
        List<Layer> given = given();
        Path weights = initialWeights(kind, Stream.concat(layers.stream(), given.stream()));
        Map<String, Object> said = weights == null ? Map.of() : decided.apply(weights);
        layers.addAll(saidBy(weights, said, kind));
        layers.addAll(given);
        RunConfig config = bind(kind, layers);
        requireSaid(weights, said, config);
        return config;
    }

    private List<Layer> given() {
        return Stream.of(files, overrides, flags).flatMap(List::stream).toList();
    }

    /** Null if they are drawn. */
    private static Path initialWeights(Tasks kind, Stream<Layer> layers) {
        RecordBinder binder = new RecordBinder(kind.type());
        Map<String, Object> training = new LinkedHashMap<>();
        layers.forEach(layer -> {
            if (layer.values().get(TRAINING) instanceof Map<?, ?> group && group.containsKey(INITIAL_WEIGHTS)) {
                training.putAll(binder.overlay(
                        TrainingConfig.class,
                        Map.of(),
                        Collections.singletonMap(INITIAL_WEIGHTS, group.get(INITIAL_WEIGHTS)),
                        TRAINING,
                        layer.source()));
            }
        });
        return (Path) training.get(INITIAL_WEIGHTS);
    }

    private static List<Layer> saidBy(Path weights, Map<String, Object> said, Tasks kind) {
        RecordBinder binder = new RecordBinder(kind.type());
        List<Layer> layers = new ArrayList<>();
        said.forEach((key, value) -> {
            Layer layer = new Layer(weights.toString(), nested(key, value));
            try {
                binder.overlay(RunConfig.class, Map.of(), layer.values(), "", layer.source());
            } catch (UsageException otherTask) {
                throw new UsageException(
                        "task " + kind.key() + " cannot begin with the weights of " + weights + ": it has no " + key
                                + " that could be " + Printable.value(value),
                        otherTask);
            }
            layers.add(layer);
        });
        return layers;
    }

    /** Fails where somebody wants another model than that of the weights. */
    private static void requireSaid(Path weights, Map<String, Object> said, RunConfig config) {
        Map<String, Object> tree = RecordBinder.toWholeTree(config);
        said.forEach((key, value) -> {
            Object chosen = tree;
            for (String name : key.split("\\.", -1)) {
                chosen = ((Map<?, ?>) chosen).get(name);
            }
            if (!chosen.equals(value)) {
                throw new UsageException(key + "=" + Printable.value(chosen) + ": the weights of " + weights + " have "
                        + key + "=" + Printable.value(value) + "; leave it out");
            }
        });
    }

    private static RunConfig bind(Tasks kind, List<Layer> layers) {
        RecordBinder binder = new RecordBinder(kind.type());
        Map<String, Object> tree = new LinkedHashMap<>();
        for (Layer layer : layers) {
            tree = binder.overlay(RunConfig.class, tree, layer.values(), "", layer.source());
        }
        binder.settle(tree);
        return binder.construct(RunConfig.class, tree, "", layers.getLast().source());
    }

    private List<Layer> presetLayers(Tasks kind, boolean control) {
        if (preset == null) {
            return List.of();
        }
        if (!kind.presets().contains(preset)) {
            throw new UsageException("unknown preset '" + Printable.value(preset) + "' of task " + kind.key()
                    + NearestName.hint(preset, kind.presets())
                    + (kind.presets().isEmpty()
                            ? ", which has none"
                            : " (presets: " + String.join(", ", kind.presets()) + ")"));
        }
        Layer published = resource(kind, preset);
        return control ? List.of(published, resource(kind, preset + "-control")) : List.of(published);
    }

    private static Layer base() {
        return new Layer(
                DEFAULTS,
                RESOURCES.computeIfAbsent("base", key -> Yaml.readResource(ConfigResolver.class, key + ".yaml")));
    }

    private static Layer resource(Tasks kind, String name) {
        return new Layer(
                name.equals(DEFAULT) ? DEFAULTS : "preset " + name,
                RESOURCES.computeIfAbsent(
                        kind.key() + "/" + name, key -> Yaml.readResource(kind.type(), name + ".yaml")));
    }

    private Tasks taskKind() {
        List<Layer> layers = new ArrayList<>(given());
        if (earlier != null) {
            layers.addFirst(new Layer("configuration of the earlier run", earlier));
        }
        Tasks kind = Tasks.of(DEFAULTS, DEFAULT_TASK);
        for (Layer layer : layers) {
            Object name = taskName(layer);
            if (name != null) {
                kind = Tasks.of(layer.source(), name);
            }
        }
        return kind;
    }

    private static Object taskName(Layer layer) {
        Object name = layer.values().get("task") instanceof Map<?, ?> task ? task.get("name") : null;
        return name instanceof ConfigValue.Text typed ? typed.text() : name;
    }

    /** The configuration of a complete document. */
    static RunConfig fromTree(Map<String, Object> document, String source) {
        Layer layer = new Layer(source, document);
        Object name = taskName(layer);
        if (name == null) {
            throw new UsageException(source + ": task.name is missing");
        }
        return bind(Tasks.of(source, name), List.of(layer));
    }
}
