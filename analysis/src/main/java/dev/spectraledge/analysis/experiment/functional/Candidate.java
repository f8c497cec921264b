package dev.spectraledge.analysis.experiment.functional;

import java.util.Arrays;

/**
 * A grouping of inputs that a response might follow.
 *
 * @param name of the coordinate, such as {@code depth}
 * @param groups of each input, any numbers
 */
@SuppressWarnings("ArrayRecordComponent")
record Candidate(String name, int[] groups) {

    /** The grouping of some inputs. */
    Candidate of(int[] rows) {
        return new Candidate(name, Arrays.stream(rows).map(row -> groups[row]).toArray());
    }
}
