package dev.spectraledge.analysis.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.RunInputs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionMeasurementTest {
    @TempDir
    private Path folder;

    private static ConfigResolver resolver(String task) {
        return task.equals("scan")
                ? TinyTraining.smallScan()
                : new ConfigResolver().flags(Map.of("task.name", task)).override("model.width=16");
    }

    /** Without queries all keys are alike; whatever a model does in its last block, and whoever is masked. */
    @ParameterizedTest
    @ValueSource(strings = {"modular", "dyck", "scan"})
    void aModelOfZerosAttendsToAllAlikeAndOneThatWasDrawnNearlySo(String task) {
        Backend backend = new CpuBackend();
        try (RunInputs inputs = new RunInputs(List.of(resolver(task).resolve()));
                MemoryOwner owner = MemoryOwner.open("attention measurement")) {
            TrainingSetup setup = inputs.setup();
            Parameters parameters = Parameters.allocate(
                    backend, owner, DType.FLOAT64, 1, setup.architecture().layout());
            CsvTable table = new CsvTable(
                    folder.resolve("attention.csv"), List.of("step", "attention_entropy"), ExistingRows.DROP);
            try (table;
                    AttentionMeasurement measurement = new AttentionMeasurement(setup, 0, backend)) {
                for (long step = 1; step <= 2; step++) {
                    table.begin(step);
                    measurement.measure(step, parameters.flat(), table);
                    table.commit();
                    inputs.initialise(backend, parameters);
                }
            }
            double[] entropies = CsvReader.read(folder.resolve("attention.csv")).column("attention_entropy");
            // Sums of float32 weights that are off by 6e-8 each.
            assertThat(entropies[0]).isCloseTo(1, within(1e-5));
            assertThat(entropies[1]).isLessThan(entropies[0]).isGreaterThan(0.5);
        }
    }
}
