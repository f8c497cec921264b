package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.RunException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateWindowTest {
    /** The snapshots are FLOAT64, the updates of norm about 1: only roundings are left. */
    private static final double ROUNDING = 1e-12;

    private final Backend backend = new CpuBackend();

    @TempDir
    private Path folder;

    @Test
    void decomposesTheUpdates() {
        StudiedRun run = randomUpdates(8);
        try (UpdateWindow window = UpdateWindow.ending(run, 600, 100, 5);
                MemoryOwner owner = MemoryOwner.open("sum")) {
            assertThat(window.size()).isEqualTo(5);
            assertThat(window.step()).isEqualTo(600);
            assertThat(window.interval(0)).isEqualTo(100);
            double energy = 0;
            for (int i = 0; i < 5; i++) {
                energy += Math.pow(VectorProducts.norm(backend, window.update(i)), 2);
                for (int j = 0; j < 5; j++) {
                    assertThat(VectorProducts.dot(backend, window.direction(i), window.direction(j)))
                            .isCloseTo(i == j ? 1 : 0, within(ROUNDING));
                }
            }
            double squares = 0;
            for (int k = 0; k < 5; k++) {
                squares += window.singularValue(k) * window.singularValue(k);
                double along = 0;
                for (int i = 0; i < 5; i++) {
                    along += Math.pow(VectorProducts.dot(backend, window.update(i), window.direction(k)), 2);
                }
                assertThat(Math.sqrt(along)).isCloseTo(window.singularValue(k), within(ROUNDING));
                assertThat(VectorProducts.dot(backend, window.direction(k), window.update(4)))
                        .isNotNegative();
            }
            assertThat(squares).isCloseTo(energy, within(energy * ROUNDING));
            Tensor sum = backend.allocate(owner, DType.FLOAT64, window.update(0).shape());
            backend.subtract(window.weights(5), window.weights(0), sum);
            for (int i = 0; i < 5; i++) {
                backend.axpy(-1, window.update(i), sum);
            }
            assertThat(VectorProducts.norm(backend, sum)).isLessThan(ROUNDING);
            assertThat(window.directions(0, UpdateWindow.EDGE))
                    .containsExactly(window.direction(0), window.direction(1));
            assertThat(window.directions(3, 9)).hasSize(2);
        }
    }

    /** Less their mean, updates add up to nothing, and have a direction less; none is left of updates that are all alike. */
    @Test
    void aCentredWindowIsOfTheUpdatesLessTheirMean() {
        StudiedRun run = randomUpdates(8);
        try (UpdateWindow window = UpdateWindow.centred(run, 600, 100, 5).orElseThrow();
                UpdateWindow whole = UpdateWindow.ending(run, 600, 100, 5);
                MemoryOwner owner = MemoryOwner.open("sum")) {
            Tensor sum = backend.allocate(owner, DType.FLOAT64, window.update(0).shape());
            double squares = 0;
            for (int i = 0; i < 5; i++) {
                backend.axpy(1, window.update(i), sum);
                squares += Math.pow(VectorProducts.norm(backend, window.update(i)), 2);
            }
            assertThat(VectorProducts.norm(backend, sum)).isLessThan(ROUNDING);
            double ofSingularValues = 0;
            for (int k = 0; k < 5; k++) {
                ofSingularValues += window.singularValue(k) * window.singularValue(k);
            }
            assertThat(ofSingularValues).isCloseTo(squares, within(squares * ROUNDING));
            assertThat(window.singularValue(4)).isLessThan(1e-6 * whole.singularValue(0));
            assertThat(window.singularValue(3)).isGreaterThan(0.1 * whole.singularValue(4));
        }
        assertThat(UpdateWindow.centred(run, 400, 100, 5)).isEmpty();
    }

    @Test
    void isShorterWhereTheRunBeginsAndRefusedWhereASnapshotIsMissing() {
        StudiedRun run = randomUpdates(4);
        try (UpdateWindow window = UpdateWindow.ending(run, 300, 100, 5)) {
            assertThat(window.size()).isEqualTo(3);
        }
        assertThat(UpdateWindow.exists(run, 300, 100, 5)).isTrue();
        assertThat(UpdateWindow.exists(run, 100, 100, 5)).isFalse();
        assertThatThrownBy(() -> UpdateWindow.ending(run, 400, 100, 5))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("no window ends at step 400");
    }

    private StudiedRun randomUpdates(int snapshots) {
        return SyntheticRun.write(
                folder,
                0,
                snapshots,
                (index, attention, own) -> SyntheticRun.addRandom(attention, own, index, 1 + index));
    }
}
