package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.analysis.report.JsonObject;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.warning.DetectorRule;
import dev.spectraledge.trainer.warning.DetectorTable;
import dev.spectraledge.trainer.warning.SeenNumber;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** One run as the question sees it: when the events came, how long it was looked at, and what the detectors said. */
final class RunCourse {
    /** Rows without which a rule of several rows cannot be met. */
    private static final int FEWEST_ROWS = 3;

    private final Path directory;
    private final long seed;
    private final double lastStep;
    private final Map<TargetEvent, Double> events = new EnumMap<>(TargetEvent.class);
    private final Map<String, DetectorCourse> detectors = new HashMap<>();
    private final double windowDelay;

    private RunCourse(Path directory, RunTable metrics, RunTable spectrum, List<DetectorRule> rules) {
        this.directory = directory;
        JsonObject configuration = JsonObject.read(directory.resolve("config.json"));
        seed = (long) configuration.number("training.seed").orElse(0);
        double[] steps = metrics.steps();
        if (steps.length == 0) {
            throw new RunException(directory.resolve("metrics.csv") + ": holds no evaluation");
        }
        lastStep = steps[steps.length - 1];
        double[] accuracy = metrics.require("test_accuracy");
        for (TargetEvent event : TargetEvent.values()) {
            for (int row = 0; row < steps.length && !events.containsKey(event); row++) {
                if (accuracy[row] >= event.accuracy()) {
                    events.put(event, steps[row]);
                }
            }
        }
        for (DetectorRule rule : rules) {
            RunTable table = rule.table() == DetectorTable.METRICS ? metrics : spectrum;
            if (table != null && table.rows() >= FEWEST_ROWS && table.columns().contains(rule.column())) {
                double[] values = SeenNumber.column(rule, table.columns(), table::require);
                detectors.put(rule.name(), DetectorCourse.of(rule, table.steps(), values));
            }
        }
        windowDelay = delay(configuration);
    }

    /** W·stride/2 of the first observer: how far back the middle of a window lies. */
    private static double delay(JsonObject configuration) {
        OptionalDouble window = configuration.number("observers.0.window");
        OptionalDouble stride = configuration.number("observers.0.stride");
        return window.isPresent() && stride.isPresent() ? window.getAsDouble() * stride.getAsDouble() / 2 : Double.NaN;
    }

    /**
     * Reads a run directory.
     *
     * @return empty if the run has not begun
     * @throws RunException if a table of it is damaged
     */
    static Optional<RunCourse> read(Path directory, List<DetectorRule> rules) {
        Path metrics = directory.resolve("metrics.csv");
        if (!Files.exists(metrics)) {
            return Optional.empty();
        }
        Path spectrum = directory.resolve("spectrum.csv");
        return Optional.of(new RunCourse(
                directory, RunTable.read(metrics), Files.exists(spectrum) ? RunTable.read(spectrum) : null, rules));
    }

    Path directory() {
        return directory;
    }

    long seed() {
        return seed;
    }

    /** Until when the run was looked at. */
    double lastStep() {
        return lastStep;
    }

    /** Steps by which the middle of a window of the first observer lies back; NaN where there is none. */
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
