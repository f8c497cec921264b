package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrequentDirectionsTest {
    private final Backend backend = new CpuBackend();
    private MemoryOwner owner;

    @BeforeEach
    void open() {
        owner = MemoryOwner.open("frequent directions test");
    }

    @AfterEach
    void close() {
        owner.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64"})
    void boundsHoldForEveryDirectionAfterEveryRow(DType type) {
        int rows = 45;
        int columns = 40;
        int size = 6;
        double[][] a = TestMatrices.withSingularValues(TestMatrices.geometric(20, 0.05), rows, columns, 1);
        Tensor stream = TestMatrices.tensor(owner, type, a);
        double largestUse = 0;
        try (Workers workers = new Workers(2)) {
            FrequentDirections directions = new FrequentDirections(backend, workers, owner, type, size, columns);
            for (int row = 0; row < rows; row++) {
                directions.add(stream.slice(0, row, row + 1L));
                double[][] seen = TestMatrices.arrays(stream.slice(0, 0, row + 1L));
                double[] exact = TestMatrices.singularValues(seen);
                double tolerance = (type == DType.FLOAT32 ? 0x1p-23 : 0x1p-52) * 20 * directions.squaredNorm();
                double[] differences = eigenvaluesOfDifference(seen, TestMatrices.arrays(directions.sketch()), columns);
                assertThat(differences[columns - 1]).isGreaterThan(-tolerance);
                assertThat(differences[0]).isLessThan(directions.shrinkage() + tolerance);
                for (int k = 0; k < size; k++) {
                    double tail = 0;
                    for (int index = k; index < exact.length; index++) {
                        tail += exact[index] * exact[index];
                    }
                    assertThat(directions.shrinkage()).isLessThan(tail / (size - k) + tolerance);
                }
                double[] values = directions.singularValues();
                for (int index = 0; index < Math.min(values.length, exact.length); index++) {
                    double square = exact[index] * exact[index];
                    assertThat(square - values[index] * values[index])
                            .isBetween(-tolerance, directions.shrinkage() + tolerance);
                }
                if (directions.shrinkage() > 0) {
                    largestUse = Math.max(largestUse, differences[0] / directions.shrinkage());
                }
            }
            assertThat(directions.seen()).isEqualTo(rows);
            assertThat(directions.shrinkage()).isPositive();
        }
        System.out.printf("%s: largest fraction of the bound used %.2f%n", type, largestUse);
    }

    @Test
    void lowRankStreamsAreKeptExactly() {
        double[] values = {3, 2, 1};
        Tensor stream = TestMatrices.tensor(owner, DType.FLOAT64, TestMatrices.withSingularValues(values, 50, 9000, 2));
        try (Workers workers = new Workers(3)) {
            FrequentDirections directions = new FrequentDirections(backend, workers, owner, DType.FLOAT64, 5, 9000);
            for (int row = 0; row < 50; row++) {
                directions.add(stream.slice(0, row, row + 1L));
            }
            assertThat(directions.shrinkage()).isLessThan(1e-12);
            for (int index = 0; index < 3; index++) {
                assertThat(directions.singularValues()[index]).isCloseTo(values[index], within(1e-12));
            }
            assertThat(directions.squaredNorm()).isCloseTo(14, within(1e-12));
        }
    }

    @Test
    void restoredStateContinuesBitForBit() {
        Tensor stream = TestMatrices.tensor(owner, DType.FLOAT32, TestMatrices.gaussian(30, 100, 3));
        try (Workers workers = new Workers(2)) {
            FrequentDirections original = new FrequentDirections(backend, workers, owner, DType.FLOAT32, 4, 100);
            FrequentDirections restored = new FrequentDirections(backend, workers, owner, DType.FLOAT32, 4, 100);
            for (int row = 0; row < 17; row++) {
                original.add(stream.slice(0, row, row + 1L));
            }
            Map<String, Tensor> target = restored.state();
            original.state().forEach((name, tensor) -> backend.copy(tensor, target.get(name)));
            for (int row = 17; row < 30; row++) {
                original.add(stream.slice(0, row, row + 1L));
                restored.add(stream.slice(0, row, row + 1L));
            }
            assertThat(restored.singularValues()).isEqualTo(original.singularValues());
            assertThat(restored.shrinkage()).isEqualTo(original.shrinkage());
            assertThat(restored.seen()).isEqualTo(30);
        }
    }

    @Tag("garbage")
    @Test
    void rowsAllocateNothing() {
        try (Workers workers = new Workers(1)) {
            FrequentDirections directions = new FrequentDirections(backend, workers, owner, DType.FLOAT32, 4, 100);
            Tensor row = TestMatrices.tensor(owner, DType.FLOAT32, TestMatrices.gaussian(1, 100, 4));
            assertThat(Allocations.bytesPerCall(() -> directions.add(row))).isLessThan(1);
        }
    }

    @Test
    void refusesBadInput() {
        try (Workers workers = new Workers(1)) {
            assertThatThrownBy(() -> new FrequentDirections(backend, workers, owner, DType.FLOAT32, 1, 100))
                    .isInstanceOf(IllegalArgumentException.class);
            FrequentDirections directions = new FrequentDirections(backend, workers, owner, DType.FLOAT32, 4, 100);
            assertThatThrownBy(() -> directions.add(Tensor.allocate(owner, DType.FLOAT32, 1, 99)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[1, 100]");
        }
    }

    private static double[] eigenvaluesOfDifference(double[][] a, double[][] b, int columns) {
        double[] difference = new double[columns * columns];
        for (int i = 0; i < columns; i++) {
            for (int j = 0; j < columns; j++) {
                for (double[] row : a) {
                    difference[i * columns + j] += row[i] * row[j];
                }
                for (double[] row : b) {
                    difference[i * columns + j] -= row[i] * row[j];
                }
            }
        }
        SymmetricEigen eigen = new SymmetricEigen(columns);
        eigen.decompose(difference, columns);
        double[] values = new double[columns];
        for (int index = 0; index < columns; index++) {
            values[index] = eigen.value(index);
        }
        return values;
    }
}
