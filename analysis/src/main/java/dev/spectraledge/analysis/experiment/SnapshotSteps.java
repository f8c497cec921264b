package dev.spectraledge.analysis.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Which snapshots the windows of a run are made of. */
public final class SnapshotSteps {
    /** Fewer than two updates have no window. */
    private static final int FEWEST_SNAPSHOTS = 3;

    private SnapshotSteps() {}

    /**
     * The snapshots of the window that ends at a step, ascending: at most {@code width} updates of {@code stride} steps each,
     * fewer where the run begins. Empty if one of them is missing, or there are fewer than two updates.
     */
    public static List<Long> window(NavigableSet<Long> present, long step, long stride, int width) {
        List<Long> members = new ArrayList<>();
        for (long member = step; member >= present.first() && members.size() <= width; member -= stride) {
            if (!present.contains(member)) {
                return List.of();
            }
            members.addFirst(member);
        }
        return members.size() < FEWEST_SNAPSHOTS ? List.of() : members;
    }

    /** The snapshots that are whole strides after the first one, ascending. */
    public static List<Long> every(NavigableSet<Long> present, long stride) {
        return present.stream()
                .filter(step -> (step - present.first()) % stride == 0)
                .toList();
    }

    /** All steps at which a window ends, ascending. */
    public static List<Long> ends(NavigableSet<Long> present, long stride, int width) {
        return every(present, stride).stream()
                .filter(step -> !window(present, step, stride, width).isEmpty())
                .toList();
    }

    /** All windows of exactly {@code width} updates, ascending: the snapshots of each. */
    public static List<List<Long>> whole(NavigableSet<Long> present, long stride, int width) {
        return every(present, stride).stream()
                .map(step -> window(present, step, stride, width))
                .filter(snapshots -> snapshots.size() == width + 1)
                .toList();
    }

    /** Those of them of which no two have an update in common, from the first one on. */
    public static List<List<Long>> apart(NavigableSet<Long> present, long stride, int width) {
        List<List<Long>> windows = new ArrayList<>();
        for (List<Long> snapshots : whole(present, stride, width)) {
            if (windows.isEmpty() || snapshots.getFirst() >= windows.getLast().getLast()) {
                windows.add(snapshots);
            }
        }
        return windows;
    }

    /** The steps within two strides of a step at which a window ends, itself among them. */
    public static List<Long> neighbours(NavigableSet<Long> present, long step, long stride, int width) {
        List<Long> found = new ArrayList<>();
        for (long neighbour = step - 2 * stride; neighbour <= step + 2 * stride; neighbour += stride) {
            if (neighbour > 0 && !window(present, neighbour, stride, width).isEmpty()) {
                found.add(neighbour);
            }
        }
        return found;
    }

    /**
     * The snapshots from the first one on, at the distance that neighbours have most often, ascending; what another schedule has
     * kept between or after them is left out. Empty if one of them is missing, or there are fewer than two snapshots.
     */
    public static List<Long> even(NavigableSet<Long> present) {
        Map<Long, Integer> distances = new TreeMap<>();
        Long before = null;
        for (long step : present) {
            if (before != null) {
                distances.merge(step - before, 1, Integer::sum);
            }
            before = step;
        }
        if (distances.isEmpty()) {
            return List.of();
        }
        long distance = Collections.max(distances.entrySet(), Map.Entry.comparingByValue())
                .getKey();
        List<Long> members = new ArrayList<>();
        for (long step = present.first(); step <= present.last(); step += distance) {
            if (!present.contains(step)) {
                return List.of();
            }
            members.add(step);
        }
        return members;
    }

    /** The first one and every n-th after it, at most so many: at equal distances if they were. */
    public static List<Long> thinned(List<Long> steps, int most) {
        int every = Math.max(1, Math.ceilDiv(steps.size(), most));
        return IntStream.range(0, steps.size())
                .filter(index -> index % every == 0)
                .mapToObj(steps::get)
                .toList();
    }
}
