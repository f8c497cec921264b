package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomDirectionsTest {
    private static final int SIZE = 4096;

    private final Backend backend = new CpuBackend();

    @Test
    void areOrthonormal() {
        try (MemoryOwner owner = MemoryOwner.open("directions")) {
            List<Tensor> basis = RandomDirections.draw(backend, owner, 5, 4, SIZE);
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 4; j++) {
                    assertThat(VectorProducts.dot(backend, basis.get(i), basis.get(j)))
                            .isCloseTo(i == j ? 1 : 0, within(1e-14));
                }
            }
        }
    }

    @Test
    void areTheSameForTheSameSeedAndOthersForAnother() {
        try (MemoryOwner owner = MemoryOwner.open("directions")) {
            Tensor first = RandomDirections.draw(backend, owner, 5, 1, SIZE).getFirst();
            Tensor again = RandomDirections.draw(backend, owner, 5, 2, SIZE).getFirst();
            Tensor other = RandomDirections.draw(backend, owner, 6, 1, SIZE).getFirst();
            assertThat(VectorProducts.dot(backend, first, again)).isCloseTo(1, within(1e-14));
            // Independent directions have a cosine of about 1/√n; five times that is as good as never reached.
            assertThat(Math.abs(VectorProducts.dot(backend, first, other))).isLessThan(5 / Math.sqrt(SIZE));
        }
    }

    @Test
    void projectingOutLeavesNothingAndSaysHowMuchItTook() {
        try (MemoryOwner owner = MemoryOwner.open("directions")) {
            List<Tensor> basis = RandomDirections.draw(backend, owner, 5, 3, SIZE);
            Tensor vector = RandomDirections.draw(backend, owner, 9, 1, SIZE).getFirst();
            backend.axpy(2, basis.get(0), vector);
            backend.axpy(-3, basis.get(2), vector);
            double before = VectorProducts.norm(backend, vector);
            double taken = VectorProducts.projectOut(backend, basis, vector);
            double after = VectorProducts.norm(backend, vector);
            assertThat(taken * taken + after * after).isCloseTo(before * before, within(1e-12));
            for (Tensor direction : basis) {
                assertThat(VectorProducts.dot(backend, vector, direction)).isCloseTo(0, within(1e-14));
            }
        }
    }
}
