package dev.spectraledge.analysis.offline;

import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.SafetensorsFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the tensors of a {@link ParameterSubset} by the names that PyTorch's transformer modules give them. */
public final class SubsetNames {
    private static final List<String> ATTENTION = List.of(
            "self_attn.in_proj_weight",
            "self_attn.out_proj.weight",
            "multihead_attn.in_proj_weight",
            "multihead_attn.out_proj.weight");

    private SubsetNames() {}

    /** Names of the subset's tensors in {@code file}, in its order; at least one. */
    public static List<String> of(ParameterSubset subset, SafetensorsFile file) {
        List<String> names = file.names().stream()
                .filter(name -> belongs(subset, name, file))
                .toList();
        if (names.isEmpty()) {
            throw new RunException(file.path() + ": has no tensor of the " + subset.key() + " subset, "
                    + description(subset) + "; its first tensor is "
                    + Printable.value(file.names().stream().findFirst().orElse("missing")));
        }
        return names;
    }

    /** Every other tensor of {@code file}, with the reason why it is none of the subset's. */
    public static Map<String, String> leftOut(ParameterSubset subset, SafetensorsFile file) {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (String name : file.names()) {
            if (!file.type(name).isFloating()) {
                reasons.put(name, "holds " + file.type(name) + ", no floating-point numbers");
            } else if (!isNamed(subset, name, file)) {
                reasons.put(name, "not of the " + subset.key() + " subset, " + description(subset));
            }
        }
        return reasons;
    }

    private static boolean belongs(ParameterSubset subset, String name, SafetensorsFile file) {
        return file.type(name).isFloating() && isNamed(subset, name, file);
    }

    private static boolean isNamed(ParameterSubset subset, String name, SafetensorsFile file) {
        return switch (subset) {
            case ATTENTION -> ATTENTION.stream().anyMatch(name::endsWith);
            case BLOCKS -> name.contains("layers.") && file.shape(name).length == 2;
            case ALL -> true;
        };
    }

    private static String description(ParameterSubset subset) {
        return switch (subset) {
            case ATTENTION -> "whose names end in " + String.join(", ", ATTENTION);
            case BLOCKS -> "matrices with 'layers.' in their names";
            case ALL -> "any of floating-point numbers";
        };
    }
}
