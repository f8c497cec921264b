package dev.spectraledge.analysis.report;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What an experiment found on a run, as its report shows it.
 *
 * @param file {@code NAME.json}
 * @param experiment its name
 * @param question what was asked
 * @param remarks sentences that a reader needs
 * @param figures SVG files beside the JSON file
 * @param rows a row per quantity and item, in the order of the file, with the last step at which it was measured
 */
record RunFinding(
        Path file, String experiment, String question, List<String> remarks, List<Path> figures, List<Row> rows) {
    private static final Pattern FIGURE = Pattern.compile("[\\w-][\\w.-]*\\.svg");
    private static final String PUBLISHED = "published";
    private static final String CONTROLLED = "controlled";

    /** A quantity of an item: exactly as published, and as the control has it; NaN where it was not measured or is undefined. */
    record Row(String quantity, String item, long step, double published, double controlled) {}

    private record Key(String quantity, String item) {}

    private record Value(long step, double value) {}

    /**
     * Reads {@code NAME.json}.
     *
     * @throws RunException with one line if it cannot be read or holds no findings
     */
    static RunFinding read(Path file) {
        Map<String, Object> document = Json.readObject(file);
        if (document.get("experiment") instanceof String experiment
                && document.get("question") instanceof String question
                && document.get("remarks") instanceof List<?> remarks
                && document.get("figures") instanceof List<?> figures
                && document.get("measurements") instanceof List<?> measurements) {
            return new RunFinding(
                    file,
                    experiment,
                    question,
                    remarks.stream().map(String::valueOf).distinct().toList(),
                    figures(file, figures),
                    rows(measurements));
        }
        throw new RunException(file + ": is not an experiment result");
    }

    /** Only plain files of the same folder: a list in a file of somebody else's leads nowhere else. */
    private static List<Path> figures(Path file, List<?> names) {
        return names.stream()
                .map(String::valueOf)
                .filter(name -> FIGURE.matcher(name).matches())
                .map(file::resolveSibling)
                .filter(figure -> Files.isRegularFile(figure, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    private static List<Row> rows(List<?> measurements) {
        Map<Key, Map<String, Value>> last = new LinkedHashMap<>();
        for (Object measurement : measurements) {
            if (measurement instanceof Map<?, ?> fields
                    && fields.get("procedure") instanceof String procedure
                    && fields.get("quantity") instanceof String quantity
                    && fields.get("item") instanceof String item
                    && fields.get("step") instanceof Long step
                    && fields.get("value") instanceof Number value) {
                last.computeIfAbsent(new Key(quantity, item), key -> new LinkedHashMap<>())
                        .merge(
                                procedure,
                                new Value(step, value.doubleValue()),
                                (before, after) -> after.step() >= before.step() ? after : before);
            }
        }
        List<Row> rows = new ArrayList<>();
        last.forEach((key, values) -> {
            long step = values.values().stream().mapToLong(Value::step).max().orElseThrow();
            rows.add(new Row(
                    key.quantity(), key.item(), step, at(values, PUBLISHED, step), at(values, CONTROLLED, step)));
        });
        return rows;
    }

    private static double at(Map<String, Value> values, String procedure, long step) {
        Value value = values.get(procedure);
        return value != null && value.step() == step ? value.value() : Double.NaN;
    }

    /** The first rows with a published value, or if there is none the first of all. */
    List<Row> mainRows(int most) {
        List<Row> published =
                rows.stream().filter(row -> !Double.isNaN(row.published())).toList();
        return (published.isEmpty() ? rows : published).stream().limit(most).toList();
    }
}
