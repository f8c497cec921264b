package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Names of tensors without what wrappers of a model have put into them. */
final class ModelNames {
    /** Put in by {@code torch.compile} and FSDP wherever a module is wrapped. */
    private static final List<String> ANYWHERE =
            List.of("_orig_mod.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module.");
    /** Put before all names by DDP, DeepSpeed and Lightning; before some of them it is a module of the model. */
    private static final List<String> BEFORE_ALL = List.of("module.", "model.");

    private ModelNames() {}

    /** The tensors by their names in the model. */
    static SequencedMap<String, StoredTensor> unwrapped(Path file, Map<String, StoredTensor> tensors) {
        int prefix = prefix(tensors);
        SequencedMap<String, StoredTensor> unwrapped = new LinkedHashMap<>();
        tensors.forEach((stored, tensor) -> {
            String name = unwrapped(stored).substring(prefix);
            if (unwrapped.put(name, tensor.named(name)) != null) {
                throw new RunException(file + ": has two tensors '" + Printable.value(name)
                        + "', one of them with the prefix of a wrapper");
            }
        });
        return unwrapped;
    }

    /** One name without what stands anywhere. */
    static String unwrapped(String name) {
        String rest = name;
        for (String wrapper : ANYWHERE) {
            rest = rest.replace(wrapper, "");
        }
        return rest;
    }

    private static int prefix(Map<String, StoredTensor> tensors) {
        int length = 0;
        for (boolean more = !tensors.isEmpty(); more; ) {
            more = false;
            for (String wrapper : BEFORE_ALL) {
                int from = length;
                if (tensors.keySet().stream().allMatch(name -> unwrapped(name).startsWith(wrapper, from))) {
                    length += wrapper.length();
                    more = true;
                }
            }
        }
        return length;
    }
}
