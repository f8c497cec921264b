package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A form in which programs save checkpoints. A new form is a new class and an entry of {@link #ALL}. */
interface CheckpointForm {
    /** Every form; the first that takes a file or folder reads it. */
    List<CheckpointForm> ALL = List.of(
            new SafetensorsForm(),
            new TorchForm(),
            new DistributedForm(),
            new DeepSpeedForm(),
            new ShardedForm(),
            new FolderForm());

    /** Whether a file or folder is of this form, by its name and, for a folder, the names in it. */
    boolean takes(Path path);

    /**
     * Reads a checkpoint.
     *
     * @param path inside of the boundary
     * @throws RunException with one line if it is damaged or cannot be read
     */
    StoredModel read(Path path, Boundary boundary);

    static Optional<CheckpointForm> of(Path path) {
        return ALL.stream().filter(form -> form.takes(path)).findFirst();
    }

    /** Reads a file or folder of any form. */
    static StoredModel readAny(Path path, Boundary boundary) {
        boundary.require(path);
        return of(path).orElseThrow(() -> new RunException(
                        path + ": is not a checkpoint that can be read; readable are safetensors files, torch.save "
                                + "files, and folders of the Hugging Face Trainer or of DeepSpeed"))
                .read(path, boundary);
    }
}
