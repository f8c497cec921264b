package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SketchEntriesTest {
    private static final PhiloxKey KEY = new PhiloxKey(7, 9);

    private final int[] words = new int[Philox.WORDS];

    @ParameterizedTest
    @CsvSource({"10, 4", "5, 5", "50, 1", "100, 9"})
    void sparseColumnsHaveDistinctRowsChosenUniformly(int rows, int nonzeros) {
        SketchOperator operator = new SketchOperator(SketchOperator.Kind.SPARSE_SIGN, rows, nonzeros, KEY);
        int columns = 20_000;
        int[] chosen = new int[rows];
        long negative = 0;
        int[] entries = new int[nonzeros];
        for (int column = 0; column < columns; column++) {
            SketchEntries.sparseColumn(operator, column, entries, words);
            negative += Arrays.stream(entries).filter(entry -> entry < 0).count();
            int[] distinct = Arrays.stream(entries)
                    .map(entry -> entry < 0 ? ~entry : entry)
                    .distinct()
                    .toArray();
            assertThat(distinct).hasSize(nonzeros);
            for (int row : distinct) {
                chosen[row]++;
            }
        }
        // Five standard deviations of the binomial counts.
        double share = (double) nonzeros / rows;
        double expected = columns * share;
        double bound = 5 * Math.sqrt(expected * (1 - share));
        assertThat(Arrays.stream(chosen).boxed()).allMatch(count -> Math.abs(count - expected) <= bound);
        double signs = (double) columns * nonzeros;
        assertThat(Math.abs(negative - signs / 2)).isLessThan(5 * Math.sqrt(signs) / 2);
    }

    @ParameterizedTest
    @CsvSource({"6", "7"})
    void gaussianEntriesAreNormalNumbersOfTheStream(int rows) {
        SketchOperator operator = new SketchOperator(SketchOperator.Kind.GAUSSIAN, rows, 0, KEY);
        double[] entries = new double[rows];

        SketchEntries.gaussianColumn(operator, 3, entries, words);

        int padded = rows % 2 == 0 ? rows : rows + 1;
        for (int row = 0; row < rows; row++) {
            assertThat(entries[row]).isEqualTo(Philox.normal(KEY, 3L * padded + row, words) * (1 / Math.sqrt(rows)));
        }
    }

    @Test
    void operatorsThatCannotBeDrawnAreRefused() {
        assertThatThrownBy(() -> new SketchOperator(SketchOperator.Kind.SPARSE_SIGN, 3, 4, KEY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 3 nonzeros per column, got 4");
        assertThatThrownBy(() -> new SketchOperator(SketchOperator.Kind.GAUSSIAN, 0, 0, KEY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one row");
    }
}
