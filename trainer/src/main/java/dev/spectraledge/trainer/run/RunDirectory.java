package dev.spectraledge.trainer.run;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.warning.DetectorTable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The directory that holds everything about one run, and where each file lies in it. One process at a time may write,
 * any number may read meanwhile: tables only grow, all other files appear whole.
 */
public final class RunDirectory implements AutoCloseable {
    /** In every summary: a {@link RunState}. */
    public static final String STATE = "state";

    /** Name of the file that says how far the run is. */
    public static final String SUMMARY = "summary.json";

    /** In the summary of a failed run: why it failed. */
    public static final String ERROR = "error";

    private static final System.Logger LOGGER = System.getLogger(RunDirectory.class.getName());

    static final Path DEFAULT_PARENT = Path.of("runs");
    private static final String CONFIG = "config.json";
    private static final String CHECKPOINTS = "checkpoints";

    private final Path root;
    private final RunConfig config;
    private final RunLock lock;

    private RunDirectory(Path root, RunConfig config, RunLock lock) {
        this.root = root;
        this.config = config;
        this.lock = lock;
    }

    /**
     * Makes the directory of a new run, {@code config.out()} or {@code runs/<task>_wd<weight decay>_s<seed>} with a
     * counter if that exists, writes {@code config.json}, and locks it.
     *
     * @throws UsageException if {@code config.out()} exists and holds something else than what a process leaves that was
     *     killed before it had computed anything of the same run
     */
    public static RunDirectory create(RunConfig config) {
        return create(config, DEFAULT_PARENT);
    }

    static RunDirectory create(RunConfig config, Path defaultParent) {
        Path root = config.out();
        try {
            if (root == null) {
                root = createNumbered(defaultParent, defaultName(config));
            } else {
                Files.createDirectories(root);
            }
        } catch (FileAlreadyExistsException file) {
            throw new UsageException("out: " + root + " exists and is not a directory", file);
        } catch (IOException failure) {
            throw RunException.of("cannot create run directory", root == null ? defaultParent : root, failure);
        }
        return locked(root, config, directory -> {
            if (!directory.isFresh()) {
                throw inTheWay(directory.root);
            }
            directory.deleteLeftovers();
            directory.furnish();
        });
    }

    /**
     * Opens the directory of a planned run, and locks it: a new one, or one in which an earlier process was interrupted,
     * however early. The run keeps what its data told when it began.
     *
     * @param planned whose {@code out} counts for nothing
     * @param notes takes lines for people
     * @throws RunInUseException if somebody writes into it
     */
    public static RunDirectory begin(Path root, RunConfig planned, Consumer<String> notes) {
        try {
            Files.createDirectories(root);
        } catch (IOException failure) {
            throw RunException.of("cannot create run directory", root, failure);
        }
        boolean isNew = Files.notExists(root.resolve(CONFIG)) || Files.notExists(root.resolve(SUMMARY));
        RunConfig config = isNew ? planned.withFacts(notes) : open(root).config;
        return locked(root, config, directory -> {
            directory.deleteLeftovers();
            if (isNew) {
                directory.furnish();
                return;
            }
            String hash = planned.hash();
            if (!config.hash().equals(hash) && !config.withoutFacts().hash().equals(hash)) {
                throw new RunException(root + ": holds a run with another configuration");
            }
            Map<String, Object> summary = new LinkedHashMap<>(directory.readSummary());
            summary.remove(ERROR);
            directory.writeSummary(RunState.RUNNING, summary);
        });
    }

    /**
     * Opens the directory of an earlier run to go on writing, and locks it. What it says of its state stays: whoever goes on
     * training says so.
     */
    public static RunDirectory resume(Path root) {
        return locked(root, open(root).config, directory -> {
            directory.deleteLeftovers();
            if (Files.notExists(directory.summary())) {
                directory.furnish();
            } else if (!RunConfig.read(root.resolve(CONFIG)).equals(directory.config)) {
                directory.writeConfig();
            }
        });
    }

    /**
     * The same directory, open for writing, of a run that goes on with other settings; the change is recorded in {@code
     * changes.json}.
     *
     * @param step steps done with the settings so far
     */
    RunDirectory amended(RunConfig other, long step) {
        RunDirectory amended = new RunDirectory(root, other, lock);
        ConfigChange change = ConfigChange.between(config, other, step);
        if (!change.isEmpty()) {
            // First the record: a process that is killed in between has changed the configuration all the same, see
            // open.
            new ChangeLog(root).append(change);
            amended.writeConfig();
        }
        return amended;
    }

