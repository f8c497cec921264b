package dev.spectraledge.trainer.model;

import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each named tensor lies in the flat parameter vector. Tensors keep the order in which the model lists them
 * (PyTorch's) when they are exported; in memory they are in the order of their {@link ParameterGroup}s.
 */
public final class ParameterLayout {
    private final List<ParameterSpec> specs;
    private final List<ModuleDraw> moduleDraws;
    private final Map<String, Long> offsets;
    private final Map<ParameterGroup, Long> sizes = new EnumMap<>(ParameterGroup.class);
    private final long size;

    /** @param moduleDraws see {@link #moduleDraws} */
    public ParameterLayout(List<ParameterSpec> specs, List<ModuleDraw> moduleDraws) {
        this.specs = List.copyOf(specs);
        this.moduleDraws = List.copyOf(moduleDraws);
        Map<String, Long> placed = new LinkedHashMap<>();
        long offset = 0;
        for (ParameterGroup group : ParameterGroup.values()) {
            long begin = offset;
            for (ParameterSpec spec : this.specs) {
                if (spec.group() == group) {
                    if (placed.put(spec.name(), offset) != null) {
                        throw new IllegalArgumentException("two parameters are named " + spec.name());
                    }
                    offset += spec.elements();
                }
            }
            sizes.put(group, offset - begin);
        }
        offsets = Collections.unmodifiableMap(placed);
        size = offset;
    }

    /** All tensors, in PyTorch's order. */
    public List<ParameterSpec> specs() {
        return specs;
    }

    /** What PyTorch's modules draw while the model is built, in their order. */
    public List<ModuleDraw> moduleDraws() {
        return moduleDraws;
    }

    /** P, the number of parameters. */
    public long size() {
        return size;
    }

    /** Parameters of a subset: those of its groups. */
    public long size(ParameterSubset subset) {
        return subset.groups().stream().mapToLong(sizes::get).sum();
    }

    /** First element of a named tensor in the flat vector. */
    public long offset(String name) {
        Long offset = offsets.get(name);
        if (offset == null) {
            throw new IllegalArgumentException("no parameter is named " + name);
        }
        return offset;
    }
}
