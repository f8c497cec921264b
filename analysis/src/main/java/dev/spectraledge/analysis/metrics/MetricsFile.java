package dev.spectraledge.analysis.metrics;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads a file of losses and other numbers by step in whatever format its name says, and finds those that lie where they should. */
public final class MetricsFile {
    /** Where the Hugging Face Trainer keeps what it has logged. */
    private static final String TRAINER_STATE = "trainer_state.json";

    private static final Pattern TRAINER_CHECKPOINT = Pattern.compile("checkpoint-(\\d{1,18})");

    private MetricsFile() {}

    /**
     * Reads a file.
     *
     * @param stepColumn name of the column or key that holds the step; empty if it has a usual one
     * @throws UsageException if the name of the file is of no format that is known, or it has no such column
     * @throws RunException if it cannot be read or makes no sense, with line or byte
     */
    public static ForeignMetrics read(Path file, Optional<String> stepColumn) {
        String name = file.toAbsolutePath().normalize().getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.contains("tfevents")) {
            if (stepColumn.isPresent()) {
                throw new UsageException("--step-column is for tables; a TensorBoard event file contains its steps");
            }
            return TensorBoardMetrics.read(file);
        }
        if (name.endsWith(".csv")) {
            return CsvMetrics.read(file, stepColumn);
        }
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            return JsonMetrics.lines(file, stepColumn);
        }
        if (name.equals(TRAINER_STATE)) {
            return JsonMetrics.trainerState(file, stepColumn);
        }
        throw new UsageException("--metrics cannot be " + file + ": its name should end in .csv or .jsonl, be "
                + TRAINER_STATE + ", or hold tfevents as TensorBoard's event files do");
    }

    /**
     * What a training left beside its checkpoints: {@code metrics.csv} of our own runs, else the Hugging Face Trainer's {@code
     * trainer_state.json} in the folder itself or in its newest {@code checkpoint-N}.
     */
    public static Optional<Path> beside(Path checkpoints) {
        Path folder = checkpoints.toAbsolutePath().normalize();
        Path run = folder.endsWith("checkpoints") ? folder.getParent() : folder;
        return Stream.of(run.resolve(ForeignMetrics.FILE_NAME), folder.resolve(TRAINER_STATE))
                .filter(MetricsFile::isFile)
                .findFirst()
                .or(() -> newestTrainerState(folder));
    }

    private static Optional<Path> newestTrainerState(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> step(entry) >= 0)
                    .map(entry -> entry.resolve(TRAINER_STATE))
                    .filter(MetricsFile::isFile)
                    .max(Comparator.comparingLong(state -> step(state.getParent())));
        } catch (IOException failure) {
            throw RunException.of("cannot read", folder, failure);
        }
    }

    private static long step(Path entry) {
        Matcher named = TRAINER_CHECKPOINT.matcher(entry.getFileName().toString());
        return named.matches() && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                ? Long.parseLong(named.group(1))
                : -1;
    }

    /** What lies there unasked is read only if it lies there itself. */
    private static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
}
