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
import java.util.List;
import java.util.Map;

/**
 * The directories of runs that one process trains side by side. Runs that differ in the seed lie in one folder, {@code
 * seed-<seed>} each, with {@code group.json}, which lists the seeds in the order of the run axis, and one resume state for
 * all, so that they always resume from the same step. Other runs come together for the moment only: each has its resume
 * state in its own directory, and can go on without the others. An ordinary run is a group of one that is its directory.
 */
public final class RunGroup implements AutoCloseable {
    private static final String FILE = "group.json";
    private static final String SEEDS = "seeds";

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
     * @throws UsageException if {@code config.out()} exists and is not empty
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
                RunDirectory.requireEmpty(root);
            }
        } catch (FileAlreadyExistsException file) {
            throw new UsageException("out: " + root + " exists and is not a directory", file);
        } catch (IOException failure) {
            throw RunException.of("cannot create run directory", root == null ? defaultParent : root, failure);
        }
        RunGroup group = open(root, seeds, (seed, run) -> RunDirectory.create(config.with(seed, run)));
        try {
            Json.write(root.resolve(FILE), Map.of(SEEDS, seeds));
            return group;
        } catch (RuntimeException failure) {
            group.close();
            throw failure;
        }
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
        return open(root, seeds(root), (seed, run) -> RunDirectory.resume(run));
    }

    /** The configuration of an earlier run, of a group that of its first. */
    public static RunConfig config(Path root) {
        Path run = Files.exists(root.resolve(FILE)) ? folder(root, seeds(root).getFirst()) : root;
        try (RunDirectory directory = RunDirectory.open(run)) {
            return directory.config();
        }
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
            return new RunGroup(root, runs, root.resolve("resume.safetensors"));
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
