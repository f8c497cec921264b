package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The runs of a sweep and where they lie: {@code sweep.yaml}, the file that describes them; {@code runs.jsonl}, one line
 * per run; and {@code runs/<id>/}, an ordinary run directory, once the run has begun. Whoever computes or reports runs
 * needs nothing but this directory.
 */
public final class SweepPlan {
    private static final String SOURCE = "sweep.yaml";
    private static final String RUNS = "runs.jsonl";
    private static final String DIRECTORIES = "runs";
    private static final String ID = "id";
    private static final String SWEPT = "swept";
    private static final String CONFIGURATION = "config";

    private final Path root;
    private final List<PlannedRun> runs;

    private SweepPlan(Path root, List<PlannedRun> runs) {
        this.root = root;
        this.runs = List.copyOf(runs);
    }

    /**
     * What a sweep's file describes, to lie in {@code root}; nothing is written.
     *
     * @throws UsageException with one line if the file cannot be understood, or describes a run twice
     * @throws RunException with one line if it cannot be read
     */
    public static SweepPlan of(Path file, Path root) {
        return new SweepPlan(root, SweepFile.runs(file));
    }

    /**
     * Reads the plan of a sweep directory.
     *
     * @throws RunException if it is none
     */
    public static SweepPlan read(Path root) {
        return readIfPlanned(root)
                .orElseThrow(() -> new RunException(root + " is not a sweep: it has no " + RUNS
                        + "; it is made by sedge sweep plan FILE.yaml -o " + root));
    }

    /** Whether a directory has a plan. */
    public static boolean isOne(Path root) {
        return !Files.notExists(root.resolve(RUNS));
    }

    /** The plan of a directory, unless it has none yet. */
    public static Optional<SweepPlan> readIfPlanned(Path root) {
        if (!isOne(root)) {
            return Optional.empty();
        }
        Path file = root.resolve(RUNS);
        List<PlannedRun> runs = new ArrayList<>();
        try {
            for (String line :
                    RegularFile.text(file, RegularFile.LONGEST_TEXT).lines().toList()) {
                runs.add(parse(line, file + " line " + (runs.size() + 1)));
            }
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
        return Optional.of(new SweepPlan(root, runs));
    }

    @SuppressWarnings("unchecked")
    private static PlannedRun parse(String line, String source) {
        Map<String, Object> run = Json.parseObject(line, source);
        if (run.get(ID) instanceof String id
                && PlannedRun.isId(id)
                && run.get(SWEPT) instanceof Map<?, ?> swept
                && run.get(CONFIGURATION) instanceof Map<?, ?> configuration) {
            return new PlannedRun(id, (Map<String, Object>) swept, (Map<String, Object>) configuration);
        }
        throw new RunException(source + ": should hold " + ID + ", " + SWEPT + " and " + CONFIGURATION + " of a run");
    }

    /**
     * Writes this plan into its directory, which is made if need be. A plan that is there is replaced; the directories of
     * runs stay as they are.
     *
     * @param file the sweep's file, which is copied
     */
    public void write(Path file) {
        try {
            String source = RegularFile.text(file, RegularFile.LONGEST_TEXT);
            Files.createDirectories(root.resolve(DIRECTORIES));
            StringBuilder lines = new StringBuilder();
            for (PlannedRun run : runs) {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put(ID, run.id());
                line.put(SWEPT, run.swept());
                line.put(CONFIGURATION, run.configuration());
                lines.append(Json.compact(line)).append('\n');
            }
            AtomicFile.write(root.resolve(SOURCE), source);
            AtomicFile.write(root.resolve(RUNS), lines.toString());
        } catch (IOException failure) {
            throw RunException.of("cannot make sweep directory", root, failure);
        }
    }

    /** The sweep's directory. */
    public Path root() {
        return root;
    }

    /** In the order of the sweep's file. */
    public List<PlannedRun> runs() {
        return runs;
    }

    /** The keys that the sweep varies, in the order of its file. */
    public List<String> sweptKeys() {
        return runs.isEmpty() ? List.of() : List.copyOf(runs.getFirst().swept().keySet());
    }

    /** The run directory of one of the runs; it exists once the run has begun. */
    public Path directory(PlannedRun run) {
        return root.resolve(DIRECTORIES).resolve(run.id());
    }

    /** The file that says why a run failed whose own directory could not take it; it exists in that case only. */
    public Path failure(PlannedRun run) {
        return root.resolve("failures").resolve(run.id() + ".txt");
    }

    /** The directory of the sweep to which a run directory belongs; empty if it belongs to none. */
    public static Optional<Path> planOf(Path run) {
        Path runs = run.toAbsolutePath().normalize().getParent();
        if (runs == null || !runs.endsWith(DIRECTORIES) || Files.notExists(runs.resolveSibling(RUNS))) {
            return Optional.empty();
        }
        return Optional.of(runs.getParent());
    }

    /** The runs of this plan that another one does not have. */
    public List<PlannedRun> without(SweepPlan other) {
        Set<String> ids = other.runs.stream().map(PlannedRun::id).collect(Collectors.toSet());
        return runs.stream().filter(run -> !ids.contains(run.id())).toList();
    }
}
