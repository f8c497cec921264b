package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A checkpoint of {@code torch.distributed.checkpoint}, which is known in order to be refused by its name. */
final class DistributedForm implements CheckpointForm {
    @Override
    public boolean takes(Path path) {
        return FileNames.endsWith(path, ".distcp")
                || (Files.isDirectory(path)
                        && FileNames.in(path).stream().anyMatch(file -> FileNames.endsWith(file, ".distcp")));
    }

    @Override
    public StoredModel read(Path path, Boundary boundary) {
        throw new RunException(path + ": is " + DESCRIPTION);
    }

    static final String DESCRIPTION =
            "a checkpoint of torch.distributed.checkpoint (.distcp), which cannot be read; convert "
                    + "it with python -m torch.distributed.checkpoint.format_utils dcp_to_torch FOLDER FILE.pt";
}
