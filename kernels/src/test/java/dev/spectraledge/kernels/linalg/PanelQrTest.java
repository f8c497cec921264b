package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PanelQrTest {
    private static final int ROWS = 700;
    private static final int COLUMNS = 12;

    private final Backend backend = new CpuBackend();
    private MemoryOwner owner;
    private Workers workers;
    private PanelQr qr;

    @BeforeEach
    void open() {
        owner = MemoryOwner.open("panel qr test");
        workers = new Workers(2);
        qr = new PanelQr(new TallAlgebra(backend, workers), DenseFactorizations.LAPACK);
    }

    @AfterEach
    void close() {
        workers.close();
        owner.close();
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, false, 1e-2, 0",
        "FLOAT32, true, 1e-2, 0",
        "FLOAT32, false, 1e-4, 0",
        "FLOAT32, true, 1e-4, 0",
        "FLOAT64, false, 1e-5, 0",
        "FLOAT64, true, 1e-5, 0",
        "FLOAT32, false, 1e-9, 1",
        "FLOAT32, true, 1e-9, 1",
        "FLOAT64, false, 1e-12, 1",
        "FLOAT64, true, 1e-12, 1"
    })
    void meetsTheRatiosOfLapackWhateverTheCondition(DType type, boolean transposed, double last, int reflections) {
        double[][] a = TestMatrices.withSingularValues(TestMatrices.geometric(COLUMNS, last), ROWS, COLUMNS, 7);
        TallMatrix panel = panel(type, a, transposed);
        double[][] rounded = columns(panel);
        double[][] r = qr.factor(panel);
        for (int row = 0; row < r.length; row++) {
            for (int column = 0; column < row; column++) {
                assertThat(r[row][column]).isZero();
            }
        }
        LapackRatios.qr(rounded, columns(panel), r, type);
        assertThat(qr.householderFactorisations()).isEqualTo(reflections);
    }

    /** Columns of very different lengths are no ill condition of their directions. */
    @ParameterizedTest
    @CsvSource({"FLOAT32", "FLOAT64"})
    void columnsOfDifferentLengthsNeedNoReflections(DType type) {
        double[][] a = TestMatrices.gaussian(ROWS, COLUMNS, 3);
        for (double[] row : a) {
            for (int column = 0; column < COLUMNS; column++) {
                row[column] *= Math.pow(10, -column);
            }
        }
        TallMatrix panel = panel(type, a, false);
        double[][] rounded = columns(panel);
        double[][] r = qr.factor(panel);
        LapackRatios.qr(rounded, columns(panel), r, type);
        assertThat(qr.householderFactorisations()).isZero();
    }

    @Test
    void conditioningLeavesTheRangeAndNearlyIndependentColumns() {
        double[][] a = TestMatrices.withSingularValues(TestMatrices.geometric(COLUMNS, 1e-4), ROWS, COLUMNS, 8);
        TallMatrix panel = panel(DType.FLOAT32, a, false);
        qr.condition(panel);
        double[] values = TestMatrices.singularValues(columns(panel));
        assertThat(values[0] / values[COLUMNS - 1]).isLessThan(1.3);
        assertThat(qr.householderFactorisations()).isZero();
    }

    @Test
    void deficientPanelsAreCountedAndFactored() {
        double[][] a = TestMatrices.withSingularValues(new double[] {1, 0.5}, ROWS, COLUMNS, 9);
        TallMatrix panel = panel(DType.FLOAT32, a, true);
        double[][] rounded = columns(panel);
        double[][] r = qr.factor(panel);
        LapackRatios.qr(rounded, columns(panel), r, DType.FLOAT32);
        assertThat(qr.householderFactorisations()).isEqualTo(1);
    }

    @Test
    void refusesNumbersThatAreNotFinite() {
        double[][] a = TestMatrices.gaussian(ROWS, COLUMNS, 3);
        a[ROWS - 1][2] = Double.NaN;
        TallMatrix panel = panel(DType.FLOAT32, a, false);
        assertThatThrownBy(() -> qr.factor(panel))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("finite");
    }

    private TallMatrix panel(DType type, double[][] a, boolean transposed) {
        double[][] stored = transposed ? DoubleMatrices.transpose(a) : a;
        Tensor tensor = TestMatrices.tensor(owner, type, stored);
        return new TallMatrix(tensor.reshape(1, stored.length, stored[0].length), transposed);
    }

    private static double[][] columns(TallMatrix panel) {
        double[][] stored = TestMatrices.arrays(panel.stored().at(0));
        return panel.transposed() ? DoubleMatrices.transpose(stored) : stored;
    }
}
