package dev.spectraledge.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.StoredFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DifferenceBandTest {
    /** Of Σ|xy|; the longest chain, of {@link DifferenceBand#BLOCK} elements, adds 32 products and 64 sums to each lane. */
    private static final double RELATIVE_ERROR = 8 * 0x1p-53;

    private static final StoredFormat[] FORMATS = StoredFormat.values();

    /** Vectors of small changes, as a training makes them, one format after the other. */
    private static final class Vectors implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final StoredFormat[] formats;
        private final long[] addresses;
        private final double[][] values;

        Vectors(int count, int elements, StoredFormat... cycle) {
            Random random = new Random(count * 31L + elements);
            formats = new StoredFormat[count];
            addresses = new long[count];
            values = new double[count][elements];
            for (int vector = 0; vector < count; vector++) {
                StoredFormat format = cycle[vector % cycle.length];
                formats[vector] = format;
                MemorySegment memory =
                        arena.allocate((long) elements * format.bytes() + 1).asSlice(1);
                addresses[vector] = memory.address();
                for (int index = 0; index < elements; index++) {
                    double before = vector == 0 ? random.nextGaussian() : values[vector - 1][index];
                    values[vector][index] = store(memory, format, index, before + 0.1 * random.nextGaussian());
                }
            }
        }

        private static double store(MemorySegment memory, StoredFormat format, int index, double value) {
            long offset = (long) index * format.bytes();
            switch (format) {
                case FLOAT64 -> memory.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, offset, value);
                case FLOAT32 -> memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, offset, (float) value);
                case FLOAT16 ->
                    memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, Float.floatToFloat16((float) value));
                case BFLOAT16 ->
                    memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, (short)
                            (Float.floatToRawIntBits((float) value) >>> 16));
            }
            return StoredNumbers.read(format, memory.address() + offset);
        }

        double difference(int row, int index) {
            return values[row + 1][index] - values[row][index];
        }

        double[] products(MemoryOwner owner, int rows, int ages) {
            DifferenceBand band = new DifferenceBand(owner, rows, ages);
            double[] products = new double[band.products()];
            band.multiply(formats, addresses, values[0].length, products);
            return products;
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 5", "2, 3, 1", "5, 6, 2048", "20, 11, 16384", "75, 11, 2500", "70, 41, 301", "9, 1, 4097"})
    void productsAreThoseOfPlainLoops(int rows, int ages, int elements) {
        try (MemoryOwner owner = MemoryOwner.open("band");
                Vectors vectors = new Vectors(rows + 1, elements, FORMATS)) {
            double[] products = vectors.products(owner, rows, ages);
            for (int number = 0; number < rows; number++) {
                int row = number;
                for (int age = 0; age <= Math.min(ages - 1, row); age++) {
                    int older = row - age;
                    requireSum(
                            products[row * (ages + 1) + age],
                            elements,
                            index -> vectors.difference(row, index),
                            index -> vectors.difference(older, index));
                }
                requireSum(
                        products[row * (ages + 1) + ages],
                        elements,
                        index -> vectors.values[row + 1][index],
                        index -> vectors.difference(row, index));
            }
        }
    }

    /** Plain loops of exact terms, added up in twice the precision. */
    private static void requireSum(double product, int elements, IntToDoubleFunction x, IntToDoubleFunction y) {
        double sum = 0;
        double lost = 0;
        double magnitude = 0;
        for (int index = 0; index < elements; index++) {
            double factor = y.applyAsDouble(index);
            double term = x.applyAsDouble(index) * factor;
            lost += Math.fma(x.applyAsDouble(index), factor, -term);
            double next = sum + term;
            double part = next - sum;
            lost += (sum - (next - part)) + (term - part);
            sum = next;
            magnitude += Math.abs(term);
        }
        assertThat(product).isCloseTo(sum + lost, within(RELATIVE_ERROR * magnitude));
    }

    /** What is computed with few vectors, or later, has the same bits as what is computed with all. */
    @Test
    void bitsDependOnTheTwoVectorsAlone() {
        try (MemoryOwner owner = MemoryOwner.open("band");
                Vectors vectors = new Vectors(46, 5000, StoredFormat.FLOAT32)) {
            double[] all = vectors.products(owner, 45, 13);
            int from = 39;
            DifferenceBand few = new DifferenceBand(owner, 5, 4);
            double[] products = new double[few.products()];
            few.multiply(
                    Arrays.copyOfRange(vectors.formats, from, from + 6),
                    Arrays.copyOfRange(vectors.addresses, from, from + 6),
                    5000,
                    products);
            for (int row = 0; row < 5; row++) {
                for (int age = 0; age <= Math.min(3, row); age++) {
                    assertThat(products[row * 5 + age]).isEqualTo(all[(from + row) * 14 + age]);
                }
                assertThat(products[row * 5 + 4]).isEqualTo(all[(from + row) * 14 + 13]);
            }
        }
    }

    @Test
    void whatIsNotFiniteShowsInTheSquareOfItsDifference() {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            for (int vector = 0; vector < 4; vector++) {
                try (MemoryOwner owner = MemoryOwner.open("band");
                        Vectors vectors = new Vectors(4, 300, StoredFormat.FLOAT32)) {
                    RawMemory.ALL.set(
                            ValueLayout.JAVA_FLOAT_UNALIGNED, vectors.addresses[vector] + 4L * 299, (float) bad);
                    double[] products = vectors.products(owner, 3, 1);
                    assertThat(Double.isFinite(products[2 * Math.max(0, vector - 1)]))
                            .isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("garbage")
    void makesNoGarbage(StoredFormat format) {
        try (MemoryOwner owner = MemoryOwner.open("band");
                Vectors vectors = new Vectors(10, 700, format)) {
            DifferenceBand band = new DifferenceBand(owner, 9, 6);
            double[] products = new double[band.products()];
            assertThat(Allocations.bytesPerCall(() -> band.multiply(vectors.formats, vectors.addresses, 700, products)))
                    .isZero();
        }
    }
}
