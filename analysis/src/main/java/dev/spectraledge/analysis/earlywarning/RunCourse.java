package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.analysis.report.JsonObject;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.warning.DetectorRule;
import dev.spectraledge.trainer.warning.DetectorTable;
import dev.spectraledge.trainer.warning.SeenNumber;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** One run as the question sees it: when the events came, how long it was looked at, and what the detectors said. */
final class RunCourse {
    /** Rows without which a rule of several rows cannot be met. */
    private static final int FEWEST_ROWS = 3;

    private final Path directory;
    private final long seed;
    private final String task;
    private final double lastStep;
    private final Map<TargetEvent, Double> events = new EnumMap<>(TargetEvent.class);
    private final Map<String, DetectorCourse> detectors = new HashMap<>();
    private final double windowDelay;

    private RunCourse(
            Path directory, JsonObject configuration, Map<DetectorTable, RunTable> tables, List<DetectorRule> rules) {
        this.directory = directory;
        seed = (long) configuration.number("training.seed").orElse(0);
        task = configuration.text("task.name").orElse("")
                + configuration
                        .text("task.operation")
                        .map(operation -> " " + operation)
                        .orElse("");
        RunTable metrics = tables.get(DetectorTable.METRICS);
        if (metrics.rows() == 0) {
            throw new RunException(directory.resolve("metrics.csv") + ": holds no evaluation");
        }
        lastStep = tables.values().stream()
                .map(RunTable::steps)
                .filter(steps -> steps.length > 0)
                .mapToDouble(steps -> steps[steps.length - 1])
                .max()
                .orElseThrow();
        Path log = directory.resolve("events.csv");
        List<EventLog.Event> logged = Files.exists(log) ? EventLog.read(log) : List.of();
        for (TargetEvent event : TargetEvent.values()) {
            event.step(metrics, logged).ifPresent(step -> events.put(event, step));
        }
        for (DetectorRule rule : rules) {
            RunTable table = tables.get(rule.table());
            if (table != null && table.rows() >= FEWEST_ROWS && table.columns().contains(rule.column())) {
                double[] values = SeenNumber.column(rule, table.columns(), table::require);
                detectors.put(rule.name(), DetectorCourse.of(rule, table.steps(), values));
            }
        }
        windowDelay = delay(configuration);
    }

    /** Name of the file with a table; empty where no observer writes it. */
    private static Optional<String> file(DetectorTable table, JsonObject configuration) {
        return table == DetectorTable.GRADIENTS
                ? observer(configuration, table)
                        .flatMap(key -> configuration.text(key + ".name"))
                        .map(name -> "spectrum_" + name + ".csv")
                : Optional.of(table.file());
    }

    /** Key of the observer whose windows a table holds. */
    private static Optional<String> observer(JsonObject configuration, DetectorTable table) {
        String key = "observers.0";
        for (int i = 0; configuration.text(key + ".window").isPresent(); i++, key = "observers." + i) {
            String observed = configuration.text(key + ".of").orElse(Observed.UPDATES.name());
            if (table.isOf(Observed.valueOf(observed.toUpperCase(Locale.ROOT)))) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    /** W·stride/2 of the first observer of updates: how far back the middle of a window lies. */
    private static double delay(JsonObject configuration) {
        String key = observer(configuration, DetectorTable.SPECTRUM).orElse("");
        OptionalDouble window = configuration.number(key + ".window");
        OptionalDouble stride = configuration.number(key + ".stride");
        return window.isPresent() && stride.isPresent() ? window.getAsDouble() * stride.getAsDouble() / 2 : Double.NaN;
    }

    /**
     * Reads a run directory.
     *
     * @return empty if the run has not begun
     * @throws RunException if a table of it is damaged
     */
    static Optional<RunCourse> read(Path directory, List<DetectorRule> rules) {
        if (!Files.exists(directory.resolve(DetectorTable.METRICS.file()))) {
            return Optional.empty();
        }
        JsonObject configuration = JsonObject.read(directory.resolve("config.json"));
        Map<DetectorTable, RunTable> tables = new EnumMap<>(DetectorTable.class);
        for (DetectorTable table : DetectorTable.values()) {
            file(table, configuration)
                    .map(directory::resolve)
                    .filter(Files::exists)
                    .ifPresent(file -> tables.put(table, RunTable.read(file)));
        }
        return Optional.of(new RunCourse(directory, configuration, tables, rules));
    }

    Path directory() {
        return directory;
    }

    long seed() {
        return seed;
    }

    /** What the run learns; runs of other tasks have other scales of time and of every number. */
    String task() {
        return task;
    }

    /** Until when the run was looked at. */
    double lastStep() {
        return lastStep;
    }

    /** Steps by which the middle of a window of the first observer of updates lies back; NaN where there is none. */
    double windowDelay() {
        return windowDelay;
    }

    /** The step of an event; empty if it has not come. */
    OptionalDouble event(TargetEvent event) {
        Double step = events.get(event);
        return step == null ? OptionalDouble.empty() : OptionalDouble.of(step);
    }

    /** What a detector says; empty if the run does not record what it looks at. */
    Optional<DetectorCourse> detector(DetectorRule rule) {
        return Optional.ofNullable(detectors.get(rule.name()));
    }
}
