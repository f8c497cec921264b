package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Elements {@code [begin, end)} of the flat parameter vector that are neighbours and of one kind.
 *
 * @param decays whether weight decay acts on them
 */
record DecayStretch(long begin, long end, boolean decays) {
    /** All of a layout, in the order of memory, as few as there can be. */
    static List<DecayStretch> of(ParameterLayout layout, DecayedParameters decayed) {
        List<DecayStretch> stretches = new ArrayList<>();
        List<ParameterSpec> inMemory = layout.specs().stream()
                .sorted(Comparator.comparingLong(spec -> layout.offset(spec.name())))
                .toList();
        for (ParameterSpec spec : inMemory) {
            boolean decays = decayed.contains(spec);
            long begin = layout.offset(spec.name());
            if (!stretches.isEmpty() && stretches.getLast().decays == decays) {
                begin = stretches.removeLast().begin;
            }
            stretches.add(new DecayStretch(begin, layout.offset(spec.name()) + spec.elements(), decays));
        }
        return stretches;
    }
}
