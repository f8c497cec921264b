package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.key.DefaultValue;
import dev.spectraledge.trainer.key.LeftOutByDefault;
import dev.spectraledge.trainer.key.SameAs;
import dev.spectraledge.trainer.task.Task;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Builds nested records from layers of values, where the records themselves say which keys exist, of what type, and what
 * is allowed. A <em>tree</em> is a map from the keys of one record to values of the right type, to trees, or to lists of
 * trees; it may still lack keys. Every value is checked when its layer is laid on, so that the error can name the layer.
 */
final class RecordBinder {
    /** Each element has its defaults, however short its text: far more than anybody writes. */
    private static final int MOST_ELEMENTS = 100;

    /** The virtual machine parses the annotations of components anew whenever it is asked for components. */
    private static final ClassValue<RecordComponent[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            return type.getRecordComponents();
        }
    };

    private final Class<? extends Task> taskType;

    /** Binds configurations whose {@code task} group is of {@code taskType}. */
    RecordBinder(Class<? extends Task> taskType) {
        this.taskType = taskType;
    }

    /**
     * Lays {@code layer} over {@code base} and returns the result.
     *
     * @param path dotted keys that lead to this record; empty at the top
     * @param source where the layer comes from, for error messages
     */
    Map<String, Object> overlay(Class<?> type, Map<String, Object> base, Map<?, ?> layer, String path, String source) {
        Map<String, Object> result = new LinkedHashMap<>(base);
        for (Map.Entry<?, ?> entry : layer.entrySet()) {
            RecordComponent component = component(type, String.valueOf(entry.getKey()), path, source);
            String key = join(path, component.getName());
            Object before = base.get(component.getName());
            result.put(component.getName(), overlay(component, before, entry.getValue(), key, source));
        }
        return result;
    }

    private Object overlay(RecordComponent component, Object before, Object value, String key, String source) {
        Class<?> group = groupType(component.getType());
        if (group != null) {
            return overlay(group, asTree(before), asMapping(value, group, key, source), key, source);
        }
        Class<?> element = elementGroupType(component);
        if (element != null) {
            return overlayList(component, element, before, value, key, source);
        }
        return new ConfigValue(component, key, source).convert(value);
    }

    /** A list replaces the list; a mapping from names changes the elements with these names. */
    private List<Map<String, Object>> overlayList(
            RecordComponent component, Class<?> element, Object before, Object value, String key, String source) {
        Object given = value instanceof ConfigValue.Text typed ? Yaml.parse(typed.text(), source) : value;
        List<Map<String, Object>> elements = new ArrayList<>();
        if (given instanceof List<?> list) {
            if (list.size() > MOST_ELEMENTS) {
                throw new UsageException(source + ": " + key + " has " + list.size() + " elements; at most "
                        + MOST_ELEMENTS + " are possible");
            }
            for (Object each : list) {
                String elementKey = key + "[" + elements.size() + "]";
                Map<?, ?> mapping = asMapping(each, element, elementKey, source);
                elements.add(overlay(element, defaults(element), mapping, elementKey, source));
            }
            return elements;
        }
        if (!(given instanceof Map<?, ?> changes)) {
            throw new ConfigValue(component, key, source).refuse(given);
        }
        if (before instanceof List<?> list) {
            list.forEach(each -> elements.add(asTree(each)));
        }
        List<String> names =
                elements.stream().map(each -> String.valueOf(each.get("name"))).toList();
        for (Map.Entry<?, ?> change : changes.entrySet()) {
            String name = String.valueOf(change.getKey());
            int index = names.indexOf(name);
            if (index < 0) {
                throw new UsageException(source + ": " + key + " has no element named '" + Printable.value(name) + "'"
                        + NearestName.hint(name, names) + " (elements: " + Printable.value(String.join(", ", names))
                        + ")");
            }
            String elementKey = join(key, name);
            Map<?, ?> mapping = asMapping(change.getValue(), element, elementKey, source);
            elements.set(index, overlay(element, elements.get(index), mapping, elementKey, source));
        }
        return elements;
    }

    private Map<String, Object> defaults(Class<?> type) {
        Map<String, Object> defaults = new LinkedHashMap<>();
        for (RecordComponent component : COMPONENTS.get(type)) {
            if (component.isAnnotationPresent(DefaultValue.class)) {
                defaults.put(component.getName(), defaultOf(component, component.getName(), "default"));
            }
        }
        return defaults;
    }

    /** Gives the keys of the task that stand for others ({@link SameAs}) the values of those. */
    @SuppressWarnings("unchecked")
    void settle(Map<String, Object> tree) {
        if (!(tree.get("task") instanceof Map<?, ?> task)) {
            return;
        }
        for (RecordComponent component : COMPONENTS.get(taskType)) {
            SameAs other = component.getAnnotation(SameAs.class);
            if (other != null && task.get(component.getName()) == null) {
                Object value = asTree(tree.get(other.group())).get(other.key());
                ((Map<String, Object>) task).put(component.getName(), value);
            }
        }
    }

    /** Makes the record of a complete tree; the record's own constructor checks how its keys fit together. */
    <T> T construct(Class<T> type, Map<String, Object> tree, String path, String source) {
        RecordComponent[] components = COMPONENTS.get(type);
        Object[] values = new Object[components.length];
        for (int index = 0; index < components.length; index++) {
            RecordComponent component = components[index];
            String key = join(path, component.getName());
            boolean given = tree.containsKey(component.getName());
            Object value = given ? tree.get(component.getName()) : defaultOf(component, key, source);
            values[index] = constructValue(component, value, key, source);
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException failure) {
            if (failure.getCause() instanceof IllegalArgumentException misfit) {
                throw new UsageException(
                        source + ": " + (path.isEmpty() ? "" : path + ": ") + misfit.getMessage(), misfit);
            }
            throw new IllegalStateException("cannot construct " + type, failure);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("cannot construct " + type, failure);
        }
    }

    private static Object defaultOf(RecordComponent component, String key, String source) {
        DefaultValue value = component.getAnnotation(DefaultValue.class);
        if (value == null) {
            throw new UsageException(source + ": " + key + " is missing");
        }
        return new ConfigValue(component, key, "default").convert(new ConfigValue.Text(value.value()));
    }

    private Object constructValue(RecordComponent component, Object value, String key, String source) {
        Class<?> group = groupType(component.getType());
        if (group != null) {
            return construct(group, asTree(value), key, source);
        }
        Class<?> element = elementGroupType(component);
        if (element != null) {
            List<Object> elements = new ArrayList<>();
            for (Object each : (List<?>) value) {
                elements.add(construct(element, asTree(each), key + "[" + elements.size() + "]", source));
            }
            return elements;
        }
        return value;
    }

    /**
     * The values of a record as a document: maps, lists, numbers, flags, strings and null; without keys that are {@link
     * LeftOutByDefault}.
     */
    static Map<String, Object> toTree(Record values) {
        return toTree(values, false);
    }

    /** The same with every key. */
    static Map<String, Object> toWholeTree(Record values) {
        return toTree(values, true);
    }

    private static Map<String, Object> toTree(Record values, boolean whole) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (RecordComponent component : COMPONENTS.get(values.getClass())) {
            try {
                Object value = component.getAccessor().invoke(values);
                if (whole || !isLeftOut(component, value)) {
                    tree.put(component.getName(), toDocument(value, whole));
                }
            } catch (ReflectiveOperationException failure) {
                throw new IllegalStateException("cannot read " + component, failure);
            }
        }
        return tree;
    }

    /**
     * A document of {@link #toTree} without some of its keys; groups that are lists or whose type depends on the task stay whole.
     *
     * @param left which keys are left out
     */
    @SuppressWarnings("unchecked")
    static Map<String, Object> without(Class<?> type, Map<String, Object> tree, Predicate<RecordComponent> left) {
        Map<String, Object> result = new LinkedHashMap<>(tree);
        for (RecordComponent component : COMPONENTS.get(type)) {
            String key = component.getName();
            if (left.test(component)) {
                result.remove(key);
            } else if (result.get(key) instanceof Map<?, ?> group
                    && component.getType().isRecord()) {
                result.put(key, without(component.getType(), (Map<String, Object>) group, left));
            }
        }
        return result;
    }

    private static boolean isLeftOut(RecordComponent component, Object value) {
        return component.isAnnotationPresent(LeftOutByDefault.class)
                && Objects.equals(value, defaultOf(component, component.getName(), "default"));
    }

    private static Object toDocument(Object value, boolean whole) {
        if (value instanceof StepOrEvent step) {
            return step.toString();
        }
        if (value instanceof Record group) {
            return toTree(group, whole);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(each -> toDocument(each, whole)).toList();
        }
        if (value instanceof Enum<?> constant) {
            return ConfigValue.name(constant);
        }
        return value instanceof Path path ? path.toString() : value;
    }

    private RecordComponent component(Class<?> type, String name, String path, String source) {
        RecordComponent[] allowed = COMPONENTS.get(type);
        for (RecordComponent component : allowed) {
            if (component.getName().equals(name)) {
                return component;
            }
        }
        String hint = new KeyHint(taskType).in(path, allowed, name);
        String names = "; allowed " + (path.isEmpty() ? "at the top" : "in '" + path + "'") + ": "
                + Arrays.stream(allowed).map(RecordComponent::getName).collect(Collectors.joining(", "));
        throw new UsageException(
                source + ": unknown key '" + Printable.value(join(path, name)) + "'" + (hint.isEmpty() ? names : hint));
    }

    private Class<?> groupType(Class<?> type) {
        if (type == Task.class) {
            return taskType;
        }
        return type.isRecord() && type != StepOrEvent.class ? type : null;
    }

    private static Class<?> elementGroupType(RecordComponent component) {
        if (component.getType() != List.class) {
            return null;
        }
        Class<?> element = (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        return element.isRecord() ? element : null;
    }

    private static Map<?, ?> asMapping(Object value, Class<?> group, String key, String source) {
        Object given = value instanceof ConfigValue.Text typed ? Yaml.parse(typed.text(), source) : value;
        if (given instanceof Map<?, ?> mapping) {
            return mapping;
        }
        String keys = String.join(
                ", ",
                Arrays.stream(COMPONENTS.get(group))
                        .map(RecordComponent::getName)
                        .toList());
        throw new UsageException(
                source + ": " + key + " cannot be '" + Printable.value(given) + "'; it is a group of keys: " + keys);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asTree(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
