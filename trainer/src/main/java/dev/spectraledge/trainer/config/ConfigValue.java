package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.key.MayBeNull;
import dev.spectraledge.trainer.key.Range;
import dev.spectraledge.trainer.key.SameAs;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns one value of a configuration file, or the text of one override, into the type of its key, or says what is wrong. */
final class ConfigValue {
    private static final Set<Class<?>> WHOLE = Set.of(int.class, Integer.class, long.class, Long.class);
    private static final Set<Class<?>> REAL = Set.of(double.class, Double.class);

    private final RecordComponent component;
    private final String key;
    private final String source;

    /** The raw text of a value that was typed on the command line; how it is read depends on the key's type. */
    record Text(String text) {}

    ConfigValue(RecordComponent component, String key, String source) {
        this.component = component;
        this.key = key;
        this.source = source;
    }

    /** The value as the component's type; enumerations, paths, lists of numbers, numbers, flags and strings. */
    Object convert(Object given) {
        Class<?> type = component.getType();
        boolean textual = type == String.class || type == Path.class || type == StepOrEvent.class || type.isEnum();
        Object value = given;
        if (given instanceof Text typed) {
            value = textual && !typed.text.equals("null") ? typed.text : Yaml.parse(typed.text, source);
        }
        if (value == null) {
            if (component.isAnnotationPresent(MayBeNull.class) || component.isAnnotationPresent(SameAs.class)) {
                return null;
            }
            throw refuse("null");
        }
        if (type == List.class) {
            return wholeNumbers(value);
        }
        return single(type, value);
    }

    private Object single(Class<?> type, Object value) {
        if (WHOLE.contains(type)) {
            long number = whole(value, type == int.class || type == Integer.class);
            return type == int.class || type == Integer.class ? (Object) (int) number : (Object) number;
        }
        if (REAL.contains(type) && value instanceof Number number && isAllowed(number.doubleValue())) {
            return number.doubleValue();
        }
        if (type == boolean.class && value instanceof Boolean) {
            return value;
        }
        if (type.isEnum()) {
            return constant(type, value);
        }
        if (type == String.class && value instanceof String text && !text.isBlank()) {
            return text;
        }
        if (type == Path.class && value instanceof String text && !text.isBlank()) {
            return path(text);
        }
        if (type == StepOrEvent.class && (value instanceof String || value instanceof Integer)) {
            return StepOrEvent.parse(value.toString()).orElseThrow(() -> refuse(value));
        }
        throw refuse(value);
    }

    private List<Long> wholeNumbers(Object value) {
        if (!(value instanceof List<?> given)) {
            throw refuse(value);
        }
        List<Long> numbers = new ArrayList<>();
        for (Object number : given) {
            numbers.add(whole(number, false));
        }
        return List.copyOf(numbers);
    }

    /** Whole numbers may be written like 2e4; they must not lose anything. */
    private long whole(Object value, boolean narrow) {
        boolean integral = value instanceof Integer
                || value instanceof Long
                || (value instanceof Double real && real == Math.rint(real) && Math.abs(real) < 0x1p53);
        if (!integral) {
            throw refuse(value);
        }
        long number = ((Number) value).longValue();
        if (!isAllowed((double) number) || (narrow && number != (int) number)) {
            throw refuse(value);
        }
        return number;
    }

    private boolean isAllowed(double number) {
        Range range = component.getAnnotation(Range.class);
        if (!Double.isFinite(number)) {
            return false;
        }
        if (range == null) {
            return true;
        }
        boolean aboveMin = range.aboveMin() ? number > range.min() : number >= range.min();
        boolean belowMax = range.belowMax() ? number < range.max() : number <= range.max();
        return aboveMin && belowMax;
    }

    private Object constant(Class<?> type, Object value) {
        for (Object constant : type.getEnumConstants()) {
            if (value instanceof String text && name((Enum<?>) constant).equals(text.replace('-', '_'))) {
                return constant;
            }
        }
        throw refuse(value);
    }

    private Path path(String text) {
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException malformed) {
            throw refuse(text);
        }
    }

    /** How a constant is written in configurations. */
    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    UsageException refuse(Object value) {
        return new UsageException(
                source + ": " + key + " cannot be '" + Printable.value(value) + "'; it must be " + allowed());
    }

    private String allowed() {
        Class<?> type = component.getType();
        String orNull = component.isAnnotationPresent(MayBeNull.class) ? ", or null" : "";
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                            .map(constant -> name((Enum<?>) constant))
                            .collect(Collectors.joining(" or "))
                    + orNull;
        }
        if (WHOLE.contains(type)) {
            return "a whole number" + range() + orNull;
        }
        if (REAL.contains(type)) {
            return "a number" + range() + orNull;
        }
        if (type == boolean.class) {
            return "true or false";
        }
        if (type == List.class) {
            boolean numbers =
                    ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0] == Long.class;
            return numbers ? "a list of whole numbers" + range() : "a list of groups of keys";
        }
        if (type == StepOrEvent.class) {
            return StepOrEvent.form() + orNull;
        }
        return (type == Path.class ? "a path" : "a text") + orNull;
    }

    private String range() {
        Range range = component.getAnnotation(Range.class);
        if (range == null) {
            return "";
        }
        String min = Double.isInfinite(range.min())
                ? ""
                : (range.aboveMin() ? " greater than " : " of at least ") + number(range.min());
        String max = Double.isInfinite(range.max())
                ? ""
                : (range.belowMax() ? " less than " : " at most ") + number(range.max());
        return min + (min.isEmpty() || max.isEmpty() ? "" : " and") + max;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
