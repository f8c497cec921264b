package dev.spectraledge.analysis.checkpoint;

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

    /** What the optimiser keeps, where it was saved with the weights. */
    Optional<OptimizerState> optimizer();

    /** Free-form strings that were saved with the weights; empty if there are none. */
    Map<String, String> metadata();

    @Override
    void close();
}
