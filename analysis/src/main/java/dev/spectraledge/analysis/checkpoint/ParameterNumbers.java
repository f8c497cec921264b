package dev.spectraledge.analysis.checkpoint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Finds out which parameters of a model an optimiser's groups hold. PyTorch numbers the parameters of an optimiser in the
 * order of its groups, and a group keeps the order of the model; which parameters a program puts into which group is tried
 * by the usual rules, and whatever does not fit the shapes is dropped.
 */
final class ParameterNumbers {
    /** Not parameters although they are floating-point numbers: masks, rotary frequencies, running statistics. */
    private static final Pattern BUFFER = Pattern.compile(
            "(.*\\.)?(inv_freq|masked_bias|causal_mask|running_mean|running_var|freqs_c?is|freqs_cos|freqs_sin|cos_cached|sin_cached)");

    private static final Pattern NORM = Pattern.compile("(?i)layer_?norm|rms_?norm|(^|[._])norm|(^|[._])ln([_.\\d]|$)");
    private static final Pattern EMBEDDING = Pattern.compile("(^|[._])(wte|wpe|tok_emb|pos_emb|embed\\w*)([._]|$)");

    /** What programs put into the one group and not into the other, which is not decayed. */
    private static final List<Predicate<StoredTensor>> RULES = List.of(
            // nanoGPT, llm.c
            ParameterNumbers::isMatrix,
            // The Trainer of Hugging Face
            tensor -> !tensor.name().contains("bias")
                    && !NORM.matcher(tensor.name()).find(),
            // minGPT
            tensor -> isMatrix(tensor) && !EMBEDDING.matcher(tensor.name()).find());

    private final List<List<Optional<List<Long>>>> groups;
    private final List<StoredTensor> parameters;

    /**
     * Prepares the search.
     *
     * @param groups shapes of the parameters of each group, as far as they are known
     */
    ParameterNumbers(List<List<Optional<List<Long>>>> groups, SequencedMap<String, StoredTensor> tensors) {
        this.groups = groups;
        parameters = parameters(tensors);
    }

    /** Tied copies are parameters once, by their first name. */
    private static List<StoredTensor> parameters(SequencedMap<String, StoredTensor> tensors) {
        Set<Object> storages = new HashSet<>();
        return tensors.values().stream()
                .filter(tensor -> tensor.type().isFloating()
                        && !BUFFER.matcher(tensor.name()).matches()
                        && !isMask(tensor)
                        && storages.add(tensor.storage()))
                .toList();
    }

    /** The buffer {@code attn.bias} of shape {@code [1, 1, T, T]}. */
    private static boolean isMask(StoredTensor tensor) {
        List<Long> shape = tensor.shape();
        return shape.size() == 4
                && shape.get(0) == 1
                && shape.get(1) == 1
                && shape.get(2).equals(shape.get(3));
    }

    private static boolean isMatrix(StoredTensor tensor) {
        return tensor.shape().size() >= 2;
    }

    /** How many parameters the model has. */
    int parameters() {
        return parameters.size();
    }

    /**
     * Every way to name the parameters of the groups that fits the shapes; none if the rules know none, several if the
     * shapes leave it open.
     *
     * @param ordered whether the tensors stand in the order of the model; else it must be that of a known family
     */
    Set<List<List<String>>> candidates(boolean ordered) {
        Set<List<List<String>>> candidates = new LinkedHashSet<>();
        for (List<StoredTensor> order : orders(ordered)) {
            for (List<List<StoredTensor>> split : splits(order)) {
                if (fits(split)) {
                    candidates.add(split.stream()
                            .map(group -> group.stream().map(StoredTensor::name).toList())
                            .toList());
                }
            }
        }
        return candidates;
    }

    private List<List<StoredTensor>> orders(boolean ordered) {
        if (ordered) {
            return List.of(parameters);
        }
        Map<String, StoredTensor> named = new LinkedHashMap<>();
        parameters.forEach(tensor -> named.put(tensor.name(), tensor));
        return RegistrationOrder.of(named.keySet()).stream()
                .map(names -> names.stream().map(named::get).toList())
                .toList();
    }

    private List<List<List<StoredTensor>>> splits(List<StoredTensor> order) {
        List<List<List<StoredTensor>>> splits = new ArrayList<>();
        inSequence(order).ifPresent(splits::add);
        if (groups.size() == 2) {
            for (Predicate<StoredTensor> rule : RULES) {
                List<StoredTensor> decayed = order.stream().filter(rule).toList();
                List<StoredTensor> others = order.stream().filter(rule.negate()).toList();
                splits.add(List.of(decayed, others));
                splits.add(List.of(others, decayed));
            }
        }
        return splits;
    }

    /** The groups one after the other, as with one group, or rates by layer. */
    private Optional<List<List<StoredTensor>>> inSequence(List<StoredTensor> order) {
        List<List<StoredTensor>> split = new ArrayList<>();
        int from = 0;
        for (List<Optional<List<Long>>> group : groups) {
            if (group.size() > order.size() - from) {
                return Optional.empty();
            }
            split.add(order.subList(from, from + group.size()));
            from += group.size();
        }
        return from == order.size() ? Optional.of(split) : Optional.empty();
    }

    private boolean fits(List<List<StoredTensor>> split) {
        for (int index = 0; index < groups.size(); index++) {
            List<Optional<List<Long>>> shapes = groups.get(index);
            List<StoredTensor> tensors = split.get(index);
            if (shapes.size() != tensors.size()) {
                return false;
            }
            for (int member = 0; member < shapes.size(); member++) {
                List<Long> shape = tensors.get(member).shape();
                if (!shapes.get(member).orElse(shape).equals(shape)) {
                    return false;
                }
            }
        }
        return true;
    }
}
