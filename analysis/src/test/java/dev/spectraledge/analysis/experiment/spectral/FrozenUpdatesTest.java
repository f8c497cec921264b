package dev.spectraledge.analysis.experiment.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrozenUpdatesTest {
    @TempDir
    private Path folder;

    private StudiedRun run(String name, double rate) throws IOException {
        return TinyTraining.write(
                Files.createDirectory(folder.resolve(name)),
                List.of(0L),
                "training.optimizer=sgd",
                "training.momentum=0",
                "training.weightDecay=0.5",
                "training.learningRate=" + rate);
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
}
