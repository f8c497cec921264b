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
import dev.spectraledge.kernels.reference.ReferenceBackend;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RollingGramTest {
    private static final double EPSILON = 0x1p-52;

    private final Backend backend = new ReferenceBackend();
    private MemoryOwner owner;

    @BeforeEach
    void open() {
        owner = MemoryOwner.open("rolling gram test");
    }

    @AfterEach
    void close() {
        owner.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64"})
    void singularValuesAgreeWithLapackDownToARatioOfOneInAHundredThousand(DType type) {
        double worst = 0;
        for (long seed = 1; seed <= 3; seed++) {
            double[][] updates = TestMatrices.withSingularValues(TestMatrices.geometric(10, 1e-5), 10, 20_000, seed);
            try (Workers workers = new Workers(2)) {
                RollingGram gram = new RollingGram(backend, workers, owner, type, 1, 10, 20_000);
                Tensor rows = TestMatrices.tensor(owner, type, updates);
                for (int row = 0; row < 10; row++) {
                    gram.add(rows.slice(0, row, row + 1));
                }
                WindowSpectrum spectrum = new WindowSpectrum(1, 10);
                gram.spectrum(spectrum);
                double[] expected = TestMatrices.singularValues(TestMatrices.arrays(rows));
                assertThat(expected[9] / expected[0]).isBetween(0.9e-5, 1.1e-5);
                for (int index = 0; index < 10; index++) {
                    double error = Math.abs(spectrum.singularValue(0, index) / expected[index] - 1);
                    assertThat(error)
                            .as("σ_%d", index + 1)
                            .isLessThan(1e-6)
                            .isLessThan(spectrum.relativeErrorBound(0, index) + 1e-10);
                    worst = Math.max(worst, error);
                }
                assertThat(spectrum.relativeErrorBound(0, 0)).isLessThan(1e-14);
                assertThat(spectrum.relativeErrorBound(0, 9)).isLessThan(1e-5);
            }
        }
        System.out.printf("%s: largest relative error of σ against dgesdd %.2e (limit 1e-6)%n", type, worst);
    }

    @Test
    void evictsTheOldestRow() {
        int window = 4;
        double[][] updates = TestMatrices.gaussian(11, 50, 2);
        try (Workers workers = new Workers(1)) {
            RollingGram gram = new RollingGram(backend, workers, owner, DType.FLOAT64, 1, window, 50);
            WindowSpectrum spectrum = new WindowSpectrum(1, window);
            for (int update = 0; update < updates.length; update++) {
                TestMatrices.fill(gram.next().at(0), updates[update]);
                gram.commit();
                int rows = Math.min(window, update + 1);
                assertThat(gram.rows()).isEqualTo(rows);
                double trace = 0;
                for (int row = 0; row < rows; row++) {
                    double[] expected = updates[update + 1 - rows + row];
                    assertThat(TestMatrices.array(gram.row(row).at(0))).isEqualTo(expected);
                    trace += TestMatrices.dot(expected, expected);
                    for (int column = 0; column < rows; column++) {
                        double product = TestMatrices.dot(expected, updates[update + 1 - rows + column]);
                        assertThat(gram.product(0, row, column)).isCloseTo(product, within(50 * 50 * EPSILON));
                    }
                }
                gram.spectrum(spectrum);
                assertThat(spectrum.rows()).isEqualTo(rows);
                assertThat(spectrum.updates()).isEqualTo(update + 1);
                assertThat(spectrum.trace(0)).isCloseTo(trace, within(1e-12 * trace));
            }
        }
    }

    @Test
    void directionsAreOrthonormalAndDiagonalizeTheWindow() {
        double[][] updates = TestMatrices.gaussian(7, 300, 3);
        try (Workers workers = new Workers(3)) {
            RollingGram gram = new RollingGram(backend, workers, owner, DType.FLOAT64, 2, 5, 300);
            feed(gram, updates, 7);
            WindowSpectrum spectrum = new WindowSpectrum(2, 5);
            gram.spectrum(spectrum);
            Tensor[] directions = new Tensor[5];
            for (int index = 0; index < 5; index++) {
                directions[index] = backend.allocate(owner, DType.FLOAT64, 2, 300);
                gram.direction(spectrum, index, directions[index]);
            }
            for (int run = 0; run < 2; run++) {
                for (int i = 0; i < 5; i++) {
                    double[] direction = TestMatrices.array(directions[i].at(run));
                    for (int j = 0; j < 5; j++) {
                        double product = TestMatrices.dot(direction, TestMatrices.array(directions[j].at(run)));
                        assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-13));
                    }
                    for (int row = 0; row < 5; row++) {
                        double onRow = TestMatrices.dot(
                                direction, TestMatrices.array(gram.row(row).at(run)));
                        assertThat(onRow)
                                .isCloseTo(
                                        spectrum.singularValue(run, i) * spectrum.leftVector(run, i, row),
                                        within(1e-12));
                    }
                }
            }
        }
    }

    @Test
    void overlapsEqualThoseOfTheDirections() {
        int window = 4;
        double[][] updates = TestMatrices.gaussian(9, 200, 4);
        try (Workers workers = new Workers(2)) {
            RollingGram gram = new RollingGram(backend, workers, owner, DType.FLOAT64, 1, window, 200);
            WindowSpectrum previous = new WindowSpectrum(1, window);
            WindowSpectrum current = new WindowSpectrum(1, window);
            double[][] previousDirections = new double[window][];
            double[][] directions = new double[window][];
            double[] overlaps = new double[window * window];
            Tensor direction = backend.allocate(owner, DType.FLOAT64, 1, 200);
            for (int update = 0; update < updates.length; update++) {
                TestMatrices.fill(gram.next().at(0), updates[update]);
                gram.commit();
                gram.spectrum(current);
                for (int index = 0; index < current.rows(); index++) {
                    gram.direction(current, index, direction);
                    directions[index] = TestMatrices.array(direction.at(0));
                }
                if (update > 0) {
                    gram.overlaps(0, current, previous, overlaps);
                    for (int i = 0; i < current.rows(); i++) {
                        for (int j = 0; j < previous.rows(); j++) {
                            assertThat(overlaps[i * window + j])
                                    .isCloseTo(TestMatrices.dot(directions[i], previousDirections[j]), within(1e-12));
                        }
                    }
                }
                WindowSpectrum kept = previous;
                previous = current;
                current = kept;
                double[][] keptDirections = previousDirections;
                previousDirections = directions;
                directions = keptDirections;
            }
            WindowSpectrum stale = current;
            WindowSpectrum newest = previous;
            TestMatrices.fill(gram.next().at(0), updates[0]);
            gram.commit();
            assertThatThrownBy(() -> gram.direction(newest, 0, direction))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("10 updates");
            gram.spectrum(newest);
            assertThatThrownBy(() -> gram.overlaps(0, newest, stale, overlaps))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("after update 9");
        }
    }

    @Test
    void rowsThatAreWrittenInTheirPlaceAreTheSameAsRowsThatAreCopied() {
        Tensor rows = TestMatrices.tensor(owner, DType.FLOAT32, TestMatrices.gaussian(6, 1000, 9));
        try (Workers workers = new Workers(3)) {
            RollingGram copied = new RollingGram(backend, workers, owner, DType.FLOAT32, 1, 4, 1000);
            RollingGram written = new RollingGram(backend, workers, owner, DType.FLOAT32, 1, 4, 1000);
            for (long update = 0; update < 6; update++) {
                Tensor row = rows.slice(0, update, update + 1);
                copied.add(row);
                backend.copy(row, written.next());
                written.commit();
            }
            written.state()
                    .forEach((name, tensor) -> assertThat(tensor.segment()
                                    .mismatch(copied.state().get(name).segment()))
                            .as(name)
                            .isEqualTo(-1));
        }
    }

    @Test
    void changeNormIsThatOfTheRankTwoUpdate() {
        int parameters = 12;
        int window = 3;
        double[][] updates = TestMatrices.gaussian(6, parameters, 8);
        try (Workers workers = new Workers(1)) {
            RollingGram gram = new RollingGram(backend, workers, owner, DType.FLOAT64, 1, window, parameters);
            for (int update = 0; update < updates.length; update++) {
                TestMatrices.fill(gram.next().at(0), updates[update]);
                gram.commit();
                double squares = 0;
                for (int i = 0; i < parameters; i++) {
                    for (int j = 0; j < parameters; j++) {
                        double change = updates[update][i] * updates[update][j];
                        if (update >= window) {
                            change -= updates[update - window][i] * updates[update - window][j];
                        }
                        squares += change * change;
                    }
                }
                assertThat(gram.changeNorm(0)).isCloseTo(Math.sqrt(squares), within(1e-12 * Math.sqrt(squares)));
            }
        }
    }

    @Test
    void restoredStateContinuesBitForBit() {
        double[][] updates = TestMatrices.gaussian(12, 333, 9);
        try (Workers workers = new Workers(2)) {
            RollingGram original = new RollingGram(backend, workers, owner, DType.FLOAT32, 2, 4, 333);
            RollingGram restored = new RollingGram(backend, workers, owner, DType.FLOAT32, 2, 4, 333);
            feed(original, updates, 7);
            Map<String, Tensor> target = restored.state();
            original.state().forEach((name, tensor) -> backend.copy(tensor, target.get(name)));
            assertThat(restored.seen()).isEqualTo(7);
            for (int update = 7; update < 12; update++) {
                feedOne(original, updates, update);
                feedOne(restored, updates, update);
                assertSameSpectrum(original, restored, 0);
            }
            original.state()
                    .forEach((name, tensor) -> assertThat(tensor.segment()
                                    .mismatch(restored.state().get(name).segment()))
                            .as(name)
                            .isEqualTo(-1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void threadCountsAreReproducibleAndAgreeToRounding(int threads) {
        double[][] updates = TestMatrices.gaussian(6, 1000, 10);
        try (Workers one = new Workers(1);
                Workers workers = new Workers(threads)) {
            RollingGram reference = new RollingGram(backend, one, owner, DType.FLOAT32, 1, 5, 1000);
            RollingGram first = new RollingGram(backend, workers, owner, DType.FLOAT32, 1, 5, 1000);
            RollingGram second = new RollingGram(backend, workers, owner, DType.FLOAT32, 1, 5, 1000);
            feed(reference, updates, 6);
            feed(first, updates, 6);
            feed(second, updates, 6);
            assertSameSpectrum(first, second, 0);
            assertSameSpectrum(reference, first, 10 * EPSILON);
        }
    }

    @Test
    void runsAreIndependent() {
        double[][] updates = TestMatrices.gaussian(7, 90, 11);
        try (Workers workers = new Workers(2)) {
            RollingGram both = new RollingGram(backend, workers, owner, DType.FLOAT64, 2, 4, 90);
            RollingGram second = new RollingGram(backend, workers, owner, DType.FLOAT64, 1, 4, 90);
            feed(both, updates, 7);
            for (int update = 0; update < 7; update++) {
                TestMatrices.fill(second.next().at(0), scaled(updates[update], update % 3 + 1));
                second.commit();
            }
            WindowSpectrum ofBoth = new WindowSpectrum(2, 4);
            WindowSpectrum ofSecond = new WindowSpectrum(1, 4);
            both.spectrum(ofBoth);
            second.spectrum(ofSecond);
            for (int index = 0; index < 4; index++) {
                assertThat(ofBoth.singularValue(1, index)).isEqualTo(ofSecond.singularValue(0, index));
            }
        }
    }

    @Tag("garbage")
    @Test
    void updatesAllocateNothing() {
        Backend cpu = new CpuBackend();
        try (Workers workers = new Workers(1)) {
            RollingGram gram = new RollingGram(cpu, workers, owner, DType.FLOAT32, 2, 6, 500);
            Tensor update = TestMatrices.tensor(owner, DType.FLOAT32, TestMatrices.gaussian(2, 500, 12));
            Tensor change = TestMatrices.tensor(owner, DType.FLOAT32, TestMatrices.gaussian(2, 500, 13));
            Tensor direction = cpu.allocate(owner, DType.FLOAT32, 2, 500);
            WindowSpectrum previous = new WindowSpectrum(2, 6);
            WindowSpectrum current = new WindowSpectrum(2, 6);
            double[] overlaps = new double[36];
            double[] factors = {0.3, -0.4, 0.7, -0.6, 0.2, -0.1, -0.1};
            gram.add(update);
            assertThat(Allocations.bytesPerCall(() -> {
                        gram.spectrum(previous);
                        cpu.axpy(factors[(int) (gram.seen() % 7)], change, update);
                        gram.add(update);
                        gram.spectrum(current);
                        gram.overlaps(0, current, previous, overlaps);
                        gram.direction(current, 0, direction);
                    }))
                    .isLessThan(1);
        }
    }

    @Test
    void refusesBadInput() {
        try (Workers workers = new Workers(1)) {
            RollingGram gram = new RollingGram(backend, workers, owner, DType.FLOAT32, 1, 3, 10);
            WindowSpectrum spectrum = new WindowSpectrum(1, 3);
            assertThatThrownBy(() -> gram.spectrum(spectrum)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> gram.add(Tensor.allocate(owner, DType.FLOAT32, 1, 9)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[1, 10]");
            gram.next().set(Double.NaN, 0, 3);
            gram.commit();
            assertThatThrownBy(() -> gram.spectrum(spectrum))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("update");
            Tensor zero = Tensor.allocate(owner, DType.FLOAT32, 1, 10);
            for (int update = 0; update < 3; update++) {
                gram.add(zero);
            }
            gram.spectrum(spectrum);
            assertThat(spectrum.singularValue(0, 0)).isZero();
            assertThat(spectrum.relativeErrorBound(0, 0)).isInfinite();
            assertThatThrownBy(() -> gram.direction(spectrum, 0, zero))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("rank-deficient");
            assertThatThrownBy(() -> new RollingGram(backend, workers, owner, DType.FLOAT32, 1, 65, 10))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Run s gets the update times (update mod 3)·s + 1, so that runs differ in shape, not only in scale. */
    private static void feed(RollingGram gram, double[][] updates, int count) {
        for (int update = 0; update < count; update++) {
            feedOne(gram, updates, update);
        }
    }

    private static void feedOne(RollingGram gram, double[][] updates, int update) {
        for (int run = 0; run < gram.runs(); run++) {
            TestMatrices.fill(gram.next().at(run), scaled(updates[update], update % 3 * run + 1));
        }
        gram.commit();
    }

    private static double[] scaled(double[] values, double factor) {
        double[] scaled = values.clone();
        for (int index = 0; index < scaled.length; index++) {
            scaled[index] *= factor;
        }
        return scaled;
    }

    private static void assertSameSpectrum(RollingGram first, RollingGram second, double relativeTolerance) {
        WindowSpectrum a = new WindowSpectrum(first.runs(), first.window());
        WindowSpectrum b = new WindowSpectrum(first.runs(), first.window());
        first.spectrum(a);
        second.spectrum(b);
        for (int run = 0; run < first.runs(); run++) {
            for (int index = 0; index < a.rows(); index++) {
                double value = a.singularValue(run, index);
                assertThat(b.singularValue(run, index)).isCloseTo(value, within(relativeTolerance * value));
                if (relativeTolerance == 0) {
                    for (int row = 0; row < a.rows(); row++) {
                        assertThat(b.leftVector(run, index, row)).isEqualTo(a.leftVector(run, index, row));
                    }
                }
            }
        }
    }
}
