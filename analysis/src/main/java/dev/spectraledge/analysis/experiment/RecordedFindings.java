package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Findings as {@link FindingsFolder} has written them. */
public final class RecordedFindings {
    private final Path file;
    private final String experiment;
    private final String program;
    private final Map<PhaseTable, Map<Phase, Long>> phases = new EnumMap<>(PhaseTable.class);
    private final List<Long> given = new ArrayList<>();
    private final Map<String, Long> settings = new HashMap<>();
    private final Map<String, String> changes = new HashMap<>();
    private final List<String> remarks;
    private final List<Path> figures;
    private final List<Measurement> measurements = new ArrayList<>();
    private final Map<Key, Double> values = new HashMap<>();

    private record Key(Procedure procedure, String quantity, String item, long step) {}

    private RecordedFindings(Path file, Map<String, Object> document) {
        this.file = file;
        experiment = text(document, "experiment");
        program = text(document, "program");
        remarks = list(document, "remarks").stream().map(String::valueOf).toList();
        figures = list(document, "figures").stream()
                .map(name -> beside(file, name))
                .toList();
        readPhases(document);
        readSettings(document);
        readChanges(document);
        for (Object entry : list(document, "measurements")) {
            if (!(entry instanceof Map<?, ?> fields)) {
                throw unsuitable("measurements");
            }
            add(fields);
        }
    }

    /** Throws a RunException with one line if the file cannot be read or is something else. */
    public static RecordedFindings read(Path file) {
        return new RecordedFindings(file, Json.readObject(file));
    }

    private void readPhases(Map<String, Object> document) {
        if (!(document.get("phases") instanceof Map<?, ?> tables)) {
            throw unsuitable("phases");
        }
        for (PhaseTable table : PhaseTable.values()) {
            Map<Phase, Long> steps = new EnumMap<>(Phase.class);
            if (tables.get(table.name().toLowerCase(Locale.ROOT)) instanceof Map<?, ?> given) {
                for (Phase phase : Phase.values()) {
                    if (given.get(phase.name().toLowerCase(Locale.ROOT)) instanceof Long step) {
                        steps.put(phase, step);
                    }
                }
            }
            phases.put(table, steps);
        }
        if (tables.get("steps") instanceof List<?> steps) {
            for (Object step : steps) {
                if (!(step instanceof Long number)) {
                    throw unsuitable("phases");
                }
                given.add(number);
            }
        }
    }

    /** Of findings on several runs together there are none. */
    private void readSettings(Map<String, Object> document) {
        if (document.get("settings") instanceof Map<?, ?> chosen) {
            chosen.forEach((name, value) -> {
                if (name instanceof String key && value instanceof Long number) {
                    settings.put(key, number);
                } else {
                    throw unsuitable("settings");
                }
            });
        }
    }

    /** Findings from before there were any have none. */
    private void readChanges(Map<String, Object> document) {
        if (document.get("protocol_changes") instanceof Map<?, ?> chosen) {
            chosen.forEach((name, value) -> changes.put(String.valueOf(name), String.valueOf(value)));
        }
    }

    private void add(Map<?, ?> fields) {
        if (fields.get("procedure") instanceof String procedure
                && fields.get("quantity") instanceof String quantity
                && fields.get("item") instanceof String item
                && fields.get("step") instanceof Long step) {
            double value = fields.get("value") instanceof Number number ? number.doubleValue() : Double.NaN;
            Measurement measurement = new Measurement(
                    procedure(procedure).orElseThrow(() -> unsuitable("procedure")), quantity, item, step, value);
            measurements.add(measurement);
            values.putIfAbsent(new Key(measurement.procedure(), quantity, item, step), value);
        } else {
            throw unsuitable("measurements");
        }
    }

    /** A file in the same folder; findings from elsewhere must not bring other files of the user onto a page. */
    private Path beside(Path file, Object name) {
        String text = String.valueOf(name);
        if (!text.matches("[\\w.-]+") || text.startsWith(".")) {
            throw unsuitable("figures");
        }
        return file.resolveSibling(text);
    }

    private static Optional<Procedure> procedure(String name) {
        return Arrays.stream(Procedure.values())
                .filter(procedure -> procedure.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    private String text(Map<String, Object> document, String key) {
        if (document.get(key) instanceof String text) {
            return text;
        }
        throw unsuitable(key);
    }

    private List<?> list(Map<String, Object> document, String key) {
        if (document.get(key) instanceof List<?> values) {
            return values;
        }
        throw unsuitable(key);
    }

    private RunException unsuitable(String key) {
        return new RunException(file + ": is not an experiment result: field '" + key + "' is missing or malformed");
    }

    public Path file() {
        return file;
    }

    /** Name of the experiment. */
    public String experiment() {
        return experiment;
    }

    /** Which program has measured. */
    public String program() {
        return program;
    }

    /** What was chosen of the experiment. */
    public Map<String, Long> settings() {
        return Map.copyOf(settings);
    }

    /** What was chosen otherwise than in the papers, by the parameters' names. */
    public Map<String, String> changes() {
        return Map.copyOf(changes);
    }

    public List<String> remarks() {
        return remarks;
    }

    /** SVG files. */
    public List<Path> figures() {
        return figures;
    }

    public List<Measurement> measurements() {
        return List.copyOf(measurements);
    }

    /** Whether the phases, or what was looked at in their place, were at these steps. */
    public boolean hasPhases(PhaseSteps steps) {
        if (!given.equals(steps.given())) {
            return false;
        }
        for (PhaseTable table : PhaseTable.values()) {
            if (!phases.get(table).equals(steps.of(table))) {
                return false;
            }
        }
        return true;
    }

    /** One number; empty if it was not measured; NaN if it is not defined. */
    public OptionalDouble value(Procedure procedure, String quantity, String item, long step) {
        Double value = values.get(new Key(procedure, quantity, item, step));
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** All steps at which a quantity of an item was measured, ascending. */
    public List<Measurement> curve(Procedure procedure, String quantity, String item) {
        return measurements.stream()
                .filter(measurement -> measurement.procedure() == procedure
                        && measurement.quantity().equals(quantity)
                        && measurement.item().equals(item))
                .sorted((first, second) -> Long.compare(first.step(), second.step()))
                .toList();
    }

    /**
     * The step at which these findings look at the phase that other ones looked at in a step; empty if that step was no
     * phase there, or the phase is none here.
     */
    public OptionalLong stepOfSamePhase(RecordedFindings other, long step) {
        for (PhaseTable table : PhaseTable.values()) {
            for (Map.Entry<Phase, Long> phase : other.phases.get(table).entrySet()) {
                if (phase.getValue() == step && phases.get(table).containsKey(phase.getKey())) {
                    return OptionalLong.of(phases.get(table).get(phase.getKey()));
                }
            }
        }
        return OptionalLong.empty();
    }
}
