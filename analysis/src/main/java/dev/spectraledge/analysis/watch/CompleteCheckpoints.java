package dev.spectraledge.analysis.watch;

import dev.spectraledge.analysis.checkpoint.Checkpoint;
import dev.spectraledge.analysis.checkpoint.CheckpointSeries;
import dev.spectraledge.analysis.report.live.FileSizes;
import dev.spectraledge.trainer.RunException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tells the checkpoints of a growing series that are whole from one that is still being written: its files have looked the same
 * at two looks, and it can be opened. Those after an unfinished one wait for it.
 */
final class CompleteCheckpoints {
    /** Folders of shards lie in the folder of a step at most. */
    private static final int DEEPEST = 2;

    private final SortedMap<Long, Path> complete = new TreeMap<>();
    private final Map<Path, Map<Path, Object>> seen = new HashMap<>();
    private String trouble;

    /**
     * The first checkpoints of a series, as far as they are whole.
     *
     * @param quiet whether nobody writes any more, so that what can be opened is whole
     */
    SortedMap<Long, Path> of(CheckpointSeries series, boolean quiet) {
        trouble = null;
        complete.entrySet()
                .removeIf(known -> !known.getValue().equals(series.steps().get(known.getKey())));
        SortedMap<Long, Path> first = new TreeMap<>();
        boolean waiting = false;
        for (Map.Entry<Long, Path> entry : series.steps().entrySet()) {
            if (!complete.containsKey(entry.getKey())) {
                // Later ones are looked at as well, so that they need not wait for another look.
                boolean looksWhole = isUnchanged(entry.getValue()) || quiet;
                boolean whole = looksWhole && !waiting && opens(series, entry.getKey());
                waiting |= !whole;
                if (whole) {
                    complete.put(entry.getKey(), entry.getValue());
                }
            }
            if (!waiting) {
                first.put(entry.getKey(), entry.getValue());
            }
        }
        return first;
    }

    private boolean isUnchanged(Path path) {
        Map<Path, Object> now = FileSizes.of(path, DEEPEST);
        return now.equals(seen.put(path, now));
    }

    private boolean opens(CheckpointSeries series, long step) {
        try (Checkpoint checkpoint = series.open(step)) {
            return !checkpoint.tensors().isEmpty();
        } catch (RunException unfinished) {
            trouble = unfinished.getMessage();
            return false;
        }
    }

    /** Why one whose files have stopped changing is not whole. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }
}
