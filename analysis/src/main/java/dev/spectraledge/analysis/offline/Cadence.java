package dev.spectraledge.analysis.offline;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Chooses, among the checkpoints of a run, those that follow each other at a given number of steps. */
final class Cadence {
    private static final int SHOWN_INTERVALS = 4;

    private Cadence() {}

    /**
     * The members of all chains whose links are {@code stride} steps long, each chain beginning at the first checkpoint
     * after the one before that has a successor.
     *
     * @param checkpoints by step
     * @throws UsageException if no chain has two links, the least that makes a window
     */
    static SortedMap<Long, Path> choose(SortedMap<Long, Path> checkpoints, long stride) {
        SortedMap<Long, Path> chosen = new TreeMap<>();
        int links = 0;
        int longest = 0;
        for (Long step = checkpoints.firstKey(); step != null; ) {
            if (checkpoints.containsKey(step + stride)) {
                chosen.put(step, checkpoints.get(step));
                step += stride;
                chosen.put(step, checkpoints.get(step));
                longest = Math.max(longest, ++links);
            } else {
                step = after(checkpoints, step);
                links = 0;
            }
        }
        if (longest < 2) {
            throw new UsageException("--stride cannot be " + stride + ": no three checkpoints in "
                    + checkpoints.get(checkpoints.firstKey()).getParent() + " follow each other at " + stride
                    + " steps; neighbours are " + intervals(checkpoints) + " steps apart");
        }
        return Collections.unmodifiableSortedMap(chosen);
    }

    /**
     * Refuses checkpoints of which no three follow each other at one number of steps, the least that makes a window.
     *
     * @param checkpoints by step, at least three
     */
    static void requireWindow(SortedMap<Long, Path> checkpoints) {
        long before = checkpoints.firstKey();
        long interval = -1;
        for (long step : checkpoints.tailMap(before + 1).keySet()) {
            if (step - before == interval) {
                return;
            }
            interval = step - before;
            before = step;
        }
        throw new RunException(checkpoints.get(checkpoints.firstKey()).getParent()
                + ": no window: no two neighbouring intervals between checkpoints have the same number of steps");
    }

    private static Long after(SortedMap<Long, Path> checkpoints, long step) {
        SortedMap<Long, Path> rest = checkpoints.tailMap(step + 1);
        return rest.isEmpty() ? null : rest.firstKey();
    }

    private static String intervals(SortedMap<Long, Path> checkpoints) {
        TreeSet<Long> intervals = new TreeSet<>();
        long before = checkpoints.firstKey();
        for (long step : checkpoints.tailMap(before + 1).keySet()) {
            intervals.add(step - before);
            before = step;
        }
        return intervals.size() > SHOWN_INTERVALS
                ? intervals.first() + " to " + intervals.last()
                : intervals.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
