package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MatrixCommutatorTest {
    private static final int ORDER = 64;
    /** Rounding of sums of products of as many terms as a matrix has rows, and some room. */
    private static final double ROUNDING = 8 * ORDER * Math.ulp(1.0);

    private final MemoryOwner owner = MemoryOwner.open("matrix commutator test");
    private final Backend backend = new CpuBackend();
    private final MatrixCommutator commutator = new MatrixCommutator(backend, owner, ORDER);

    @AfterEach
    void close() {
        owner.close();
    }

    private Tensor random(long seed) {
        Tensor matrix = backend.allocate(owner, DType.FLOAT64, 1, ORDER, ORDER);
        backend.normal(new PhiloxKey[] {new PhiloxKey(seed, 1)}, 0, 1, matrix);
        return matrix.at(0);
    }

    @Test
    void matricesThatCommuteHaveNone() {
        Tensor matrix = random(1);
        Tensor square = backend.allocate(owner, DType.FLOAT64, 1, ORDER, ORDER);
        Tensor itself = matrix.reshape(1, ORDER, ORDER);
        backend.gemm(false, false, 1, itself, itself, 0, square);
        assertThat(commutator.relative(matrix, square.at(0))).isLessThan(ROUNDING);
    }

    @Test
    void shrinkingBothMatricesShrinksTheNormButNotItsShare() {
        Tensor a = random(2);
        Tensor b = random(3);
        double norm = commutator.norm(a, b);
        double share = commutator.relative(a, b);
        backend.scale(0.1, a.reshape(1, (long) ORDER * ORDER));
        backend.scale(0.1, b.reshape(1, (long) ORDER * ORDER));
        assertThat(commutator.norm(a, b) / norm).isCloseTo(0.01, within(0.01 * ROUNDING));
        assertThat(commutator.relative(a, b)).isCloseTo(share, within(ROUNDING));
    }

    @Test
    void independentRandomMatricesHaveTheShareOfTheNull() {
        double sum = 0;
        int pairs = 20;
        for (int pair = 0; pair < pairs; pair++) {
            sum += commutator.relative(random(10 + 2L * pair), random(11 + 2L * pair));
        }
        // A single share deviates by about 1/n of itself: n² nearly independent entries.
        double tolerance = 6 * MatrixCommutator.relativeOfRandom(ORDER) / ORDER;
        assertThat(sum / pairs).isCloseTo(MatrixCommutator.relativeOfRandom(ORDER), within(tolerance));
    }

    @Test
    void matricesThatCommuteLeastHaveTheWholeShare() {
        Tensor raising = backend.allocate(owner, DType.FLOAT64, 1, ORDER, ORDER).at(0);
        Tensor lowering =
                backend.allocate(owner, DType.FLOAT64, 1, ORDER, ORDER).at(0);
        raising.set(1, 0, 1);
        lowering.set(1, 1, 0);
        assertThat(commutator.relative(raising, lowering)).isCloseTo(1, within(ROUNDING));
    }
}
