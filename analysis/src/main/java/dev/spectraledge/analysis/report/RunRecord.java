package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.offline.AnalysisFolder;
import dev.spectraledge.analysis.offline.GroupSpectra;
import dev.spectraledge.analysis.parts.MatrixParts;
import dev.spectraledge.analysis.parts.StepPartsTable;
import dev.spectraledge.analysis.pretrained.TextSamples;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.warning.DetectorTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Everything that a report shows of one run, read from its directory. Parts that are missing or damaged are named. */
public final class RunRecord {
    /** Folder of what experiments found. */
    public static final String EXPERIMENTS = "experiments";

    private static final String CONFIGURATION = "config.json";
    private static final String SUMMARY = "summary.json";
    private static final String METRICS = "metrics.csv";
    private static final String SPECTRUM = "spectrum";
    private static final String NULL_SUFFIX = "_null";
    private static final String GROK_EVENT = "grok";

    private final Path directory;
    private final List<String> absent = new ArrayList<>();
    private final Optional<JsonObject> configuration;
    private final Optional<JsonObject> environment;
    private final Optional<JsonObject> summary;
    private final Optional<JsonObject> analysis;
    private final Optional<RunTable> metrics;
    private final Optional<List<EventLog.Event>> events;
    private final List<ObservedSpectrum> spectra;
    private final Map<DetectorTable, RunTable> measured = new EnumMap<>(DetectorTable.class);
    private final Optional<GroupTable> groups;
    private final List<RunFinding> findings;
    private final Optional<List<MatrixParts>> stepParts;
    private final Optional<TextSamples> samples;

    /** @param knownSummary null if it is to be read */
    private RunRecord(Path directory, Map<String, Object> knownSummary) {
        this.directory = directory;
        configuration = part(CONFIGURATION, JsonObject::read);
        environment = part("environment.json", JsonObject::read);
        summary = knownSummary == null ? part(SUMMARY, JsonObject::read) : Optional.of(JsonObject.of(knownSummary));
        analysis = exists(AnalysisFolder.DOCUMENT) ? part(AnalysisFolder.DOCUMENT, JsonObject::read) : Optional.empty();
        metrics = part(METRICS, RunTable::read);
        events = part("events.csv", EventLog::read);
        spectra = readSpectra();
        for (DetectorTable table : List.of(DetectorTable.DEFECT, DetectorTable.CURVATURE, DetectorTable.ATTENTION)) {
            if (exists(table.file())) {
                part(table.file(), RunTable::read).ifPresent(rows -> measured.put(table, rows));
            }
        }
        groups = list(directory, path -> isOfGroups(path.getFileName().toString())).stream()
                .findFirst()
                .flatMap(file -> part(file.getFileName().toString(), GroupTable::read));
        findings = readFindings();
        stepParts = exists(StepPartsTable.FILE_NAME)
                ? part(StepPartsTable.FILE_NAME, StepPartsTable::read)
                : Optional.empty();
        samples = exists(TextSamples.FILE_NAME) ? part(TextSamples.FILE_NAME, TextSamples::read) : Optional.empty();
        boolean nothing = configuration.isEmpty() && summary.isEmpty() && metrics.isEmpty() && spectra.isEmpty();
        if (nothing) {
            throw new RunException(directory
                    + " is not a run directory: it holds none of config.json, summary.json, metrics.csv and"
                    + " spectrum.csv");
        }
    }

    /** Whether there is anything in a directory that makes it one of a run or of an analysis. */
    public static boolean hasBegun(Path directory) {
        return Stream.of(CONFIGURATION, SUMMARY, METRICS, SPECTRUM + ".csv")
                .anyMatch(file -> Files.exists(directory.resolve(file)));
    }

    /** Reads what is there; throws a RunException if {@code directory} is no run directory. */
    public static RunRecord read(Path directory) {
        return read(directory, null);
    }

    /**
     * The same with another summary than that which is there.
     *
     * @param summary null for that which is there
     */
    static RunRecord read(Path directory, Map<String, Object> summary) {
        if (!Files.exists(directory)) {
            throw new RunException("no such run directory: " + directory);
        }
        if (!Files.isDirectory(directory)) {
            throw new RunException(directory + " is a file, not a run directory");
        }
        return new RunRecord(directory, summary);
    }

    public Path directory() {
        return directory;
    }

    public String name() {
        return directory.toAbsolutePath().normalize().getFileName().toString();
    }

    public Optional<JsonObject> configuration() {
        return configuration;
    }

    public Optional<JsonObject> environment() {
        return environment;
    }

    public Optional<JsonObject> summary() {
        return summary;
    }

    /** What was analysed and how, where this is an analysis of checkpoints. */
    public Optional<JsonObject> analysis() {
        return analysis;
    }

    public Optional<RunTable> metrics() {
        return metrics;
    }

    public Optional<List<EventLog.Event>> events() {
        return events;
    }

