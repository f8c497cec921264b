package dev.spectraledge.analysis.offline;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.run.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The folder that receives an analysis, with {@code analysis.json}: source, settings, which tensors were looked at and which
 * were left out, and the program's version.
 */
public final class AnalysisFolder {
    /** Says what was analysed and how. */
    public static final String DOCUMENT = "analysis.json";

    private static final Path PARENT = Path.of("analysis");
    private static final String CHECKPOINTS = "checkpoints";
    private static final String SOURCE = "source";
    private static final String SETTINGS = "settings";
    private static final String LEARNING_RATE = "learning_rate";
    private static final List<String> OF_A_RUN = List.of("config.json", "summary.json", "metrics.csv");

    private final Path folder;

    AnalysisFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Where an analysis goes if nobody says: {@code analysis/NAME} in the working directory, named after the run or folder that
     * the checkpoints are from.
     */
    public static Path usual(Path checkpoints) {
        Path source = checkpoints.toAbsolutePath().normalize();
        Path named = source.endsWith(CHECKPOINTS) && source.getNameCount() > 1 ? source.getParent() : source;
        return PARENT.resolve(named.getFileName() == null ? Path.of(CHECKPOINTS) : named.getFileName());
    }

    /**
     * Refuses a folder that belongs to something else.
     *
     * @param named whether somebody named it; one that nobody named must be new, empty, or hold an analysis of the same source
     * @throws UsageException if it is a run's directory, or was not named and is in use
     */
    public static void requireFree(Path folder, Path checkpoints, boolean named) {
        boolean analysed = Files.isRegularFile(folder.resolve(DOCUMENT));
        if (!analysed && OF_A_RUN.stream().anyMatch(file -> Files.exists(folder.resolve(file)))) {
            throw new UsageException("--out cannot be " + folder
                    + ": it is the directory of a run, whose files would be" + " overwritten");
        }
        if (!named && Files.exists(folder) && !isEmpty(folder) && !isOf(folder, checkpoints)) {
            throw new UsageException(folder + " exists already and holds something other than an analysis of "
                    + checkpoints + "; name another folder with --out");
        }
    }

    private static boolean isEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException failure) {
            throw RunException.of("cannot read", folder, failure);
        }
    }

    private static boolean isOf(Path folder, Path checkpoints) {
        Path document = folder.resolve(DOCUMENT);
        return Files.isRegularFile(document)
                && source(checkpoints).equals(Json.readObject(document).get(SOURCE));
    }

    private static String source(Path checkpoints) {
        return checkpoints.toAbsolutePath().normalize().toString();
    }

    /** Whether the analysis that is in the folder, if one is, was told the same learning rate. */
    boolean wasToldRate(OptionalDouble learningRate) {
        Path document = folder.resolve(DOCUMENT);
        return Files.isRegularFile(document)
                && Json.readObject(document).get(SETTINGS) instanceof Map<?, ?> asked
                && Objects.equals(asked.get(LEARNING_RATE), orNull(learningRate));
    }

    /** Makes the folder and says what is to be done. */
    void begin(OfflineSettings settings) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw RunException.of("cannot create", folder, failure);
        }
        Json.write(folder.resolve(DOCUMENT), asked(settings, "unfinished"));
    }

    /** Says what was done. */
    void end(OfflineSettings settings, OfflineResult result) {
        Map<String, Object> document = asked(settings, "done");
        document.put(LEARNING_RATE, orNull(result.learningRate()));
        document.put("weight_decay", orNull(result.weightDecay()));
        document.put("snapshots", result.snapshots());
        document.put("windows", result.windows());
        document.put("unresolved_windows", result.unresolved());
        document.put("segments", result.segments());
        document.put("parameters", result.parameters());
        document.put("tensors", result.tensors());
        document.put("left_out", result.leftOut());
        document.put("files_left_out", result.filesLeftOut());
        document.put("groups", groups(result.groups()));
        document.put(
                "tables",
                result.tables().stream()
                        .map(table -> table.getFileName().toString())
                        .toList());
        Json.write(folder.resolve(DOCUMENT), document);
    }

    private static Map<String, Object> asked(OfflineSettings settings, String state) {
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("stride", settings.stride().isPresent() ? settings.stride().getAsLong() : null);
        asked.put("windows", settings.windows());
        asked.putAll(settings.selection().settings());
        asked.put("nulls", settings.nulls());
        asked.put("seed", settings.seed());
        asked.put(LEARNING_RATE, orNull(settings.learningRate()));
        asked.put("weight_decay", orNull(settings.weightDecay()));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(SOURCE, source(settings.checkpoints()));
        document.put("version", Environment.projectVersion());
        document.put("state", state);
        document.put(SETTINGS, asked);
        return document;
    }

    private static Map<String, Object> groups(List<TensorGroup> groups) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        groups.forEach(group ->
                parameters.merge(group.name(), group.parameters(), (known, more) -> (Long) known + (Long) more));
        return parameters;
    }

    private static Double orNull(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }
}
