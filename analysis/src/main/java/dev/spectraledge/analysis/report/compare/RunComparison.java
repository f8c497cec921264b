package dev.spectraledge.analysis.report.compare;

import dev.spectraledge.analysis.report.RunRecord;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.SvgFigure;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.run.Environment;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs, analyses and the runs of sweeps beside each other: curves of the same quantity in one panel, what differs in their
 * configurations, what came of each, and what happened.
 */
public final class RunComparison {
    /** The page's name in the folder of a comparison. */
    public static final String FILE_NAME = "report.html";
    /** Where a comparison goes that nobody named a folder for, within the sweep or group that it is of. */
    public static final String FOLDER = "compare";

    static final String DOCUMENT = "comparison.json";
    static final String FIGURES = "figures";

    private static final int MOST_NAMED = 3;
    private static final List<String> OF_SOMETHING_ELSE =
            List.of("config.json", "summary.json", "metrics.csv", "analysis.json", "runs.jsonl", "group.json");

    private final List<ComparedRun> runs = new ArrayList<>();
    private final List<String> columns;
    private final List<String> remarks;
    private final Differences differences;
    private final RunColours colours;
    private final ComparedFigures figures;

    /**
     * Reads what is compared.
     *
     * @param named run directories, folders of analyses, sweeps, or groups of seeds; the latter two stand for their runs
     * @param columns of metrics or spectra that are shown, {@code observer/column} being that of a certain observer; none for
     *     the usual ones
     * @throws UsageException if there are not two different runs, or none of them has one of the columns
     * @throws RunException if a directory cannot be read or is none of these
     */
    public RunComparison(List<Path> named, List<String> columns) {
        RunSelection selection = new RunSelection(named);
        List<String> wanted = columns.isEmpty() ? ShownColumn.USUAL : List.copyOf(new LinkedHashSet<>(columns));
        selection.runs().forEach((directory, label) -> runs.add(ComparedRun.read(label, directory, wanted)));
        if (!columns.isEmpty()) {
            wanted.forEach(this::requireColumn);
        }
        this.columns = wanted.stream()
                .filter(column ->
                        runs.stream().anyMatch(run -> run.curve(column).isPresent()))
                .toList();
        remarks = selection.remarks();
        differences = new Differences(runs);
        colours = new RunColours(runs, differences);
        figures = new ComparedFigures(runs, this.columns, colours);
    }

    /**
     * The usual columns of the runs of a sweep; empty while fewer than two have begun.
     *
     * @throws RunException if {@code root} is no sweep
     */
    public static Optional<RunComparison> ofSweep(Path root) {
        SweepPlan plan = SweepPlan.read(root);
        long begun = plan.runs().stream()
                .map(plan::directory)
                .filter(RunRecord::hasBegun)
                .limit(2)
                .count();
        return begun < 2 ? Optional.empty() : Optional.of(new RunComparison(List.of(root), List.of()));
    }

    private void requireColumn(String column) {
        if (runs.stream().noneMatch(run -> run.curve(column).isPresent())) {
            Set<String> names = runs.stream()
                    .flatMap(run -> run.columns().stream())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            String near = NearestName.hint(column, names);
            throw new UsageException("--column: none of the runs has numbers in a column '" + Printable.value(column)
                    + "'" + (near.isEmpty() ? "; there are " + Printable.value(String.join(", ", names)) : near));
        }
    }

    /**
     * Where a comparison goes if nobody says: {@code compare} in the sweep or group that all runs are of, else {@code
     * compare/NAMES} in the working directory.
     */
    public static Path usual(List<Path> named) {
        boolean whole = named.size() == 1
                && (SweepPlan.readIfPlanned(named.getFirst()).isPresent()
                        || !RunGroup.members(named.getFirst()).isEmpty());
        if (whole) {
            return named.getFirst().resolve(FOLDER);
        }
        List<String> names = named.stream()
                .map(path -> path.toAbsolutePath().normalize().getFileName())
                .map(String::valueOf)
                .toList();
        String joined = names.stream().limit(MOST_NAMED).collect(Collectors.joining("+"));
        return Path.of(FOLDER)
                .resolve(names.size() > MOST_NAMED ? joined + "+" + (names.size() - MOST_NAMED) + "-more" : joined);
    }

