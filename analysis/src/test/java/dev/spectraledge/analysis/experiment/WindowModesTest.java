package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowModesTest {
    private final Backend backend = new CpuBackend();

    private Tensor row(MemoryOwner owner, double... elements) {
        Tensor row = backend.allocate(owner, DType.FLOAT64, 1, elements.length);
        for (int index = 0; index < elements.length; index++) {
            row.set(elements[index], 0, index);
        }
        return row;
    }

    /** Rows (3, 3, 0)/√2 and (2, −2, 0)/√2 are orthogonal; the third is a multiple of the first. */
    @Test
    void directionsAreOrthonormalDescendAndAreNoMoreThanTheRank() {
        try (MemoryOwner owner = MemoryOwner.open("rows")) {
            double root = Math.sqrt(2);
            WindowModes modes = new WindowModes(
                    backend,
                    List.of(
                            row(owner, 2 / root, -2 / root, 0, 0),
                            row(owner, 3 / root, 3 / root, 0, 0),
                            row(owner, 6 / root, 6 / root, 0, 0)));
            assertThat(modes.resolved()).isEqualTo(2);
            Tensor first = modes.direction(owner, 0);
            Tensor second = modes.direction(owner, 1);
            assertThat(VectorProducts.norm(backend, first)).isCloseTo(1, within(1e-12));
            assertThat(VectorProducts.norm(backend, second)).isCloseTo(1, within(1e-12));
            assertThat(first.get(0, 0) * first.get(0, 1)).isCloseTo(0.5, within(1e-12));
            assertThat(second.get(0, 0) * second.get(0, 1)).isCloseTo(-0.5, within(1e-12));
        }
    }
}
