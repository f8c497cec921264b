package dev.spectraledge.analysis.experiment.causal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.TrainingReplay;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecentVectorsTest {
    @TempDir
    private Path folder;

    /** Of plain gradient steps an update is −η times the gradient; both are those of the last steps alone. */
    @Test
    void theLastUpdatesAndGradientsOfAReplayAreKept() {
        try (StudiedRun run = TinyTraining.write(
                folder,
                List.of(0L, 4L, 5L, 6L, 7L),
                "training.optimizer=sgd",
                "training.momentum=0",
                "training.weightDecay=0",
                "training.clip=null")) {
            Backend backend = run.backend();
            long size = run.layout().size(ParameterSubset.ATTENTION);
            try (RecentVectors updates = new RecentVectors(backend, Observed.UPDATES, 3, size);
                    RecentVectors gradients = new RecentVectors(backend, Observed.GRADIENTS, 3, size);
                    TrainingReplay replay = new TrainingReplay(run, 0, List.of(updates, gradients));
                    MemoryOwner owner = MemoryOwner.open("expected")) {
                replay.advanceTo(7);
                assertThat(replay.distance()).isZero();
                assertThat(updates.vectors()).hasSize(3);
                for (int row = 0; row < 3; row++) {
                    Tensor expected = backend.allocate(owner, DType.FLOAT64, 1, size);
                    Tensor before = backend.allocate(owner, DType.FLOAT64, 1, size);
                    run.readAttention(5 + row, expected);
                    run.readAttention(4 + row, before);
                    backend.axpy(-1, before, expected);
                    backend.axpy(-1, updates.vectors().get(row), expected);
                    assertThat(VectorProducts.norm(backend, expected)).isZero();
                    assertThat(VectorProducts.cosine(
                                    backend,
                                    updates.vectors().get(row),
                                    gradients.vectors().get(row)))
                            .isLessThan(-1 + 1e-9);
                }
            }
        }
    }
}
