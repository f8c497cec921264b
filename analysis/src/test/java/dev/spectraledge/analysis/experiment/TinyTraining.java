package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.training.RunInputs;
import dev.spectraledge.trainer.training.Trainer;
import dev.spectraledge.trainer.training.TrainingSetup;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A small Dyck model that is really trained, in FLOAT64 by one worker, with snapshots and the optimiser's state beside them. */
public final class TinyTraining {
    private TinyTraining() {}

    /** Trains until the last of the steps that are kept. */
    public static StudiedRun write(Path folder, List<Long> kept, String... overrides) {
        ConfigResolver resolver = new ConfigResolver()
                .flags(Map.of("task.name", "dyck"))
                .override("model.width=16")
                .override("model.heads=2")
                .override("model.feedForwardWidth=16")
                .override("training.precision=float64")
                .override("threads=1")
                .override("task.sequences=90");
        for (String override : overrides) {
            resolver.override(override);
        }
        RunConfig config = resolver.resolve();
        RunInputs inputs = new RunInputs(List.of(config));
        TrainingSetup setup = inputs.setup();
        try (Workers workers = new Workers(1);
                Trainer trainer = new Trainer(new CpuBackend(), workers, setup, inputs.batches(setup), List.of())) {
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
        return StudiedRun.of(folder, config);
    }
}
