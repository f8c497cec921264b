package dev.spectraledge.analysis.experiment.functional;

import java.util.Arrays;

/** How far two groupings of the same inputs agree, beyond chance (Hubert and Arabie 1985). */
final class AdjustedRandIndex {
    private AdjustedRandIndex() {}

    /** 1 where they are equal, 0 in the mean where they have nothing to do with each other. */
    static double of(int[] first, int[] second) {
        Grouping rows = Grouping.of(first);
        Grouping columns = Grouping.of(second);
        int[][] cells = new int[rows.count()][columns.count()];
        int[] rowSums = new int[rows.count()];
        int[] columnSums = new int[columns.count()];
        for (int index = 0; index < first.length; index++) {
            int row = rows.numbers()[index];
            int column = columns.numbers()[index];
            cells[row][column]++;
            rowSums[row]++;
            columnSums[column]++;
        }
        double both = Arrays.stream(cells).mapToDouble(AdjustedRandIndex::pairs).sum();
        double ofRows = pairs(rowSums);
        double ofColumns = pairs(columnSums);
        double expected = ofRows * ofColumns / (first.length * (first.length - 1.0) / 2);
        double most = (ofRows + ofColumns) / 2;
        return most == expected ? 1 : (both - expected) / (most - expected);
    }

    private static double pairs(int[] counts) {
        return Arrays.stream(counts)
                .mapToDouble(count -> count * (count - 1.0) / 2)
                .sum();
    }
}
