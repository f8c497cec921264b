package dev.spectraledge.analysis.experiment.trajectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrajectoryBasisTest {
    private static final int SIZE = 300;

    private final Backend backend = new CpuBackend();

    private void requireRebuilt(double[][] points) {
        try (MemoryOwner owner = MemoryOwner.open("basis")) {
            TrajectoryBasis basis = TrajectoryBasis.of(backend, owner, points.length, SIZE, 3, (index, row) -> {
                for (int element = 0; element < SIZE; element++) {
                    row.set(points[index][element], 0, element);
                }
            });
            // A root of a difference of squares, each rounded to 2⁻⁵² times the condition of random square matrices.
            assertThat(basis.error()).isLessThan(1e-7);
            Tensor rebuilt = backend.allocate(owner, DType.FLOAT64, 1, SIZE);
            for (int index = 0; index < points.length; index++) {
                basis.combine(basis.coordinates()[index], rebuilt);
                for (int element = 0; element < SIZE; element++) {
                    assertThat(rebuilt.get(0, element)).isCloseTo(points[index][element], within(1e-7));
                }
                for (int other = 0; other <= index; other++) {
                    assertThat(AnchoredTrajectory.dot(basis.coordinates()[index], basis.coordinates()[other]))
                            .isCloseTo(AnchoredTrajectory.dot(points[index], points[other]), within(1e-6));
                }
            }
        }
    }

    @Test
    void pointsArePutTogetherOfTheirCoordinates() {
        requireRebuilt(Walks.random(new Random(1), 12, SIZE, 1));
        requireRebuilt(Walks.random(new Random(2), 3, SIZE, 1));
    }

    @Test
    void pointsOfFewDirectionsAsWell() {
        requireRebuilt(Walks.ofRank(new Random(3), 20, SIZE, 3, 0));
        requireRebuilt(Walks.ofRank(new Random(4), 5, SIZE, 1, 0));
    }
}
