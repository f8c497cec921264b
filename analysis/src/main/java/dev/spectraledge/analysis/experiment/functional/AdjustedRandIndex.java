package dev.spectraledge.analysis.experiment.functional;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How far two groupings of the same inputs agree, beyond chance (Hubert and Arabie 1985). */
final class AdjustedRandIndex {
    private AdjustedRandIndex() {}

    /** 1 where they are equal, 0 in the mean where they have nothing to do with each other. */
    static double of(int[] first, int[] second) {
        Map<List<Integer>, Integer> cells = new HashMap<>();
        Map<Integer, Integer> rows = new HashMap<>();
        Map<Integer, Integer> columns = new HashMap<>();
        for (int index = 0; index < first.length; index++) {
            cells.merge(List.of(first[index], second[index]), 1, Integer::sum);
            rows.merge(first[index], 1, Integer::sum);
            columns.merge(second[index], 1, Integer::sum);
        }
        double ofRows = pairs(rows);
        double ofColumns = pairs(columns);
        double expected = ofRows * ofColumns / (first.length * (first.length - 1.0) / 2);
        double most = (ofRows + ofColumns) / 2;
        return most == expected ? 1 : (pairs(cells) - expected) / (most - expected);
    }

    private static double pairs(Map<?, Integer> counts) {
        return counts.values().stream()
                .mapToDouble(count -> count * (count - 1.0) / 2)
                .sum();
    }
}
