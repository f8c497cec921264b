package dev.spectraledge.analysis.experiment.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Which snapshots a published script keeps before it forms windows (thesis §3.4, item 7): the first {@value #FIRST}, the last
 * {@value #LAST} and those around the grok step. The update across a removed stretch spans all of it.
 *
 * @param spared runs of up to this many snapshots keep all
 * @param before snapshots kept before that of the grok step
 * @param after snapshots kept after it
 */
record Thinning(int spared, int before, int after) {
    private static final int FIRST = 50;
    private static final int LAST = 15;

    /** @param snapshots steps, ascending */
    List<Long> kept(List<Long> snapshots, OptionalLong grokStep) {
        int count = snapshots.size();
        if (count <= spared) {
            return snapshots;
        }
        List<Long> kept = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            if (index < FIRST || index >= count - LAST || isAround(index, snapshots, grokStep)) {
                kept.add(snapshots.get(index));
            }
        }
        return kept;
    }

    private boolean isAround(int index, List<Long> snapshots, OptionalLong grokStep) {
        if (grokStep.isEmpty()) {
            return false;
        }
        int atGrok = (int)
                snapshots.stream().filter(step -> step < grokStep.getAsLong()).count();
        return index >= atGrok - before && index <= atGrok + after;
    }
}