    private interface Preparation {
        void prepare(RunDirectory directory) throws IOException;
    }

    private static RunDirectory locked(Path root, RunConfig config, Preparation preparation) {
        RunLock lock = RunLock.acquire(root);
        try {
            RunDirectory directory = new RunDirectory(root, config, lock);
            preparation.prepare(directory);
            return directory;
        } catch (IOException failure) {
            lock.close();
            throw RunException.of("cannot write into", root, failure);
        } catch (RuntimeException failure) {
            lock.close();
            throw failure;
        }
    }

    private void furnish() throws IOException {
        for (Path folder : folders()) {
            Files.createDirectories(folder);
        }
        writeConfig();
        writeSummary(RunState.RUNNING, Map.of());
    }

    private List<Path> folders() {
        return List.of(checkpoints(), experiments(), figures());
    }

    private void writeConfig() {
        AtomicFile.write(root.resolve(CONFIG), config.toJson());
    }

    /** Whether this holds nothing, or only what an early kill leaves of this run: nothing that somebody would miss. */
    private boolean isFresh() throws IOException {
        List<Path> entries = entries(root);
        if (Files.notExists(root.resolve(CONFIG))) {
            return entries.stream().allMatch(entry -> folders().contains(entry) && isEmptyFolder(entry));
        }
        try {
            return Files.notExists(resumeState())
                    && open(root).config.hash().equals(config.hash())
                    && (Files.notExists(summary()) || state() == RunState.RUNNING);
        } catch (RunException foreign) {
            LOGGER.log(System.Logger.Level.DEBUG, "what is there is not a run directory", foreign);
            return false;
        }
    }

    private static boolean isEmptyFolder(Path folder) {
        try {
            return entries(folder).isEmpty();
        } catch (IOException unreadable) {
            LOGGER.log(System.Logger.Level.DEBUG, "what is there is not an empty folder", unreadable);
            return false;
        }
    }

