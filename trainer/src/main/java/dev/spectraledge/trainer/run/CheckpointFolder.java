package dev.spectraledge.trainer.run;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the weights of a run in a folder of safetensors files, ours or another program's: every file whose name is a word
 * and the number of a step, such as {@code step_000100.safetensors}.
 */
public final class CheckpointFolder {
    private static final String SUFFIX = ".safetensors";
    private static final Pattern WEIGHTS = Pattern.compile("[A-Za-z_-]*?(\\d{1,18})\\" + SUFFIX);

    private CheckpointFolder() {}

    /**
     * Checkpoints by step, in ascending order.
     *
     * @param folder the folder itself, or a run directory with a folder {@code checkpoints}
     * @throws RunException if it cannot be read, holds none, or holds two of the same step
     */
    public static SortedMap<Long, Path> list(Path folder) {
        Path searched = searched(folder);
        SortedMap<Long, Path> checkpoints = new TreeMap<>();
        for (Path file : files(searched)) {
            Matcher name = WEIGHTS.matcher(file.getFileName().toString());
            if (name.matches()) {
                Path other = checkpoints.put(Long.parseLong(name.group(1)), file);
                if (other != null) {
                    throw new RunException(searched + ": both " + other.getFileName() + " and " + file.getFileName()
                            + " are checkpoints of step " + Long.parseLong(name.group(1)));
                }
            }
        }
        if (checkpoints.isEmpty()) {
            throw new RunException(searched + ": holds no checkpoints, files named like " + fileName(100));
        }
        return Collections.unmodifiableSortedMap(checkpoints);
    }

    private static Path searched(Path folder) {
        Path inside = folder.resolve("checkpoints");
        return Files.isDirectory(inside) ? inside : folder;
    }

    /** Whether there are any in what {@link #list} takes. */
    public static boolean holdsAny(Path folder) {
        return files(searched(folder)).stream()
                .anyMatch(file -> WEIGHTS.matcher(file.getFileName().toString()).matches());
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException failure) {
            throw RunException.of("cannot read directory", folder, failure);
        }
    }

    static String fileName(long step) {
        return String.format(Locale.ROOT, "step_%06d%s", step, SUFFIX);
    }

    /** Name of the file with the optimiser's state beside the weights of a step. */
    public static String optimizerFileName(long step) {
        return String.format(Locale.ROOT, "step_%06d.optimizer%s", step, SUFFIX);
    }
}
