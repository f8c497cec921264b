package dev.spectraledge.analysis.experiment.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrozenUpdatesTest {
    @TempDir
    private Path folder;

    private StudiedRun run(String name, double rate, String... more) throws IOException {
        List<String> settings = new ArrayList<>(List.of(
                "training.optimizer=sgd",
                "training.momentum=0",
                "training.weightDecay=0.5",
                "training.learningRate=" + rate));
        settings.addAll(List.of(more));
        return TinyTraining.write(
                Files.createDirectory(folder.resolve(name)), List.of(0L), settings.toArray(String[]::new));
    }

    /**
     * The noise of plain gradient steps is proportional to the learning rate if, and only if, the weights do not move between them;
     * these are large enough for that to show.
     */
    @Test
    void noiseIsThatOfWeightsThatStand() throws IOException {
        StudiedRun large = run("large", 1);
        StudiedRun small = run("small", 1e-3);
        Backend backend = large.backend();
        try (MemoryOwner owner = MemoryOwner.open("noise")) {
            List<Tensor> ofLarge = FrozenUpdates.noise(large, owner, 0, 7, 3);
            List<Tensor> ofSmall = FrozenUpdates.noise(small, owner, 0, 7, 3);
            for (int row = 0; row < 3; row++) {
                double norm = VectorProducts.norm(backend, ofLarge.get(row));
                assertThat(norm).isGreaterThan(1e-3);
                backend.axpy(-1000, ofSmall.get(row), ofLarge.get(row));
                // Sums of seven weights of at most 1 are rounded to 2⁻⁵³ each; times a thousand for the small rate.
                assertThat(VectorProducts.norm(backend, ofLarge.get(row)) / norm)
                        .isLessThan(1e-8);
            }
            assertThat(VectorProducts.cosine(backend, ofSmall.get(0), ofSmall.get(1)))
                    .isCloseTo(0, within(0.9));
        }
    }

    /** In the precision of the training, which is half of the memory of doubles. */
    @Test
    void nothingButTheRowsStaysInMemory() throws IOException {
        StudiedRun run = run("single", 0.1, "training.precision=float32");
        long size = run.layout().size(ParameterSubset.ATTENTION);
        try (MemoryOwner owner = MemoryOwner.open("noise")) {
            List<Tensor> rows = FrozenUpdates.noise(run, owner, 0, 2, 4);
            assertThat(rows).hasSize(4).allSatisfy(row -> {
                assertThat(row.type()).isEqualTo(DType.FLOAT32);
                assertThat(row.elements()).isEqualTo(size);
            });
            assertThat(owner.allocatedBytes())
                    .isBetween(4 * size * Float.BYTES, 4 * (size * Float.BYTES + MemoryOwner.ALIGNMENT));
        }
    }
}
