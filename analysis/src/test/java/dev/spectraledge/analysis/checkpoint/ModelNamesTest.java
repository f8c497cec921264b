package dev.spectraledge.analysis.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelNamesTest {
    private static Collection<String> unwrapped(String... names) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (String name : names) {
            MemorySegment data = MemorySegment.ofArray(new byte[4]);
            tensors.put(name, new StoredTensor(name, SafetensorsType.F32, List.of(), data, Path.of("x"), name));
        }
        return ModelNames.unwrapped(Path.of("x"), tensors).sequencedKeySet();
    }

    @Test
    void prefixesOfWrappersAreTakenOff() {
        assertThat(unwrapped("module.a", "module.b.c")).containsExactly("a", "b.c");
        assertThat(unwrapped("_orig_mod.a", "b._orig_mod.c")).containsExactly("a", "b.c");
        assertThat(unwrapped("module._orig_mod.model.a", "module._orig_mod.model.b"))
                .containsExactly("a", "b");
        assertThat(unwrapped("_fsdp_wrapped_module.h._checkpoint_wrapped_module.a"))
                .containsExactly("h.a");
        assertThat(unwrapped()).isEmpty();
    }

    @Test
    void aModuleOfTheModelIsNoWrapper() {
        assertThat(unwrapped("model.layers.0.w", "lm_head.weight"))
                .containsExactly("model.layers.0.w", "lm_head.weight");
    }

    @Test
    void twoTensorsDoNotBecomeOne() {
        assertThatThrownBy(() -> unwrapped("a", "_orig_mod.a"))
                .isInstanceOf(RunException.class)
                .hasMessage("x: has two tensors 'a', one of them with the prefix of a wrapper");
    }
}
