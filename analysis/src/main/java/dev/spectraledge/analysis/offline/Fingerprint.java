package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.checkpoint.Checkpoint;
import dev.spectraledge.analysis.checkpoint.CheckpointSeries;
import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** Tells a checkpoint from another that has taken its place: the names, sizes and times of change of its files, as a hash. */
final class Fingerprint {
    private Fingerprint() {}

    static String of(CheckpointSeries series, long step) {
        try (Checkpoint checkpoint = series.open(step)) {
            return of(checkpoint);
        }
    }

    static String of(Checkpoint checkpoint) {
        List<Path> files = checkpoint.tensors().values().stream()
                .map(StoredTensor::file)
                .distinct()
                .sorted()
                .toList();
        StringBuilder text = new StringBuilder();
        for (Path file : files) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                text.append(file.getFileName())
                        .append('\0')
                        .append(attributes.size())
                        .append('\0')
                        .append(attributes.lastModifiedTime().toInstant())
                        .append('\n');
            } catch (IOException failure) {
                throw RunException.of("cannot read", file, failure);
            }
        }
        return Sha256.hex(text.toString());
    }
}
