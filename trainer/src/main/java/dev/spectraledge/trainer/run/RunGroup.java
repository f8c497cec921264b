package dev.spectraledge.trainer.run;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The directories of runs that one process trains side by side. Runs that differ in the seed lie in one folder, {@code
 * seed-<seed>} each, with {@code group.json}, which holds their configuration and lists the seeds in the order of the run axis, and one resume state for
 * all, so that they always resume from the same step. Other runs come together for the moment only: each has its resume
 * state in its own directory, and can go on without the others. An ordinary run is a group of one that is its directory.
 */
public final class RunGroup implements AutoCloseable {
    private static final String FILE = "group.json";
    private static final String SEEDS = "seeds";
    private static final String CONFIGURATION = "config";
    private static final String RESUME_STATE = "resume.safetensors";

    private final Path root;
    private final List<RunDirectory> runs;
    private final Path resumeState;

    /** @param resumeState null if each run has its own */
    private RunGroup(Path root, List<RunDirectory> runs, Path resumeState) {
        this.root = root;
        this.runs = List.copyOf(runs);
        this.resumeState = resumeState;
    }

    /** An ordinary run, which is closed with the group. */
    public static RunGroup of(RunDirectory run) {
        return new RunGroup(run.root(), List.of(run), null);
    }

    /**
     * Runs that train side by side for the moment, which are closed with the group.
     *
     * @param runs which agree in everything that is not a matter of one run, and either are all new or have all come to the
     *     same step
     */
    public static RunGroup sideBySide(List<RunDirectory> runs) {
        RunGroup group = new RunGroup(runs.getFirst().root().getParent(), runs, null);
        int begun = group.resumeStates().size();
        if (begun != 0 && begun != runs.size()) {
            throw new IllegalArgumentException("new runs and others cannot train side by side");
        }
        return group;
    }

    /**
     * Makes the directories of new runs that differ in the seed, in {@code config.out()} or {@code
     * runs/<task>_wd<weight decay>_<number>seeds} with a counter if that exists, and locks them.
     *
     * @param seeds all different
     * @throws UsageException if {@code config.out()} exists and holds something else than what a process leaves that was
     *     killed before it had computed anything of the same runs
     */
    public static RunGroup create(RunConfig config, List<Long> seeds) {
        return create(config, seeds, RunDirectory.DEFAULT_PARENT);
    }

    static RunGroup create(RunConfig config, List<Long> seeds, Path defaultParent) {
        Path root = config.out();
        try {
            if (root == null) {
                String name = RunDirectory.experimentName(config) + "_" + seeds.size() + "seeds";
                root = RunDirectory.createNumbered(defaultParent, name);
            } else {
                Files.createDirectories(root);
                if (!isFresh(root, config, seeds)) {
                    throw RunDirectory.inTheWay(root);
                }
                RunDirectory.deleteLeftovers(root);
            }
        } catch (FileAlreadyExistsException file) {
            throw new UsageException("out: " + root + " exists and is not a directory", file);
        } catch (IOException failure) {
            throw RunException.of("cannot create run directory", root == null ? defaultParent : root, failure);
        }
        // First, so that a process that is killed before all directories are there leaves a group that can go on.
        Map<String, Object> description = new LinkedHashMap<>();
        description.put(SEEDS, seeds);
        description.put(CONFIGURATION, config.toMap());
        Json.write(root.resolve(FILE), description);
        return open(root, seeds, (seed, run) -> RunDirectory.create(config.with(seed, run)));
    }

    private static boolean isFresh(Path root, RunConfig config, List<Long> seeds) throws IOException {
        if (Files.notExists(root.resolve(FILE))) {
            return RunDirectory.entries(root).isEmpty();
        }
        return Files.notExists(root.resolve(RESUME_STATE))
                && seeds(root).equals(seeds)
                && planned(root)
                        .filter(other -> other.hash().equals(config.hash()))
                        .isPresent();
    }

    /** Opens an earlier run or group of runs to go on writing, and locks it. */
    public static RunGroup resume(Path root) {
        if (Files.notExists(root.resolve(FILE))) {
            refuseMember(root);
            return of(RunDirectory.resume(root));
        }
        try {
            RunDirectory.deleteLeftovers(root);
        } catch (IOException failure) {
            throw RunException.of("cannot write into", root, failure);
        }
        Optional<RunConfig> planned = planned(root);
        return open(root, seeds(root), (seed, run) -> {
            boolean begun = planned.isEmpty() || RunDirectory.isOne(run);
            return begun
                    ? RunDirectory.resume(run)
                    : RunDirectory.create(planned.get().with(seed, run));
        });
    }

