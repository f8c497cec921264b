package dev.spectraledge.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.MemoryOwner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransposeTest {
    private static final int SOURCE_WIDTH = 80;

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "16, 16", "17, 33", "40, 64"})
    void columnsOfFloatsFilledUpWithZeros(int count, int width) {
        try (MemoryOwner owner = MemoryOwner.open("transpose")) {
            long rows =
                    owner.allocate((long) count * SOURCE_WIDTH * Float.BYTES).address();
            int padded = FloatLanes.padded(count);
            long target = owner.allocate((long) width * padded * Float.BYTES).address();
            long tile = owner.allocate(FloatTranspose.TILE).address();
            for (int i = 0; i < count * SOURCE_WIDTH; i++) {
                FloatLanes.write(rows + (long) i * Float.BYTES, i + 1);
            }
            FloatTranspose.columns(
                    count, width, rows, SOURCE_WIDTH * Float.BYTES, target, (long) padded * Float.BYTES, tile);
            for (int column = 0; column < width; column++) {
                for (int row = 0; row < padded; row++) {
                    float expected = row < count ? row * SOURCE_WIDTH + column + 1 : 0;
                    assertThat(FloatLanes.read(target + ((long) column * padded + row) * Float.BYTES))
                            .isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "8, 8", "17, 33"})
    void columnsOfDoublesFilledUpWithZeros(int count, int width) {
        try (MemoryOwner owner = MemoryOwner.open("transpose")) {
            long rows =
                    owner.allocate((long) count * SOURCE_WIDTH * Double.BYTES).address();
            int padded = DoubleLanes.padded(count);
            long target = owner.allocate((long) width * padded * Double.BYTES).address();
            long tile = owner.allocate(DoubleTranspose.TILE).address();
            for (int i = 0; i < count * SOURCE_WIDTH; i++) {
                DoubleLanes.write(rows + (long) i * Double.BYTES, i + 1);
            }
            DoubleTranspose.columns(
                    count, width, rows, SOURCE_WIDTH * Double.BYTES, target, (long) padded * Double.BYTES, tile);
            for (int column = 0; column < width; column++) {
                for (int row = 0; row < padded; row++) {
                    double expected = row < count ? row * SOURCE_WIDTH + column + 1 : 0;
                    assertThat(DoubleLanes.read(target + ((long) column * padded + row) * Double.BYTES))
                            .isEqualTo(expected);
                }
            }
        }
    }
}
