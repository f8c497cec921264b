package dev.spectraledge.analysis.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What a form has found in a file or folder.
 *
 * @param tensors by the names in the file
 * @param ordered whether they stand in the order of the model's {@code state_dict}
 * @param files that are open as long as the tensors are in use
 */
record StoredModel(
        Path path,
        SequencedMap<String, StoredTensor> tensors,
        boolean ordered,
        CheckpointFacts facts,
        Optional<OptimizerSource> optimizer,
        List<OpenFile> files) {

    /** A file that is closed with the checkpoint. */
    @FunctionalInterface
    interface OpenFile {
        void close();
    }

    void close() {
        files.forEach(OpenFile::close);
    }
}
