package dev.spectraledge.analysis.metrics;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads objects of a step each: the lines of a {@code .jsonl} file, or {@code log_history} of the Hugging Face Trainer's {@code
 * trainer_state.json}. Objects within objects are named {@code outer/inner}; what is no number is left out.
 */
final class JsonMetrics {
    private static final String HISTORY = "log_history";

    private final Path file;
    private final StepColumn stepColumn;
    private final MetricsTable.Builder numbers = new MetricsTable.Builder();
    private final Map<String, String> leftOut = new LinkedHashMap<>();
    /** Names of the first object, for the message that there are no steps. */
    private List<String> firstNames = List.of();

    private int withoutStep;
    private long lastStep = -1;

    private JsonMetrics(Path file, Optional<String> stepColumn) {
        this.file = file;
        this.stepColumn = new StepColumn(file, stepColumn);
    }

    /** Reads one object per line; a last line without its end may be cut. */
    static ForeignMetrics lines(Path file, Optional<String> stepColumn) {
        JsonMetrics metrics = new JsonMetrics(file, stepColumn);
        String text = text(file);
        boolean ended = text.endsWith("\n");
        List<String> lines = text.lines().toList();
        for (int index = 0; index < lines.size(); index++) {
            if (!lines.get(index).isBlank()) {
                boolean last = index == lines.size() - 1 && !ended;
                metrics.line(lines.get(index), index + 1, last);
            }
        }
        return metrics.finish();
    }

    private void line(String line, int number, boolean mayBeCut) {
        String where = file + " line " + number;
        Map<String, Object> object;
        try {
            object = Json.parsePythonObject(line, where);
        } catch (RunException malformed) {
            if (!mayBeCut) {
                throw malformed;
            }
            leftOut.put("line " + number, "cut off at the end of the file, as if it were still being written");
            return;
        }
        take(object, where);
    }

    /** Reads what the Hugging Face Trainer logged. */
    static ForeignMetrics trainerState(Path file, Optional<String> stepColumn) {
        JsonMetrics metrics = new JsonMetrics(file, stepColumn);
        if (!(Json.parsePythonObject(text(file), file.toString()).get(HISTORY) instanceof List<?> history)) {
            throw new RunException(file + ": has no " + HISTORY + ", a list of what was logged");
        }
        for (int index = 0; index < history.size(); index++) {
            String where = file + " " + HISTORY + "[" + index + "]";
            if (!(history.get(index) instanceof Map<?, ?> object)) {
                throw new RunException(where + ": should be a JSON object");
            }
            metrics.take(object, where);
        }
        return metrics.finish();
    }

    private static String text(Path file) {
        try {
            return RegularFile.text(file, RegularFile.LONGEST_TEXT);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    private void take(Map<?, ?> object, String where) {
        Map<String, Object> values = new LinkedHashMap<>();
        flatten("", object, values);
        if (firstNames.isEmpty()) {
            firstNames = List.copyOf(values.keySet());
        }
        Optional<String> steps = stepColumn
                .given()
                .filter(values::containsKey)
                .or(() -> stepColumn.given().isPresent() ? Optional.empty() : ColumnNames.step(values.keySet()));
        if (steps.isEmpty()) {
            withoutStep++;
            return;
        }
        Object written = values.remove(steps.get());
        double number = written instanceof Number known ? known.doubleValue() : Double.NaN;
        long step = ForeignNumbers.step(number, written, where);
        ForeignNumbers.requireForwards(step, lastStep, where);
        lastStep = step;
        values.forEach((name, value) -> value(name, step, value, where));
    }

    private static void flatten(String prefix, Map<?, ?> object, Map<String, Object> into) {
        object.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                flatten(prefix + key + "/", inner, into);
            } else {
                into.put(prefix + key, value);
            }
        });
    }

    private void value(String name, long step, Object value, String where) {
        if (value instanceof Number number) {
            numbers.add(name, step, number.doubleValue());
        } else if (value == null) {
            numbers.add(name, step, Double.NaN);
        } else {
            leftOut.putIfAbsent(name, where + " holds no number");
        }
    }

    private ForeignMetrics finish() {
        if (lastStep < 0 && withoutStep > 0) {
            stepColumn.among(firstNames);
        }
        if (withoutStep > 0) {
            leftOut.put(withoutStep == 1 ? "one object" : withoutStep + " objects", "without a step");
        }
        MetricsTable table = numbers.build();
        leftOut.keySet().removeAll(table.columns().keySet());
        return new ForeignMetrics(file, table, leftOut);
    }
}
