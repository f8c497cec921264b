package dev.spectraledge.analysis.offline;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checkpoints in a folder, by step. A checkpoint is a file {@code ….safetensors} whose name ends in the number of its
 * step, such as {@code step_000100.safetensors}. Of a run directory its folder {@code checkpoints} is taken.
 *
 * @param folder where the files lie
 */
public record CheckpointDirectory(Path folder, List<Checkpoint> checkpoints) {
    private static final Pattern NAME = Pattern.compile("(?:.*\\D)?(\\d{1,18})\\.safetensors");

    /** One file of weights. */
    public record Checkpoint(long step, Path file) {}

    /** Lists the checkpoints of {@code directory}, at least one. */
    public static CheckpointDirectory open(Path directory) {
        if (!Files.exists(directory)) {
            throw new RunException("cannot read " + directory + ": no such directory");
        }
        if (!Files.isDirectory(directory)) {
            throw new RunException("cannot read " + directory + ": it is a file, needed is a directory of checkpoints");
        }
        Path inside = directory.resolve("checkpoints");
        Path folder = Files.isDirectory(inside) ? inside : directory;
        List<Checkpoint> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.safetensors")) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    found.add(new Checkpoint(Long.parseLong(name.group(1)), file));
                }
            }
        } catch (IOException failure) {
            throw RunException.of("cannot read", folder, failure);
        }
        if (found.isEmpty()) {
            throw new RunException(
                    folder + ": no checkpoints; they are files whose names end in a step's number, such as "
                            + "step_000100.safetensors");
        }
        found.sort(Comparator.comparingLong(Checkpoint::step).thenComparing(Checkpoint::file));
        for (int index = 1; index < found.size(); index++) {
            if (found.get(index).step() == found.get(index - 1).step()) {
                throw new RunException(
                        folder + ": " + found.get(index - 1).file().getFileName() + " and "
                                + found.get(index).file().getFileName() + " are both of step "
                                + found.get(index).step());
            }
        }
        return new CheckpointDirectory(folder, List.copyOf(found));
    }
}
