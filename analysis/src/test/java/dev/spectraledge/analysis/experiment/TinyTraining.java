package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.RunInputs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A small model that is really trained, in FLOAT64 by one worker, with snapshots and the optimiser's state beside them. */
public final class TinyTraining {
    private TinyTraining() {}

    /** Dyck, until the last of the steps that are kept. */
    public static StudiedRun write(Path folder, List<Long> kept, String... overrides) {
        return train(folder, kept, small("dyck").override("task.sequences=90"), overrides);
    }

    /** Modular arithmetic modulo 13, of one operation unless an override says otherwise. */
    public static StudiedRun writeModular(Path folder, List<Long> kept, String... overrides) {
        return train(
                folder, kept, small("modular").override("task.prime=13").override("training.batchSize=32"), overrides);
    }

    /** SCAN with two layers on each side and 200 commands to test. */
    public static StudiedRun writeScan(Path folder, List<Long> kept, String... overrides) {
        return train(folder, kept, smallScan(), overrides);
    }

    /** The settings of {@link #writeScan}. */
    public static ConfigResolver smallScan() {
        return small("scan")
                .override("model.layers=2")
                .override("task.trainExamples=256")
                .override("task.testExamples=200")
                .override("training.batchSize=16");
    }

    private static ConfigResolver small(String task) {
        return new ConfigResolver()
                .flags(Map.of("task.name", task))
                .override("model.width=16")
                .override("model.heads=2")
                .override("model.feedForwardWidth=16")
                .override("training.precision=float64")
                .override("threads=1");
    }

    private static StepTrainer trainer(RunInputs inputs, Workers workers) {
        TrainingSetup setup = inputs.setup();
        return new StepTrainer(Lanes.onHost(new CpuBackend(), workers), setup, inputs.batches(setup), List.of());
    }

    private static StudiedRun train(Path folder, List<Long> kept, ConfigResolver resolver, String... overrides) {
        for (String override : overrides) {
            resolver.override(override);
        }
        RunConfig config = resolver.resolve();
        try (RunInputs inputs = new RunInputs(List.of(config));
                Workers workers = new Workers(1);
                StepTrainer trainer = trainer(inputs, workers)) {
            trainer.initialise();
            trainer.start();
            for (long step : kept) {
                trainer.advanceTo(step, done -> {});
                String stem = String.format(Locale.ROOT, "step_%06d", step);
                SafetensorsWriter.write(
                        folder.resolve(stem + ".safetensors"),
                        trainer.parameters().named(0),
                        Map.of());
                Map<String, Tensor> state = new LinkedHashMap<>();
                trainer.optimizer()
                        .state()
                        .forEach((kind, moments) ->
                                moments.named(0).forEach((name, tensor) -> state.put(kind + "." + name, tensor)));
                SafetensorsWriter.write(folder.resolve(stem + ".optimizer.safetensors"), state, Map.of());
            }
        }
        return StudiedRun.of(folder, config, TestBackends.HOST);
    }
}
