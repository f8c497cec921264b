package dev.spectraledge.analysis.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * One checkpoint of any program, open: its tensors by name, mapped, and copied only where they must be. Reading is safe from
 * several threads; after {@link #close()} no tensor may be touched.
 */
public interface Checkpoint extends AutoCloseable {
    /**
     * Opens a file or folder of any form that is read here.
     *
     * @throws dev.spectraledge.trainer.RunException with one line if it is of no such form, damaged, or leads out of its
     *     folder
     */
    static Checkpoint open(Path path) {
        Path folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        return StoredCheckpoint.open(path, Boundary.of(folder));
    }

    /** The file or folder, as messages name it. */
    Path path();

    /**
     * Weights and buffers of the model, of every type, in the order of the checkpoint. A prefix that a wrapper has put
     * before all names ({@code module.}, {@code _orig_mod.}, {@code model.}) is taken off.
     */
    SequencedMap<String, StoredTensor> tensors();

    /** Steps done, where the checkpoint itself says so. */
    OptionalLong step();

    /** η of the optimiser when the checkpoint was saved, where the checkpoint says so. */
    OptionalDouble learningRate();

    /** ω of the parameters that decay, where the checkpoint says so. */
    OptionalDouble weightDecay();

    /**
     * What the optimiser keeps, where it was saved with the weights.
     *
     * @throws dev.spectraledge.trainer.RunException with a sentence if it is there, but is not Adam's, or does not say which
     *     parameter is which
     */
    Optional<OptimizerState> optimizer();

    /** Free-form strings that were saved with the weights; empty if there are none. */
    Map<String, String> metadata();

    @Override
    void close();
}
