package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.model.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Snapshots of a small Dyck model whose attention matrices move as a test says. */
public final class SyntheticRun {
    /** Steps between its snapshots. */
    public static final long STRIDE = 100;

    private static final int SEED = 7;
    private static final double UPDATE = 0.1;
    private static final int DRIVING_SEQUENCES = 100;

    private SyntheticRun() {}

    /** Changes θ_A {@code [1, p]} in place, from snapshot {@code index} to the next. */
    @FunctionalInterface
    public interface Motion {
        void move(int index, Tensor attention, Backend backend);
    }

    /** Writes that many snapshots, the first one of step 0. */
    public static StudiedRun write(Path folder, double weightDecay, int snapshots, Motion motion) {
        return write(folder, "dyck", weightDecay, snapshots, motion);
    }

    /** The same of another task, with the settings of its defaults. */
    public static StudiedRun write(
            Path folder, String task, double weightDecay, int snapshots, Motion motion, String... settings) {
        ConfigResolver resolver = new ConfigResolver()
                .flags(Map.of("task.name", task))
                .override("training.weightDecay=" + weightDecay)
                .override("model.width=16")
                .override("model.heads=2")
                .override("model.feedForwardWidth=16");
        for (String setting : settings) {
            resolver.override(setting);
        }
        RunConfig config = resolver.resolve();
        Backend backend = new CpuBackend();
        try (MemoryOwner owner = MemoryOwner.open("synthetic run")) {
            Parameters weights = Parameters.allocate(backend, owner, DType.FLOAT64, 1, TestLayout.of(config));
            weights.initialise(backend, new long[] {SEED});
            for (int index = 0; index < snapshots; index++) {
                if (index > 0) {
                    motion.move(index - 1, weights.subset(ParameterSubset.ATTENTION), backend);
                }
                SafetensorsWriter.write(
                        folder.resolve(String.format(Locale.ROOT, "step_%06d.safetensors", index * STRIDE)),
                        weights.named(0),
                        Map.of());
            }
        }
        return StudiedRun.of(folder, config, TestBackends.HOST);
    }

    /** A random walk of θ_A, in a folder that is made. */
    public static StudiedRun writeRandom(Path folder, int snapshots) throws IOException {
        return write(
                Files.createDirectory(folder),
                0,
                snapshots,
                (index, attention, backend) -> addRandom(attention, backend, index, UPDATE));
    }

    /** The same model driven along the gradient of its loss at the beginning, by updates of the same norm. */
    public static StudiedRun writeDriven(Path folder, int snapshots, StudiedRun random) throws IOException {
        try (StudiedModel model = StudiedModel.of(random, random.data().test(), DRIVING_SEQUENCES)) {
            model.load(0);
            model.differentiate();
            Tensor gradient = model.gradient().subset(ParameterSubset.ATTENTION);
            model.backend().scale(UPDATE / VectorProducts.norm(model.backend(), gradient), gradient);
            return write(
                    Files.createDirectory(folder),
                    0,
                    snapshots,
                    (index, attention, backend) -> backend.axpy(1, gradient, attention));
        }
    }

    /** Adds a random vector of this norm. */
    public static void addRandom(Tensor attention, Backend backend, long seed, double norm) {
        try (MemoryOwner owner = MemoryOwner.open("random update")) {
            backend.axpy(
                    norm,
                    RandomDirections.draw(backend, owner, seed, 1, attention.size(1))
                            .getFirst(),
                    attention);
        }
    }
}
