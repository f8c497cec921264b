package dev.spectraledge.analysis.checkpoint;

import java.nio.file.Path;
import java.util.List;

/** A form in which programs save checkpoints. A new form is a new class and an entry of {@link #ALL}. */
interface CheckpointForm {
    /** Every form; the first that takes a file or folder opens it. */
    List<CheckpointForm> ALL = List.of(new SafetensorsForm());

    /** Whether a file or folder is of this form, by its name and, for a folder, what is in it. */
    boolean takes(Path path);

    /**
     * Opens a checkpoint.
     *
     * @throws dev.spectraledge.trainer.RunException with one line if it is damaged or cannot be read
     */
    Checkpoint open(Path path);
}
