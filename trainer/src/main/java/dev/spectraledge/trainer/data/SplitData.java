package dev.spectraledge.trainer.data;

import java.util.List;

/**
 * What a task trains on and what it is judged by.
 *
 * @param others further sets that it is judged by
 */
public record SplitData(Examples train, Examples test, List<ValidationSet> others) {
    public SplitData {
        others = List.copyOf(others);
    }

    /** Judged by its test set alone. */
    public SplitData(Examples train, Examples test) {
        this(train, test, List.of());
    }
}
