package dev.spectraledge.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.linalg.DenseSvd;
import dev.spectraledge.trainer.TestMemory;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shapes are those of the published models: projections, and feed-forward matrices of both orientations. */
class NewtonSchulzTest {
    private static final int STEPS = 5;
    /** Share of the Frobenius norm from which on singular values end in the band. */
    private static final double COVERED = 0.0015;
    /** What five steps do to them; the published code promises about 0.5 to 1.5. */
    private static final double LOWEST = 0.68;

    private static final double HIGHEST = 1.21;
    /** Added to the norm, as published, which a small matrix shows. */
    private static final double GUARD = 1e-7;

    private static final double SCALE = 1e-3;
    /** Slope at zero: what becomes of an error in the smallest singular values. */
    private static final double AMPLIFICATION = Math.pow(3.4445, STEPS);

    private final Backend backend = new CpuBackend();

    @AfterEach
    void nothingLeaks() {
        assertThat(TestMemory.leaks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"128, 128", "256, 128", "128, 256", "24, 20"})
    void singularValuesOfWellConditionedMatricesEndInTheBand(int rows, int columns) {
        int values = Math.min(rows, columns);
        double share = requireBand(rows, columns, i -> 1 + i / (double) values);
        assertThat(share).isEqualTo(1);
    }

    /** Over six orders of magnitude, of which those down to 0.0015 of the norm are covered. */
    @ParameterizedTest
    @CsvSource({"128, 128", "256, 128", "128, 256", "24, 20"})
    void singularValuesOfIllConditionedMatricesEndInTheBandUnlessTheyAreTiny(int rows, int columns) {
        int values = Math.min(rows, columns);
        double share = requireBand(rows, columns, i -> Math.pow(10, -6.0 * i / (values - 1)));
        assertThat(share).isBetween(0.3, 0.6);
    }

    /** Like gradients at the beginning of training: the smallest of a square one are below the covered share. */
    @ParameterizedTest
    @CsvSource({"128, 128, 0.8", "256, 128, 1", "128, 256, 1"})
    void singularValuesOfRandomMatricesEndInTheBand(int rows, int columns, double least) {
        double share = requireBand(rows, columns, null);
        assertThat(share).isGreaterThanOrEqualTo(least);
    }

    /** Returns the share of singular values that is covered; {@code spectrum} null stands for that of a random matrix. */
    private double requireBand(int rows, int columns, IntToDoubleFunction spectrum) {
        double share = requireBand(DType.FLOAT64, rows, columns, spectrum);
        assertThat(requireBand(DType.FLOAT32, rows, columns, spectrum)).isEqualTo(share);
        return share;
    }

    private double requireBand(DType type, int rows, int columns, IntToDoubleFunction spectrum) {
        try (MemoryOwner owner = MemoryOwner.open("Newton–Schulz test")) {
            double[] singularValues = new double[Math.min(rows, columns)];
            Tensor matrix = matrix(owner, rows, columns, spectrum, singularValues);
            NewtonSchulz newtonSchulz =
                    new NewtonSchulz(backend, owner, type, 2, rows, columns, STEPS, MuonConvention.JORDAN);
            // The second of two matrices, of another size: the iteration is indifferent to that.
            backend.copy(matrix, newtonSchulz.input().at(1));
            backend.fill(newtonSchulz.input().at(0), 1);
            backend.scale(SCALE, newtonSchulz.input().reshape(2, (long) rows * columns));
            newtonSchulz.orthogonalise(0.5);
            double[] actual = singularValues(owner, newtonSchulz.output().at(1));

            double norm =
                    Math.sqrt(Arrays.stream(singularValues).map(s -> s * s).sum());
            double epsilon = type == DType.FLOAT64 ? 0x1p-52 : 0x1p-23;
            double tolerance = AMPLIFICATION * singularValues.length * epsilon;
            double[] expected = Arrays.stream(singularValues)
                    .map(s -> mapped(SCALE * s / (SCALE * norm + GUARD)))
                    .sorted()
                    .toArray();
            Arrays.sort(actual);
            int covered = 0;
            for (int i = 0; i < expected.length; i++) {
                assertThat(2 * actual[i])
                        .as("singular value %d in %s", i, type)
                        .isCloseTo(expected[i], within(tolerance));
                covered += singularValues[i] / norm >= COVERED ? 1 : 0;
            }
            for (int i = expected.length - covered; i < expected.length; i++) {
                assertThat(2 * actual[i]).as("singular value %d in %s", i, type).isBetween(LOWEST, HIGHEST);
            }
            return covered / (double) expected.length;
        }
    }

    /** φ, applied as often as the iteration has steps. */
    private static double mapped(double x) {
        double y = x;
        for (int step = 0; step < STEPS; step++) {
            y = 3.4445 * y - 4.7750 * Math.pow(y, 3) + 2.0315 * Math.pow(y, 5);
        }
        return y;
    }

    /** A random matrix, possibly with its singular values replaced, which are returned in any case. */
    private Tensor matrix(
            MemoryOwner owner, int rows, int columns, IntToDoubleFunction spectrum, double[] singularValues) {
        int values = singularValues.length;
        Tensor random = Tensor.allocate(owner, DType.FLOAT64, 1, rows, columns);
        backend.normal(new PhiloxKey[] {new PhiloxKey(rows, columns)}, 0, 1, random);
        DenseSvd svd = new DenseSvd(owner, DType.FLOAT64, rows, columns);
        svd.decompose(random.at(0));
        Tensor left = svd.leftVectors().reshape(1, rows, values);
        for (int i = 0; i < values; i++) {
            singularValues[i] = spectrum == null ? svd.singularValues().get(i) : spectrum.applyAsDouble(i);
            for (int row = 0; row < rows; row++) {
                left.set(singularValues[i] * left.get(0, row, i), 0, row, i);
            }
        }
        backend.gemm(false, false, 1, left, svd.rightVectors().reshape(1, values, columns), 0, random);
        return random.at(0);
    }

    private double[] singularValues(MemoryOwner owner, Tensor matrix) {
        Tensor copy = Tensor.allocate(owner, DType.FLOAT64, matrix.shape());
        backend.copy(matrix, copy);
        DenseSvd svd =
                new DenseSvd(owner, DType.FLOAT64, Math.toIntExact(matrix.size(0)), Math.toIntExact(matrix.size(1)));
        svd.decompose(copy);
        double[] values = new double[Math.toIntExact(svd.singularValues().size(0))];
        Arrays.setAll(values, svd.singularValues()::get);
        return values;
    }

    @Test
    void zerosStayZeros() {
        try (MemoryOwner owner = MemoryOwner.open("Newton–Schulz test")) {
            NewtonSchulz newtonSchulz =
                    new NewtonSchulz(backend, owner, DType.FLOAT32, 1, 3, 2, 2, MuonConvention.JORDAN);
            newtonSchulz.orthogonalise(1);
            for (int i = 0; i < 6; i++) {
                assertThat(newtonSchulz.output().get(0, i / 2, i % 2)).isZero();
            }
        }
    }
}
