package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of a square matrix and a tall one, with elements before and after them. */
class RankOneBasesTest {
    private static final double ROUNDING = 1e-13;
    private static final WeightMatrix SQUARE = new WeightMatrix("block", "W_Q", 4, 10, 10);
    private static final WeightMatrix TALL = new WeightMatrix("block", "W_up", 110, 20, 8);
    private static final List<WeightMatrix> MATRICES = List.of(SQUARE, TALL);
    private static final int SIZE = 280;

    private final MemoryOwner owner = MemoryOwner.open("rank-one bases test");
    private final Backend backend = new CpuBackend();

    @AfterEach
    void close() {
        owner.close();
    }

    private Tensor random(long seed) {
        Tensor vector = backend.allocate(owner, DType.FLOAT64, 1, SIZE);
        backend.normal(new PhiloxKey[] {new PhiloxKey(seed, 1)}, 0, 1, vector);
        return vector;
    }

    @Test
    void whatIsSpannedByTheLeadingTermsIsCapturedWhole() {
        Tensor origin = random(1);
        // Rank 3 in both matrices: a sum of three random rank-one matrices each, and nothing outside of them.
        Tensor vector = backend.allocate(owner, DType.FLOAT64, 1, SIZE);
        for (WeightMatrix matrix : MATRICES) {
            for (int term = 0; term < 3; term++) {
                for (int row = 0; row < matrix.rows(); row++) {
                    for (int column = 0; column < matrix.columns(); column++) {
                        double product = origin.get(0, term * 20L + row) * origin.get(0, 100 + term * 20L + column);
                        long index = matrix.offset() + (long) row * matrix.columns() + column;
                        vector.set(vector.get(0, index) + product, 0, index);
                    }
                }
            }
        }
        RankOneBases basis = RankOneBases.leading(backend, owner, MATRICES, vector);
        assertThat(basis.dimension()).isEqualTo(6);
        assertThat(basis.shares(vector)[0]).isCloseTo(1, within(ROUNDING));
    }

    @Test
    void theShareIsThatOfAProjection() {
        Tensor origin = random(2);
        Tensor vector = random(3);
        double share = RankOneBases.leading(backend, owner, MATRICES, origin).shares(vector)[0];
        // By Eckart and Young, the terms of W carry σ₁² + σ₂² + σ₃² of ‖W‖² itself, less than all of a matrix of full
        // rank.
        double own = RankOneBases.leading(backend, owner, MATRICES, origin).shares(origin)[0];
        assertThat(own).isGreaterThan(0.5).isLessThan(1);
        // Six coordinates of 280: √(6/280) = 0.15, with a deviation of a third of that.
        assertThat(share).isBetween(0.02, 0.35);
        // What the basis does not see, the elements outside of the matrices, only dilutes the share.
        Tensor outside = random(4);
        for (WeightMatrix matrix : MATRICES) {
            backend.fill(matrix.piece(outside), 0);
        }
        assertThat(RankOneBases.leading(backend, owner, MATRICES, origin).shares(outside)[0])
                .isZero();
    }

    @Test
    void randomBasesCaptureOfAnyVectorWhatRandomSubspacesOfItsBlocksDo() {
        Tensor vector = random(5);
        backend.scale(10, SQUARE.piece(vector));
        double[] shares = RankOneBases.random(backend, owner, MATRICES, 1, 2000).shares(vector);
        double meanSquare =
                Arrays.stream(shares).map(share -> share * share).average().orElseThrow();
        double expected = 0;
        double square = 0;
        for (int i = 0; i < SIZE; i++) {
            square += vector.get(0, i) * vector.get(0, i);
        }
        for (WeightMatrix matrix : MATRICES) {
            for (long i = matrix.offset(); i < matrix.offset() + matrix.elements(); i++) {
                expected += 3.0 / matrix.elements() * vector.get(0, i) * vector.get(0, i) / square;
            }
        }
        // Coordinates of three terms: a relative deviation of √(2/3) in each draw, and five of them in 2000.
        assertThat(meanSquare).isCloseTo(expected, within(5 * Math.sqrt(2.0 / 3 / 2000) * expected));
    }
}
