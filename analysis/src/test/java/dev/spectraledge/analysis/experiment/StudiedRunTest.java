package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RunException;
import org.junit.jupiter.api.Test;

class StudiedRunTest {
    private final StudiedRun run = DyckExtract.open();

    @Test
    void knowsWhatItWasTrainedOn() {
        assertThat(run.task()).isEqualTo("dyck");
        assertThat(run.weightDecay()).isEqualTo(1);
        assertThat(run.learningRate()).isEqualTo(0.001);
        assertThat(run.steps()).containsExactly(0L, 100L, 200L);
        assertThat(run.layout().size()).isEqualTo(273_421);
        assertThat(run.data().test().size()).isEqualTo(5000);
        assertThat(run.hasMetrics()).isFalse();
    }

    @Test
    void readsTheAttentionMatricesOfASnapshotThatHasNothingElse() {
        Backend backend = new CpuBackend();
        try (MemoryOwner owner = MemoryOwner.open("weights")) {
            Tensor attention =
                    backend.allocate(owner, DType.FLOAT64, 1, run.layout().size(ParameterSubset.ATTENTION));
            run.readAttention(0, attention);
            // ‖θ_A‖ of the reference's initial weights.
            assertThat(VectorProducts.norm(backend, attention)).isBetween(21.66, 21.68);
            run.readAttention(200, attention);
            Tensor whole = run.weights(owner, 200).subset(ParameterSubset.ATTENTION);
            backend.subtract(whole, attention, attention);
            assertThat(VectorProducts.norm(backend, attention)).isZero();
            assertThatThrownBy(() -> run.weights(owner, 100))
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("has no tensor");
        }
    }

    @Test
    void saysWhichSnapshotIsNearest() {
        try (MemoryOwner owner = MemoryOwner.open("weights")) {
            assertThatThrownBy(() -> run.weights(owner, 170))
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("has no snapshot of step 170; the nearest is 200");
        }
    }
}