    /** What the runs have in common; empty in a group that an earlier version made, whose directories are all there. */
    @SuppressWarnings("unchecked")
    private static Optional<RunConfig> planned(Path root) {
        Path file = root.resolve(FILE);
        if (Json.readObject(file).get(CONFIGURATION) instanceof Map<?, ?> configuration) {
            try {
                return Optional.of(RunConfig.of((Map<String, Object>) configuration, file.toString()));
            } catch (UsageException unsuitable) {
                throw new RunException(unsuitable.getMessage(), unsuitable);
            }
        }
        return Optional.empty();
    }

    /**
     * The same runs, which go on with other settings; each records in its directory what changes.
     *
     * @param configs one per run
     * @param step steps done with the settings so far
     */
    public RunGroup amended(List<RunConfig> configs, long step) {
        List<RunDirectory> amended = new ArrayList<>();
        for (int run = 0; run < runs.size(); run++) {
            amended.add(runs.get(run).amended(configs.get(run), step));
        }
        return new RunGroup(root, amended, resumeState);
    }

    /** The configuration of an earlier run, of a group that of its first. */
    public static RunConfig config(Path root) {
        Path run = Files.exists(root.resolve(FILE)) ? folder(root, seeds(root).getFirst()) : root;
        if (!run.equals(root) && !RunDirectory.isOne(run)) {
            return planned(root).orElseThrow(() -> new RunException(root + ": lacks " + run.getFileName()));
        }
        try (RunDirectory directory = RunDirectory.open(run)) {
            return directory.config();
        }
    }

    /** The directories of the runs of a group that differ in the seed, whether or not they are there yet; none if it is no such group. */
    public static List<Path> members(Path root) {
        return Files.exists(root.resolve(FILE))
                ? seeds(root).stream().map(seed -> folder(root, seed)).toList()
                : List.of();
    }

    private interface Opener {
        RunDirectory open(long seed, Path run);
    }

    private static RunGroup open(Path root, List<Long> seeds, Opener opener) {
        List<RunDirectory> runs = new ArrayList<>();
        try {
            for (long seed : seeds) {
                runs.add(opener.open(seed, folder(root, seed)));
            }
            return new RunGroup(root, runs, root.resolve(RESUME_STATE));
        } catch (RuntimeException failure) {
            runs.forEach(RunDirectory::close);
            throw failure;
        }
    }

    private static Path folder(Path root, long seed) {
        return root.resolve("seed-" + seed);
    }

    private static List<Long> seeds(Path root) {
        Path file = root.resolve(FILE);
        if (Json.readObject(file).get(SEEDS) instanceof List<?> listed
                && !listed.isEmpty()
                && listed.stream().allMatch(Long.class::isInstance)) {
            return listed.stream().map(Long.class::cast).toList();
        }
        throw new RunException(file + ": should list the " + SEEDS + " of the runs");
    }

    private static void refuseMember(Path run) {
        Path parent = run.toAbsolutePath().normalize().getParent();
        if (parent != null
                && Files.exists(parent.resolve(FILE))
                && seeds(parent).stream().anyMatch(seed -> run.endsWith(folder(Path.of(""), seed)))) {
            throw new UsageException(run + " trains side by side with others; resume all of them: " + parent);
        }
    }

    /** The folder of all runs, or the directory of the only one. */
    public Path root() {
        return root;
    }

    /** In the order of the run axis. */
    public List<RunDirectory> runs() {
        return runs;
    }

    /** Whether the resume state of each run lies in its own directory; else {@link #resumeState} is that of all. */
    public boolean hasOwnStates() {
        return resumeState == null;
    }

    /** Whether these are several runs of which each can go on without the others: what ends one is not of all. */
    public boolean isDivisible() {
        return hasOwnStates() && runs.size() > 1;
    }

    /** The state of all runs at one step, that a killed process continues from. */
    public Path resumeState() {
        if (hasOwnStates()) {
            throw new IllegalStateException("each run has a resume state of its own");
        }
        return resumeState;
    }

    /** The files that the runs continue from, none if they are new: one of all, or one of each run that has not ended. */
    public List<Path> resumeStates() {
        List<RunDirectory> going = isDivisible() ? running() : runs;
        List<Path> states =
                hasOwnStates() ? going.stream().map(RunDirectory::resumeState).toList() : List.of(resumeState);
        return states.stream().filter(Files::exists).toList();
    }

    /** Steps after which the runs go on; 0 if they are new. */
    public long stepsDone() {
        List<Path> states = resumeStates();
        if (states.isEmpty()) {
            return 0;
        }
        try (ResumeState state = ResumeState.open(states.getFirst())) {
            return state.step();
        }
    }

    /** The runs that have not ended. */
    public List<RunDirectory> running() {
        return runs.stream().filter(run -> run.state() == RunState.RUNNING).toList();
    }

    /** Releases the locks. */
    @Override
    public void close() {
        runs.forEach(RunDirectory::close);
    }
}
