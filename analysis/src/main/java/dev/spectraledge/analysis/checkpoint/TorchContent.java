package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.torch.TorchFile;
import dev.spectraledge.trainer.io.torch.TorchTensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

/** Finds, in what a program has given to {@code torch.save}, the weights of the model, the optimiser's state and the step. */
final class TorchContent {
    /** Under which people save weights, in the order in which they are looked for. */
    static final List<String> MODEL_KEYS =
            List.of("model", "state_dict", "model_state_dict", "module", "model_state", "net", "weights");

    private static final List<String> OPTIMIZER_KEYS =
            List.of("optimizer", "optimizer_state_dict", "optimizer_state", "optim", "optimizer_states");

    private static final List<String> STEP_KEYS =
            List.of("iter_num", "global_step", "global_steps", "step", "steps", "iteration", "iter", "iters");

    private static final int DEEPEST_WRAPPER = 4;
    private static final int DEEPEST_MODULE = 16;
    private static final int LONGEST_NAME = 1024;

    private final TorchFile file;

    TorchContent(TorchFile file) {
        this.file = file;
    }

    /** The weights by name; nested dictionaries of modules become names with dots. */
    Optional<SequencedMap<String, StoredTensor>> model() {
        SequencedMap<String, StoredTensor> tensors = tensors(unwrapped(file.content(), DEEPEST_WRAPPER));
        return tensors.isEmpty() ? Optional.empty() : Optional.of(tensors);
    }

    private static Object unwrapped(Object value, int depth) {
        if (depth > 0 && value instanceof Map<?, ?> map) {
            for (String key : MODEL_KEYS) {
                if (map.get(key) instanceof Map<?, ?> inner && !inner.isEmpty()) {
                    return unwrapped(inner, depth - 1);
                }
            }
        }
        return value;
    }

    /** The tensors of a dictionary and of those in it. */
    SequencedMap<String, StoredTensor> tensors(Object value) {
        SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            collect(map, "", 0, Collections.newSetFromMap(new IdentityHashMap<>()), tensors);
        }
        return tensors;
    }

    private void collect(
            Map<?, ?> map, String prefix, int depth, Set<Object> seen, SequencedMap<String, StoredTensor> tensors) {
        if (depth > DEEPEST_MODULE || !seen.add(map)) {
            return;
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String || entry.getKey() instanceof Long)) {
                continue;
            }
            String name = prefix + entry.getKey();
            if (name.length() > LONGEST_NAME) {
                throw new RunException(file.path() + ": the name '" + Printable.value(name)
                        + "' of a tensor is longer than " + LONGEST_NAME + " characters");
            }
            if (entry.getValue() instanceof Map<?, ?> inner) {
                collect(inner, name + ".", depth + 1, seen, tensors);
            } else if (entry.getValue() instanceof TorchTensor tensor
                    && tensors.put(name, stored(name, tensor)) != null) {
                throw new RunException(file.path() + ": has two tensors '" + Printable.value(name) + "'");
            }
        }
    }

    StoredTensor stored(String name, TorchTensor tensor) {
        return new StoredTensor(
                name,
                tensor.type(),
                tensor.shape(),
                file.data(tensor),
                file.path(),
                List.of(file.path(), tensor.identity()));
    }

    /** A {@code state_dict} of an optimiser: the whole, or what stands under a usual key, alone or as the only one of a list. */
    Optional<Map<?, ?>> optimizer() {
        if (!(file.content() instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        if (isOptimizer(map)) {
            return Optional.of(map);
        }
        return OPTIMIZER_KEYS.stream()
                .map(map::get)
                .map(value -> value instanceof List<?> list && list.size() == 1 ? list.getFirst() : value)
                .filter(value -> value instanceof Map<?, ?> inner && isOptimizer(inner))
                .<Map<?, ?>>map(value -> (Map<?, ?>) value)
                .findFirst();
    }

    static boolean isOptimizer(Map<?, ?> map) {
        return map.get("state") instanceof Map && map.get("param_groups") instanceof List;
    }

    OptionalLong step() {
        if (file.content() instanceof Map<?, ?> map) {
            for (String key : STEP_KEYS) {
                OptionalDouble number = number(map.get(key));
                if (number.isPresent()
                        && number.getAsDouble() >= 0
                        && number.getAsDouble() == Math.rint(number.getAsDouble())) {
                    return OptionalLong.of((long) number.getAsDouble());
                }
            }
        }
        return OptionalLong.empty();
    }

    /** A number, or a tensor of one. */
    OptionalDouble number(Object value) {
        if (value instanceof Number number) {
            return OptionalDouble.of(number.doubleValue());
        }
        if (value instanceof TorchTensor tensor && tensor.elements() == 1) {
            return OptionalDouble.of(
                    tensor.type().isFloating()
                            ? tensor.type().real(file.data(tensor), 0)
                            : tensor.type().integer(file.data(tensor), 0));
        }
        return OptionalDouble.empty();
    }
}
