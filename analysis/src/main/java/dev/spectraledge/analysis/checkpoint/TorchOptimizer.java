package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.torch.TorchFile;
import dev.spectraledge.trainer.io.torch.TorchTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;

/**
 * The {@code state_dict} of an optimiser of PyTorch: {@code param_groups} with hyperparameters and the numbers of their
 * parameters, {@code state} with the moments by number. Names come from the groups where they have them, else from {@link
 * ParameterNumbers}.
 */
final class TorchOptimizer implements OptimizerSource {
    private final Path file;
    private final TorchContent content;
    private final Map<?, ?> state;
    private final List<AdamGroup> groups;

    TorchOptimizer(TorchFile file, Map<?, ?> optimizer) {
        this.file = file.path();
        content = new TorchContent(file);
        state = (Map<?, ?>) optimizer.get("state");
        groups = ((List<?>) optimizer.get("param_groups"))
                .stream().map(group -> new AdamGroup(this.file, content, group)).toList();
    }

    @Override
    public OptionalDouble learningRate() {
        return common(groups, AdamGroup::learningRate, false);
    }

    @Override
    public OptionalDouble weightDecay() {
        return common(groups, AdamGroup::weightDecay, true);
    }

    /** The number that all groups have, or all but those with 0. */
    static OptionalDouble common(
            List<AdamGroup> groups, Function<AdamGroup, OptionalDouble> number, boolean exceptZero) {
        List<OptionalDouble> values = groups.stream().map(number).distinct().toList();
        if (exceptZero && values.size() == 2 && values.contains(OptionalDouble.of(0))) {
            return values.get(values.get(0).equals(OptionalDouble.of(0)) ? 1 : 0);
        }
        return values.size() == 1 ? values.getFirst() : OptionalDouble.empty();
    }

    @Override
    public OptimizerState read(SequencedMap<String, StoredTensor> tensors, boolean ordered) {
        List<List<String>> names = names(tensors, ordered);
        SequencedMap<String, AdamMoments> moments = new LinkedHashMap<>();
        for (int index = 0; index < groups.size(); index++) {
            AdamGroup group = groups.get(index);
            for (int member = 0; member < group.parameters().size(); member++) {
                String name = names.get(index).get(member);
                Object kept = state.get(group.parameters().get(member));
                if (kept instanceof Map<?, ?> entries && !entries.isEmpty()) {
                    moments.put(name, moments(parameter(name, tensors), entries, group));
                }
            }
        }
        if (moments.isEmpty()) {
            throw new RunException(file + ": the optimiser state is empty for every parameter, so no step was made");
        }
        return new OptimizerState(moments);
    }

    private StoredTensor parameter(String name, SequencedMap<String, StoredTensor> tensors) {
        StoredTensor parameter = tensors.get(name);
        if (parameter == null) {
            throw new RunException(file + ": the optimiser updates '" + Printable.value(name)
                    + "', which is not a tensor of the model");
        }
        return parameter;
    }

    private AdamMoments moments(StoredTensor parameter, Map<?, ?> entries, AdamGroup group) {
        StoredTensor first = moment(parameter, entries, "exp_avg");
        StoredTensor second = moment(parameter, entries, group.isAmsgrad() ? "max_exp_avg_sq" : "exp_avg_sq");
        OptionalDouble own = content.number(entries.get("step"));
        double step = (own.isPresent() ? own : group.step()).orElse(0);
        return new AdamMoments(parameter, first, second, requireStep(file, step), group.settings());
    }

    static long requireStep(Path file, double step) {
        if (!(step >= 1 && step == Math.rint(step) && step < 0x1p53)) {
            throw new RunException(file + ": the optimiser does not say how many steps it has made, or says " + step);
        }
        return (long) step;
    }

    private StoredTensor moment(StoredTensor parameter, Map<?, ?> entries, String key) {
        if (!(entries.get(key) instanceof TorchTensor tensor) || !tensor.type().isFloating()) {
            throw new RunException(file + ": the optimiser keeps " + Printable.value(entries.keySet()) + " for '"
                    + Printable.value(parameter.name()) + "', not Adam's " + key);
        }
        if (!tensor.shape().equals(parameter.shape())) {
            throw new RunException(file + ": " + key + " of '" + Printable.value(parameter.name()) + "' has shape "
                    + Printable.value(tensor.shape()) + ", the parameter " + Printable.value(parameter.shape()));
        }
        return content.stored(parameter.name(), tensor);
    }

    private List<List<String>> names(SequencedMap<String, StoredTensor> tensors, boolean ordered) {
        List<List<String>> named = new ArrayList<>();
        for (AdamGroup group : groups) {
            List<?> texts = group.names().size() == group.parameters().size() ? group.names() : group.parameters();
            if (!texts.stream().allMatch(String.class::isInstance)) {
                return numbered(tensors, ordered);
            }
            named.add(
                    texts.stream().map(text -> inModel((String) text, tensors)).toList());
        }
        return named;
    }

    /** A name as the optimiser has it, which may have the prefix of a wrapper. */
    private static String inModel(String name, Map<String, StoredTensor> tensors) {
        String rest = ModelNames.unwrapped(name);
        while (!tensors.containsKey(rest) && rest.matches("(module|model)\\..*")) {
            rest = rest.substring(rest.indexOf('.') + 1);
        }
        return rest;
    }

    private List<List<String>> numbered(SequencedMap<String, StoredTensor> tensors, boolean ordered) {
        List<List<Optional<List<Long>>>> shapes = groups.stream()
                .map(group -> group.parameters().stream().map(this::shape).toList())
                .toList();
        ParameterNumbers numbers = new ParameterNumbers(shapes, tensors);
        Set<List<List<String>>> candidates = numbers.candidates(ordered);
        if (candidates.size() == 1) {
            return candidates.iterator().next();
        }
        long held = shapes.stream().mapToLong(List::size).sum();
        throw new RunException(file + ": the optimiser numbers its " + held + " parameters, and "
                + (candidates.isEmpty()
                        ? "no usual way to group the " + numbers.parameters()
                                + " parameters of the model fits their shapes"
                                + (ordered ? "" : " (the file of weights is sorted by name)")
                        : "more than one way to name them fits their shapes")
                + "; save the names with them (torch.optim.AdamW(model.named_parameters()))");
    }

    private Optional<List<Long>> shape(Object number) {
        return state.get(number) instanceof Map<?, ?> entries && entries.get("exp_avg") instanceof TorchTensor moment
                ? Optional.of(moment.shape())
                : Optional.empty();
    }
}
