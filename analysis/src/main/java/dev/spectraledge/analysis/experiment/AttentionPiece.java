package dev.spectraledge.analysis.experiment;

import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Neighbouring tensors of θ_A: where vectors as long as θ_A are too many for the memory, there is a piece of each.
 *
 * @param begin its first element in θ_A
 * @param size elements
 */
record AttentionPiece(long begin, long size, List<ParameterSpec> specs) {
    /** All pieces in their order; each has at most so many elements, or is a single tensor. */
    static List<AttentionPiece> of(ParameterLayout layout, long most) {
        List<ParameterSpec> ofAttention = layout.specs().stream()
                .filter(spec -> spec.group() == ParameterGroup.ATTENTION)
                .sorted(Comparator.comparingLong(spec -> layout.offset(spec.name())))
                .toList();
        List<AttentionPiece> pieces = new ArrayList<>();
        List<ParameterSpec> members = new ArrayList<>();
        long begin = 0;
        long size = 0;
        for (ParameterSpec spec : ofAttention) {
            if (size > 0 && size + spec.elements() > most) {
                pieces.add(new AttentionPiece(begin, size, List.copyOf(members)));
                begin += size;
                size = 0;
                members.clear();
            }
            members.add(spec);
            size += spec.elements();
        }
        if (size > 0) {
            pieces.add(new AttentionPiece(begin, size, List.copyOf(members)));
        }
        return pieces;
    }
}