    /**
     * Refuses a folder that belongs to something else.
     *
     * @param given whether somebody named it; one that nobody named must be new, empty, or hold a comparison
     */
    public static void requireFree(Path folder, boolean given) {
        if (OF_SOMETHING_ELSE.stream().anyMatch(file -> Files.exists(folder.resolve(file)))) {
            throw new UsageException("--out cannot be " + folder
                    + ": it holds a run, an analysis or a sweep, whose files would be overwritten");
        }
        if (!given && Files.exists(folder) && Files.notExists(folder.resolve(DOCUMENT)) && !isEmpty(folder)) {
            throw new UsageException(
                    folder + " exists already and holds no comparison; name another folder with --out");
        }
    }

    private static boolean isEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException failure) {
            throw RunException.of("cannot read", folder, failure);
        }
    }

    /**
     * Writes {@code report.html}, {@code figures/*.svg}, {@code runs.csv}, {@code curves.csv} and {@code comparison.json}.
     *
     * @return the page
     */
    public Path write(Path folder) {
        Path drawn = folder.resolve(FIGURES);
        try {
            Files.createDirectories(drawn);
            for (String name : ComparedFigures.NAMES) {
                Files.deleteIfExists(drawn.resolve(name + ".svg"));
            }
        } catch (IOException failure) {
            throw RunException.of("cannot write into", folder, failure);
        }
        for (Figure figure : drawn()) {
            AtomicFile.write(drawn.resolve(figure.name() + ".svg"), SvgFigure.document(figure));
        }
        new ComparedTables(runs, columns, differences).write(folder);
        Json.write(folder.resolve(DOCUMENT), document());
        Path page = folder.resolve(FILE_NAME);
        AtomicFile.write(page, new ComparisonPage(folder, this).html());
        return page;
    }

    /** The figures that there are. */
    List<Figure> drawn() {
        return Stream.of(figures.learning(), figures.spectrum())
                .flatMap(Optional::stream)
                .map(ComparedFigures.Drawn::figure)
                .toList();
    }

    /** For programs: each run with what differs and what it came to, and the columns that are shown. */
    public Map<String, Object> document() {
        List<Object> compared = new ArrayList<>();
        for (ComparedRun run : runs) {
            Map<String, Object> last = new LinkedHashMap<>();
            columns.forEach(column ->
                    last.put(column, run.curve(column).map(Curve::last).orElse(null)));
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("run", run.label());
            entry.put("directory", run.directory());
            entry.put("state", run.state());
            entry.put("grok_step", orNull(run.grokStep()));
            entry.put("final_step", orNull(run.finalStep()));
            entry.put("differs", differences.of(run));
            entry.put("last", last);
            entry.put("absent", run.absent());
            compared.add(entry);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("version", Environment.projectVersion());
        document.put("columns", columns);
        document.put("runs", compared);
        document.put("remarks", remarks);
        return document;
    }

    private static Long orNull(OptionalLong value) {
        return value.isPresent() ? (Long) value.getAsLong() : null;
    }

    /** The way from a folder to a file, as a link has it. */
    static String relative(Path folder, Path file) {
        return folder.toAbsolutePath()
                .normalize()
                .relativize(file.toAbsolutePath().normalize())
                .toString();
    }

    /** In the order in which they were named. */
    List<ComparedRun> runs() {
        return runs;
    }

    /** Those of the wanted columns that some run has. */
    List<String> columns() {
        return columns;
    }

    /** What was left out, a line each. */
    public List<String> remarks() {
        return remarks;
    }

    Differences differences() {
        return differences;
    }

    RunColours colours() {
        return colours;
    }

    ComparedFigures figures() {
        return figures;
    }
}