    /** The first observer's spectrum, then the others by name. */
    public List<ObservedSpectrum> spectra() {
        return spectra;
    }

    /** What was measured of the model while it trained; empty if nobody asked for it. */
    Optional<RunTable> measured(DetectorTable table) {
        return Optional.ofNullable(measured.get(table));
    }

    /** The groups of parameters, of an analysis of checkpoints or of an observer that watched them; of several the first by name. */
    public Optional<GroupTable> groups() {
        return groups;
    }

    /** What experiments found on the run, by their names. */
    List<RunFinding> findings() {
        return findings;
    }

    /** The exact parts of the steps into checkpoints, where an optimiser's states were analysed; at least one. */
    Optional<List<MatrixParts>> stepParts() {
        return stepParts.filter(parts -> !parts.isEmpty());
    }

    /** What the run's model has written, where it is a language model. */
    Optional<TextSamples> samples() {
        return samples;
    }

    /** Whether this is an analysis of checkpoints, which has spectra, perhaps metrics, but never had a training. */
    public boolean isAnalysis() {
        return analysis.isPresent()
                || (!spectra.isEmpty()
                        && Stream.of(CONFIGURATION, SUMMARY, METRICS).noneMatch(this::exists));
    }

    /** One line for each part that is missing or damaged. */
    public List<String> absent() {
        return isAnalysis() ? List.of() : List.copyOf(absent);
    }

    /** The step at which the run counts as grokked; empty if it has not. */
    public OptionalLong grokStep() {
        if (summary.isPresent() && summary.get().number("grok_step").isPresent()) {
            return OptionalLong.of((long) summary.get().number("grok_step").getAsDouble());
        }
        return events.stream()
                .flatMap(List::stream)
                .filter(event -> event.name().equals(GROK_EVENT))
                .mapToLong(EventLog.Event::step)
                .findFirst();
    }

    /** The last step that is known of. */
    public OptionalLong finalStep() {
        if (summary.isPresent() && summary.get().number("final_step").isPresent()) {
            return OptionalLong.of((long) summary.get().number("final_step").getAsDouble());
        }
        return metrics.map(RunTable::steps)
                .filter(steps -> steps.length > 0)
                .map(steps -> OptionalLong.of((long) steps[steps.length - 1]))
                .orElse(OptionalLong.empty());
    }

    /** Files of the directory that somebody may want to open, by name. */
    public List<Path> rawFiles() {
        return list(directory, path -> {
            String file = path.getFileName().toString();
            return !file.startsWith(".") && !file.equals(Report.FILE_NAME);
        });
    }

    private List<ObservedSpectrum> readSpectra() {
        List<ObservedSpectrum> found = new ArrayList<>();
        part(SPECTRUM + ".csv", RunTable::read)
                .ifPresent(table -> found.add(new ObservedSpectrum("", table, nulls(SPECTRUM))));
        for (Path file :
                list(directory, path -> isFurtherSpectrum(path.getFileName().toString()))) {
            String stem = file.getFileName().toString().replaceFirst("\\.csv$", "");
            part(stem + ".csv", RunTable::read)
                    .ifPresent(table ->
                            found.add(new ObservedSpectrum(stem.substring(SPECTRUM.length() + 1), table, nulls(stem))));
        }
        return List.copyOf(found);
    }

    private List<RunFinding> readFindings() {
        Path folder = directory.resolve(EXPERIMENTS);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<RunFinding> found = new ArrayList<>();
        for (Path file : list(folder, RunRecord::isFinding)) {
            part(EXPERIMENTS + "/" + file.getFileName(), RunFinding::read).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    private static boolean isFinding(Path file) {
        return file.getFileName().toString().endsWith(".json") && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isFurtherSpectrum(String file) {
        return file.startsWith(SPECTRUM + "_") && file.endsWith(".csv") && !file.endsWith(NULL_SUFFIX + ".csv");
    }

    private static boolean isOfGroups(String file) {
        return file.equals(GroupSpectra.FILE_NAME) || (file.startsWith("groups_") && file.endsWith(".csv"));
    }

    /** Null spectra are optional: most observers have none, and that is not worth a line. */
    private Optional<RunTable> nulls(String stem) {
        String file = stem + NULL_SUFFIX + ".csv";
        return exists(file) ? part(file, RunTable::read) : Optional.empty();
    }

    private boolean exists(String file) {
        return Files.exists(directory.resolve(file));
    }

    private <T> Optional<T> part(String file, Function<Path, T> reader) {
        if (!exists(file)) {
            absent.add(file + " is not there");
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(directory.resolve(file)));
        } catch (RunException damaged) {
            absent.add(damaged.getMessage());
            return Optional.empty();
        }
    }

    private static List<Path> list(Path folder, Predicate<Path> wanted) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(wanted).sorted().toList();
        } catch (IOException failure) {
            throw RunException.of("cannot read", folder, failure);
        }
    }
}
