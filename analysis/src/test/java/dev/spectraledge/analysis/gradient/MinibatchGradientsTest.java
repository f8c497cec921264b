package dev.spectraledge.analysis.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.model.Parameters;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MinibatchGradientsTest {
    @TempDir
    private Path folder;

    private final Backend backend = new CpuBackend();

    /** However the run lays out its batches, it is the same batches. */
    @Test
    void gradientsDoNotDependOnTheLayoutOfTheBatch() {
        try (MemoryOwner owner = MemoryOwner.open("minibatch gradients")) {
            Tensor padded = gradient(owner, "padded");
            Tensor prefixes = gradient(owner, "prefixes");
            for (long element = 0; element < padded.size(1); element++) {
                assertThat(prefixes.get(0, element)).isCloseTo(padded.get(0, element), within(1e-13));
            }
        }
    }

    private Tensor gradient(MemoryOwner owner, String batching) {
        try (StudiedRun run = TinyTraining.write(folder, List.of(0L), "training.batching=" + batching);
                MinibatchGradients gradients = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT64)) {
            Parameters at = Parameters.allocate(backend, owner, DType.FLOAT64, 1, run.layout());
            at.initialise(backend, new long[] {1});
            Tensor gradient =
                    backend.allocate(owner, DType.FLOAT64, 1, run.layout().size());
            gradients.gradient(3, at.flat(), gradient);
            return gradient;
        }
    }
}
