package dev.spectraledge.trainer.io.torch;

import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.Resources;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The functions and classes that a pickle may name, a closed list: the few that make tensors and containers, for which code
 * of ours stands, and those of the resource {@code inert-classes.txt}, which become {@link Inert}. Nothing is looked up in
 * Java by a name from a file.
 */
final class KnownClasses {
    private static final int LONGEST_KEY = 4096;
    /** Of a tuple that is a key. */
    private static final int LONGEST_TUPLE = 16;

    private static final Map<String, SafetensorsType> STORAGES = Map.of(
            "DoubleStorage", SafetensorsType.F64,
            "FloatStorage", SafetensorsType.F32,
            "HalfStorage", SafetensorsType.F16,
            "BFloat16Storage", SafetensorsType.BF16,
            "LongStorage", SafetensorsType.I64,
            "IntStorage", SafetensorsType.I32,
            "ShortStorage", SafetensorsType.I16,
            "CharStorage", SafetensorsType.I8,
            "ByteStorage", SafetensorsType.U8,
            "BoolStorage", SafetensorsType.BOOL);

    private static final Map<String, Constructor> CONSTRUCTORS = Map.ofEntries(
            Map.entry("torch._utils._rebuild_tensor", KnownClasses::tensor),
            Map.entry("torch._utils._rebuild_tensor_v2", KnownClasses::tensor),
            Map.entry("torch._utils._rebuild_parameter", KnownClasses::first),
            Map.entry("torch._utils._rebuild_parameter_with_state", KnownClasses::first),
            Map.entry("torch._tensor._rebuild_from_type_v2", KnownClasses::rebuilt),
            Map.entry("torch.Size", KnownClasses::size),
            Map.entry("collections.OrderedDict", KnownClasses::dictionary),
            Map.entry("collections.defaultdict", arguments -> new LinkedHashMap<>()));

    private static final Set<String> INERT = Resources.text(KnownClasses.class, "inert-classes.txt")
            .lines()
            .map(line -> line.replaceFirst("#.*", "").strip())
            .filter(line -> !line.isEmpty())
            .collect(Collectors.toUnmodifiableSet());

    private KnownClasses() {}

    /** A {@link Constructor}, a {@link SafetensorsType} (the elements of a storage), an {@link Inert}, or nothing. */
    static Optional<Object> find(String module, String name) {
        String fullName = module + "." + name;
        if (module.equals("torch") && STORAGES.containsKey(name)) {
            return Optional.of(STORAGES.get(name));
        }
        if (CONSTRUCTORS.containsKey(fullName)) {
            return Optional.of(CONSTRUCTORS.get(fullName));
        }
        return INERT.contains(fullName) ? Optional.of(new Inert(fullName)) : Optional.empty();
    }

    /** {@code (storage, offset, size, stride, …)}; what is in a storage that is not read here is not read either. */
    private static Object tensor(List<Object> arguments) {
        if (arguments.size() >= 4 && arguments.get(0) instanceof Inert unread) {
            return unread;
        }
        if (arguments.size() < 4
                || !(arguments.get(0) instanceof TorchStorage storage)
                || !(arguments.get(1) instanceof Long offset)) {
            throw new IllegalArgumentException("a tensor is made of a storage, an offset, sizes and strides");
        }
        return new TorchTensor(storage, offset, integers(arguments.get(2)), integers(arguments.get(3)));
    }

    private static List<Long> integers(Object value) {
        if (!(value instanceof List<?> list) || list.size() > TorchTensor.MOST_AXES) {
            throw new IllegalArgumentException(
                    "sizes and strides must be tuples of at most " + TorchTensor.MOST_AXES + " integers");
        }
        List<Long> numbers = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof Long number)) {
                throw new IllegalArgumentException("sizes and strides must be integers");
            }
            numbers.add(number);
        }
        return Collections.unmodifiableList(numbers);
    }

    /** {@code (tensor, requires_grad, …)} of a parameter. */
    private static Object first(List<Object> arguments) {
        if (arguments.isEmpty() || !isTensor(arguments.getFirst())) {
            throw new IllegalArgumentException("a parameter is made of a tensor");
        }
        return arguments.getFirst();
    }

    /** {@code (function, type, arguments, state)} of a tensor with attributes, which are left out. */
    private static Object rebuilt(List<Object> arguments) {
        if (arguments.size() >= 3
                && arguments.get(0) instanceof Constructor constructor
                && arguments.get(2) instanceof List<?> inner
                && isTensorConstructor(constructor)) {
            return constructor.make(Collections.unmodifiableList(inner));
        }
        throw new IllegalArgumentException("a tensor with attributes is made by a known function for tensors");
    }

    /** Not {@code _rebuild_from_type_v2} itself, with which calls could be nested without end. */
    private static boolean isTensorConstructor(Constructor constructor) {
        return constructor.equals(CONSTRUCTORS.get("torch._utils._rebuild_tensor_v2"))
                || constructor.equals(CONSTRUCTORS.get("torch._utils._rebuild_parameter"));
    }

    private static boolean isTensor(Object value) {
        return value instanceof TorchTensor || value instanceof Inert;
    }

    private static Object size(List<Object> arguments) {
        return arguments.isEmpty() ? List.of() : integers(arguments.getFirst());
    }

    /** Empty, or of pairs. */
    private static Object dictionary(List<Object> arguments) {
        Map<Object, Object> dictionary = new LinkedHashMap<>();
        if (arguments.isEmpty()) {
            return dictionary;
        }
        if (arguments.size() == 1 && arguments.getFirst() instanceof List<?> pairs) {
            for (Object pair : pairs) {
                if (!(pair instanceof List<?> both) || both.size() != 2) {
                    throw new IllegalArgumentException("a dictionary is made of pairs");
                }
                dictionary.put(key(both.get(0)), both.get(1));
            }
            return dictionary;
        }
        throw new IllegalArgumentException("a dictionary is made of nothing or of pairs");
    }

    /**
     * A key as dictionaries of checkpoints have it: a number, a short text, or a short tuple of these. Whatever else could be
     * deep, or change while it is a key, or take long to compare.
     */
    static Object key(Object value) {
        if (!isSimple(value) && !isSimpleTuple(value)) {
            throw new IllegalArgumentException(
                    value instanceof String text
                            ? "'" + Printable.value(text) + "' is too long for a key"
                            : "a key must be a number, a text or a tuple of these");
        }
        return value;
    }

    /** Lists that can change are {@code ArrayList}s. */
    private static boolean isSimpleTuple(Object value) {
        return value instanceof List<?> tuple
                && !(value instanceof ArrayList)
                && tuple.size() <= LONGEST_TUPLE
                && tuple.stream().allMatch(KnownClasses::isSimple);
    }

    private static boolean isSimple(Object value) {
        boolean isShortText = value instanceof String text && text.length() <= LONGEST_KEY;
        return isShortText
                || value == null
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Inert;
    }
}
