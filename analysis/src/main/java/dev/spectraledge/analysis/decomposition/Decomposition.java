package dev.spectraledge.analysis.decomposition;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.DenseFactorizations;

/** Leading singular values of what stands in safetensors files, with bounds of their errors. */
public final class Decomposition {
    private final DecompositionSettings settings;
    private final Backend backend;
    private final Workers workers;
    private final DenseFactorizations factorizations;
    private final MemoryLimit limit;

    /**
     * @param backend a host's, unless the method is {@link Method#RANDOMIZED}
     * @param workers one for a device
     * @param factorizations those of the backend
     */
    public Decomposition(
            DecompositionSettings settings,
            Backend backend,
            Workers workers,
            DenseFactorizations factorizations,
            MemoryLimit limit) {
        this.settings = settings;
        this.backend = backend;
        this.workers = workers;
        this.factorizations = factorizations;
        this.limit = limit;
    }

    /**
     * Reads the files and decomposes what they hold.
     *
     * @throws dev.spectraledge.trainer.RunException with one line if a file cannot be read, does not fit the others or
     *     holds numbers that are not finite
     * @throws dev.spectraledge.trainer.UsageException if the rank does not fit the files or the memory
     */
    public DecompositionResult run() {
        return settings.method().isOfTrajectory()
                ? new TrajectorySpectrum(settings, backend, workers, limit).decompose()
                : new WeightMatrices(settings, backend, workers, factorizations, limit).decompose();
    }
}