    /** What a folder holds besides the lock and unfinished files. */
    static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !entry.endsWith(RunLock.FILE_NAME) && !AtomicFile.isLeftover(entry))
                    .toList();
        }
    }

    static UsageException inTheWay(Path root) {
        return new UsageException(
                "out: " + root + " exists and is not empty; choose another directory or resume this run");
    }

    /** Opens the directory of a run, finished or not, for reading. */
    public static RunDirectory open(Path root) {
        if (Files.notExists(root)) {
            throw new RunException("no run directory " + root + ": no such file or directory");
        }
        if (!Files.isDirectory(root)) {
            throw new RunException(root + " is not a run directory but a file");
        }
        if (!Files.isReadable(root) || !Files.isExecutable(root)) {
            throw new RunException("cannot read run directory " + root + ": permission denied");
        }
        if (Files.notExists(root.resolve(CONFIG))) {
            throw new RunException(root + " is not a run directory: it has no " + CONFIG);
        }
        return new RunDirectory(root, new ChangeLog(root).settled(RunConfig.read(root.resolve(CONFIG))), null);
    }

    /** Whether a folder holds a run, however little of it. */
    public static boolean isOne(Path root) {
        return Files.exists(root.resolve(CONFIG));
    }

    /** Whether a process writes into this directory now. */
    public boolean isInUse() {
        return RunLock.isHeld(root);
    }

    private static String defaultName(RunConfig config) {
        return experimentName(config) + "_s" + config.training().seed();
    }

    /** What runs that differ in the seed have in common. */
    static String experimentName(RunConfig config) {
        double weightDecay = config.training().weightDecay();
        boolean whole = weightDecay == Math.rint(weightDecay) && weightDecay < Long.MAX_VALUE;
        return config.task().variant() + "_wd"
                + (whole ? Long.toString((long) weightDecay) : Double.toString(weightDecay));
    }

    /** Two runs that start at the same moment get different numbers: making a directory succeeds only once. */
    public static Path createNumbered(Path parent, String name) throws IOException {
        Files.createDirectories(parent);
        Path candidate = parent.resolve(name);
        for (int number = 2; !createIfAbsent(candidate); number++) {
            candidate = parent.resolve(name + "_" + number);
        }
        return candidate;
    }

    private static boolean createIfAbsent(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    /** Removes what killed processes left of files that they were writing. */
    private void deleteLeftovers() throws IOException {
        deleteLeftovers(root);
        for (Path folder : folders()) {
            if (Files.isDirectory(folder)) {
                deleteLeftovers(folder);
            }
        }
    }

    static void deleteLeftovers(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path leftover : entries.filter(AtomicFile::isLeftover).toList()) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    public Path root() {
        return root;
    }

    public RunConfig config() {
        return config;
    }

    /** Where and how the run was made. */
    public Path environment() {
        return environment(root);
    }

    /** The same of a directory that is only read. */
    public static Path environment(Path root) {
        return root.resolve("environment.json");
    }

    /** Losses and accuracies at each evaluation. */
    public Path metrics() {
        return root.resolve("metrics.csv");
    }

    /**
     * One row per window of an observer: {@code spectrum.csv} for the first observer of updates, {@code spectrum_<name>.csv} for
     * all others.
     */
    public Path spectrum(String observer) {
        return spectrum(root, config, observer);
    }

    /** The same of a directory that may lack its other files. */
    public static Path spectrum(Path root, RunConfig config, String observer) {
        List<String> names =
                config.observers().stream().map(ObserverConfig::name).toList();
        if (!names.contains(observer)) {
            throw new IllegalArgumentException("no observer '" + observer + "' among " + names);
        }
        boolean first = config.observer(DetectorTable.SPECTRUM)
                .filter(own -> own.name().equals(observer))
                .isPresent();
        return root.resolve(first ? "spectrum.csv" : "spectrum_" + observer + ".csv");
    }

    /** Grokking, ends and failures. */
    public Path events() {
        return root.resolve("events.csv");
    }

    /** What is measured of the model while it trains, if asked for: the commutator defect and the like. */
    public Path measured(DetectorTable table) {
        return root.resolve(table.file());
    }

    /** Loss and gradient norm of every step, if asked for. */
    public Path trace() {
        return root.resolve("trace.csv");
    }

    public Path checkpoints() {
        return root.resolve(CHECKPOINTS);
    }

    /** Weights after {@code step} steps, with PyTorch's names. */
    public Path checkpoint(long step) {
        return checkpoints().resolve(CheckpointFolder.fileName(step));
    }

    /** The optimiser's state that goes with {@link #checkpoint}. */
    public Path optimizerCheckpoint(long step) {
        return checkpoints().resolve(CheckpointFolder.optimizerFileName(step));
    }

    /** The state that a killed run continues from. */
    public Path resumeState() {
        return resumeState(root);
    }

    /** The same of a run directory that is not open. */
    public static Path resumeState(Path root) {
        return root.resolve(CHECKPOINTS).resolve("resume.safetensors");
    }

    public Path experiments() {
        return root.resolve("experiments");
    }

    public Path figures() {
        return root.resolve("figures");
    }

    public Path report() {
        return root.resolve("report.html");
    }

    public Path log() {
        return root.resolve("log.txt");
    }

    public Path summary() {
        return root.resolve(SUMMARY);
    }

    /** Replaces {@code summary.json}: the state and then {@code values}. */
    public void writeSummary(RunState state, Map<String, ?> values) {
        if (lock == null) {
            throw new IllegalStateException(root + " is open for reading only");
        }
        Json.write(summary(), summary(state, values));
    }

    /** What a summary holds: the state and then {@code values}. */
    public static Map<String, Object> summary(RunState state, Map<String, ?> values) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put(STATE, state.key());
        values.forEach((key, value) -> {
            if (!key.equals(STATE)) {
                summary.put(key, value);
            }
        });
        return summary;
    }

    /** Everything in {@code summary.json}. */
    public Map<String, Object> readSummary() {
        return Json.readObject(summary());
    }

    public RunState state() {
        Object key = readSummary().get(STATE);
        for (RunState state : RunState.values()) {
            if (state.key().equals(key)) {
                return state;
            }
        }
        throw new RunException(summary() + ": " + STATE + " is '" + Printable.value(key) + "', expected is one of "
                + Stream.of(RunState.values()).map(RunState::key).toList());
    }

    /** Releases the lock, if this directory was opened for writing. */
    @Override
    public void close() {
        if (lock != null) {
            lock.close();
        }
    }
}
