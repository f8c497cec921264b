package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.GoldenFiles;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.step.BatchSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Initial weights and batches against those that PyTorch drew for the same seed. */
class TorchStreamTest {
    /** Units in the last place by which logarithms and cosines in single precision may be off, for numbers below 8. */
    private static final double NORMAL_ERROR = 8 * 0x1p-24 * 8;

    private final List<RunInputs> opened = new ArrayList<>();

    @AfterEach
    void closeInputs() {
        opened.forEach(RunInputs::close);
    }

    private RunInputs inputs(String task) {
        RunConfig config = new ConfigResolver()
                .override("task.name=" + task)
                .override("training.seed=42")
                .override("training.randomStream=pytorch")
                .resolve();
        return opened(List.of(config));
    }

    private RunInputs opened(List<RunConfig> configs) {
        opened.add(new RunInputs(configs));
        return opened.getLast();
    }

    @ParameterizedTest
    @CsvSource({"dyck, 30", "scan, 102"})
    void weightsAreThoseOfPyTorch(String task, int tensors) {
        CpuBackend backend = new CpuBackend();
        RunInputs inputs = inputs(task);
        try (MemoryOwner owner = MemoryOwner.open("weights");
                SafetensorsFile golden =
                        SafetensorsFile.open(GoldenFiles.get(task + "_s42_f32/weights_000000.safetensors"))) {
            Parameters parameters = Parameters.allocate(
                    backend,
                    owner,
                    DType.FLOAT32,
                    1,
                    inputs.setup().architecture().layout());
            inputs.initialise(backend, parameters);
            Map<String, Tensor> ours = parameters.named(0);
            assertThat(ours).hasSize(tensors);
            ours.forEach((name, tensor) -> {
                Tensor theirs = golden.read(owner, name).reshape(tensor.elements());
                Tensor own = tensor.reshape(tensor.elements());
                double allowed = name.contains("emb") ? NORMAL_ERROR : 0;
                for (long i = 0; i < tensor.elements(); i++) {
                    assertThat(own.get(i)).as(name).isCloseTo(theirs.get(i), within(allowed));
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"dyck, 50", "scan, 256"})
    void batchesAreThoseOfPyTorch(String task, int batchSize) {
        RunInputs inputs = inputs(task);
        BatchSource batches = inputs.batches(inputs.setup());
        long[] draws = new long[batchSize];
        try (MemoryOwner owner = MemoryOwner.open("batches");
                SafetensorsFile trace = SafetensorsFile.open(GoldenFiles.get(task + "_s42_f32/trace.safetensors"))) {
            Tensor golden = trace.read(owner, "batch_idx");
            // On from a step in the middle, as after an interruption, and back again.
            for (long step : new long[] {200, 201, 300, 1, 2, 3, 200}) {
                batches.draw(step, 0, draws);
                for (int i = 0; i < batchSize; i++) {
                    assertThat(draws[i]).as("step %d, %d", step, i).isEqualTo((long) golden.get(step - 1, i));
                }
            }
        }
    }

    @Test
    void runsSideBySideHaveTheNumbersThatTheyHaveAlone() {
        RunInputs alone = inputs("dyck");
        RunConfig config = new ConfigResolver()
                .override("training.randomStream=pytorch")
                .override("training.seed=7")
                .resolve();
        RunInputs both = opened(List.of(config, config.with(42, Path.of("elsewhere"))));
        BatchSource batches = both.batches(both.setup());
        long[] own = new long[50];
        long[] expected = new long[50];
        for (long step = 1; step < 4; step++) {
            batches.draw(step, 0, own);
            assertThat(own).isNotEqualTo(expected);
            batches.draw(step, 1, own);
            alone.batches(alone.setup()).draw(step, 0, expected);
            assertThat(own).isEqualTo(expected);
        }
    }
}
