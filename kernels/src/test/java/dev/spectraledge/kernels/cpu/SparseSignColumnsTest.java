package dev.spectraledge.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchEntries;
import dev.spectraledge.kernels.SketchOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparseSignColumnsTest {
    @ParameterizedTest
    @CsvSource({"1, 1, 0", "7, 7, 3", "100, 8, 123456789", "50, 5, 4294967290"})
    void entriesAreThoseOfTheScalarDefinition(int rows, int nonzeros, long first) {
        SketchOperator operator = new SketchOperator(
                SketchOperator.Kind.SPARSE_SIGN, rows, nonzeros, new PhiloxKey(0x123456789ABCDEFL, -77));
        int[] expected = new int[nonzeros];
        int[] words = new int[Philox.WORDS];
        try (MemoryOwner owner = MemoryOwner.open("sparse signs")) {
            long target = owner.allocate(SparseSignColumns.scratch(operator)).address();
            SparseSignColumns.entries(operator, first, target);
            for (int column = 0; column < SparseSignColumns.COLUMNS; column++) {
                SketchEntries.sparseColumn(operator, first + column, expected, words);
                for (int entry = 0; entry < nonzeros; entry++) {
                    long packed =
                            RawMemory.readLong(target + entry * SparseSignColumns.STRIDE + (long) column * Long.BYTES);
                    int row = (int) ((packed & Long.MAX_VALUE) / Double.BYTES);
                    assertThat(packed < 0 ? ~row : row).isEqualTo(expected[entry]);
                }
            }
        }
    }
}
