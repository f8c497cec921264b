package dev.spectraledge.analysis.experiment.functional;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** How far two groupings of the same inputs agree, beyond chance (Hubert and Arabie 1985). */
final class AdjustedRandIndex {
    private AdjustedRandIndex() {}

    /** 1 where they are equal, 0 in the mean where they have nothing to do with each other. */
    static double of(int[] first, int[] second) {
        int[] rowOf = numbered(first);
        int[] columnOf = numbered(second);
        int[][] cells = new int[first.length][];
        int[] rows = new int[first.length];
        int[] columns = new int[first.length];
        double both = 0;
        for (int index = 0; index < first.length; index++) {
            int row = rowOf[index];
            if (cells[row] == null) {
                cells[row] = new int[first.length];
            }
            both += cells[row][columnOf[index]]++;
            rows[row]++;
            columns[columnOf[index]]++;
        }
        double ofRows = pairs(rows);
        double ofColumns = pairs(columns);
        double expected = ofRows * ofColumns / (first.length * (first.length - 1.0) / 2);
        double most = (ofRows + ofColumns) / 2;
        return most == expected ? 1 : (both - expected) / (most - expected);
    }

    /** Groups by number, in the order of their appearance. */
    private static int[] numbered(int[] groups) {
        Map<Integer, Integer> numbers = new HashMap<>();
        return Arrays.stream(groups)
                .map(group -> {
                    numbers.putIfAbsent(group, numbers.size());
                    return numbers.get(group);
                })
                .toArray();
    }

    private static double pairs(int[] counts) {
        return Arrays.stream(counts).mapToDouble(count -> count * (count - 1.0) / 2).sum();
    }
}
