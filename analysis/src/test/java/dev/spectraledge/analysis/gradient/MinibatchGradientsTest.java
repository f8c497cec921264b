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

    /** The loss is the sum of the objectives' losses. */
    @Test
    void gradientsOfTheObjectivesAddUpToThatOfTheirSum() {
        try (MemoryOwner owner = MemoryOwner.open("minibatch gradients");
                StudiedRun run = TinyTraining.writeModular(folder, List.of(0L), "task.operation=add+mul");
                MinibatchGradients gradients = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT64)) {
            long size = run.layout().size();
            Tensor at = run.weights(owner, 0).flat();
            Tensor sum = backend.allocate(owner, DType.FLOAT64, 1, size);
            Tensor add = backend.allocate(owner, DType.FLOAT64, 1, size);
            Tensor mul = backend.allocate(owner, DType.FLOAT64, 1, size);
            gradients.of(0).gradient(5, at, add);
            gradients.gradient(5, at, sum);
            gradients.of(1).gradient(5, at, mul);
            double apart = 0;
            for (long element = 0; element < size; element++) {
                assertThat(add.get(0, element) + mul.get(0, element)).isCloseTo(sum.get(0, element), within(1e-13));
                apart = Math.max(apart, Math.abs(add.get(0, element) - mul.get(0, element)));
            }
            assertThat(apart).isGreaterThan(1e-3);
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
