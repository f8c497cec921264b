package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** One entry of {@code param_groups} of a {@code state_dict} of PyTorch's Adam or AdamW. */
final class AdamGroup {
    private final Path file;
    private final TorchContent content;
    private final Map<?, ?> group;

    AdamGroup(Path file, TorchContent content, Object group) {
        this.file = file;
        this.content = content;
        if (!(group instanceof Map<?, ?> map)) {
            throw new RunException(file + ": an entry of the optimiser's param_groups is not a dictionary");
        }
        this.group = map;
    }

    OptionalDouble learningRate() {
        return content.number(group.get("lr"));
    }

    /** ω; nothing where it acts through the gradient, as with Adam: then no part of the step is the decay's. */
    OptionalDouble weightDecay() {
        OptionalDouble decay = content.number(group.get("weight_decay"));
        return decay.orElse(0) == 0 || isDecoupled() ? decay : OptionalDouble.empty();
    }

    /** Steps where the group counts them for all of its parameters, as fused implementations do. */
    OptionalDouble step() {
        return content.number(group.get("step"));
    }

    boolean isAmsgrad() {
        return Boolean.TRUE.equals(group.get("amsgrad"));
    }

    /** Numbers of the parameters, or their names. */
    List<?> parameters() {
        List<?> parameters = list("params");
        // Anything else could be deep, or contain itself, and must not be looked up.
        if (!parameters.stream().allMatch(key -> key instanceof Long || key instanceof String)) {
            throw new RunException(file + ": the optimiser's params are neither numbers nor names");
        }
        return parameters;
    }

    /** Their names, which newer versions of PyTorch keep if they are told; else empty. */
    List<?> names() {
        return list("param_names");
    }

    private List<?> list(String key) {
        return group.get(key) instanceof List<?> list ? list : List.of();
    }

    /** PyTorch before 2.6 does not say it; then the group is AdamW's, as with Adam hardly anybody decays. */
    private boolean isDecoupled() {
        return !Boolean.FALSE.equals(group.get("decoupled_weight_decay"));
    }

    /** Those of Adam or AdamW. */
    AdamSettings settings() {
        if (!(group.get("betas") instanceof List<?> betas) || betas.size() != 2) {
            throw new RunException(file + ": the optimiser's param_groups have no betas, so it is not Adam");
        }
        return new AdamSettings(
                required("lr", group.get("lr")),
                required("betas", betas.get(0)),
                required("betas", betas.get(1)),
                required("eps", group.get("eps")),
                required("weight_decay", group.get("weight_decay")),
                isDecoupled(),
                !Boolean.FALSE.equals(group.get("bias_correction")));
    }

    private double required(String key, Object value) {
        OptionalDouble number = content.number(value);
        if (number.isEmpty() || !Double.isFinite(number.getAsDouble())) {
            throw new RunException(file + ": the optimiser's param_groups have no number " + key);
        }
        return number.getAsDouble();
    }
}
