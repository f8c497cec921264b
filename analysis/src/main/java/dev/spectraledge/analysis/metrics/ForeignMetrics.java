package dev.spectraledge.analysis.metrics;

import dev.spectraledge.analysis.offline.LearningRates;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/** What a training program wrote down by step, under the names of our {@code metrics.csv}. */
public final class ForeignMetrics {
    /** The table's name in the folder of an analysis, as in a run directory. */
    public static final String FILE_NAME = "metrics.csv";

    private static final String LEARNING_RATE = "learning_rate";

    private final Path file;
    private final MetricsTable table;
    private final SequencedMap<String, String> ours;
    private final Map<String, String> leftOut;

    /**
     * @param file it comes from
     * @param leftOut what of the file is not in the table, with the reason
     */
    ForeignMetrics(Path file, MetricsTable table, Map<String, String> leftOut) {
        if (table.columns().isEmpty()) {
            throw new RunException(file + ": holds no numbers by step"
                    + leftOut.entrySet().stream()
                            .findFirst()
                            .map(entry -> "; " + Printable.value(entry.getKey()) + ": " + entry.getValue())
                            .orElse(""));
        }
        this.file = file;
        this.table = table;
        this.ours = ColumnNames.ours(table.columns().keySet());
        this.leftOut = new LinkedHashMap<>(leftOut);
    }

    /** Where the numbers come from. */
    public Path file() {
        return file;
    }

    /** How many steps there are numbers of. */
    public int rows() {
        return table.steps().length;
    }

    /** The name of each quantity in the file, with that of the column that it becomes. */
    public SequencedMap<String, String> columns() {
        return ours;
    }

    /** The learning rate by step; empty if the file has none. */
    public Optional<LearningRates> learningRates() {
        return table.columns().entrySet().stream()
                .filter(entry -> ours.get(entry.getKey()).equals(LEARNING_RATE))
                .findFirst()
                .flatMap(entry -> learningRates(entry.getValue()));
    }

    private Optional<LearningRates> learningRates(double[] values) {
        int[] rows = IntStream.range(0, values.length)
                .filter(row -> Double.isFinite(values[row]))
                .toArray();
        return rows.length == 0
                ? Optional.empty()
                : Optional.of(new LearningRates(
                        IntStream.of(rows)
                                .mapToDouble(row -> table.steps()[row])
                                .toArray(),
                        IntStream.of(rows).mapToDouble(row -> values[row]).toArray()));
    }

    /** What of the file is not among the columns, with the reason. */
    public Map<String, String> leftOut() {
        return leftOut;
    }

    /** Writes {@value #FILE_NAME} into a folder, in place of an old one. */
    public void writeTo(Path folder) {
        table.write(folder.resolve(FILE_NAME), ours);
    }

    /** For programs: the file, which of its quantities became which column, and what was left out. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("file", file.toAbsolutePath().normalize());
        document.put("rows", rows());
        document.put("columns", ours);
        document.put("left_out", leftOut);
        return document;
    }
}
