package dev.spectraledge.analysis.metrics;

import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.io.ExistingRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.LongStream;

/**
 * Numbers of a training by step, a row for each step of which there is any.
 *
 * @param steps ascending, all different
 * @param columns by name, each with a value per step; NaN where there is none
 */
record MetricsTable(long[] steps, SequencedMap<String, double[]> columns) {

    /** Writes the table as a file with the column {@code step} and the others under other names, in place of an old one. */
    void write(Path file, Map<String, String> names) {
        List<String> header = new ArrayList<>(List.of(ColumnNames.STEP));
        columns.keySet().forEach(name -> header.add(names.get(name)));
        List<double[]> values = List.copyOf(columns.values());
        try (CsvTable table = new CsvTable(file, header, ExistingRows.DROP)) {
            for (int row = 0; row < steps.length; row++) {
                table.begin(steps[row]);
                for (int column = 0; column < values.size(); column++) {
                    table.set(column + 1, values.get(column)[row]);
                }
                table.commit();
            }
        }
    }

    /** Collects numbers as a program wrote them: any number of quantities at a step, each as often as it likes. */
    static final class Builder {
        private final SequencedMap<String, Series> series = new LinkedHashMap<>();

        /** The step of a quantity's last number. */
        OptionalLong lastStep(String name) {
            Series known = series.get(name);
            return known == null || known.count == 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(known.steps[known.count - 1]);
        }

        /** Adds a number at a step that is none before the quantity's last one; NaN is none. Of several at one step the last counts. */
        void add(String name, long step, double value) {
            Series known = series.computeIfAbsent(name, any -> new Series());
            if (!Double.isNaN(value)) {
                known.add(step, value);
            }
        }

        void forget(String name) {
            series.remove(name);
        }

        /** Without quantities that have no number at all. */
        MetricsTable build() {
            series.values().removeIf(values -> values.count == 0);
            long[] steps = series.values().stream()
                    .flatMapToLong(values -> Arrays.stream(values.steps, 0, values.count))
                    .sorted()
                    .distinct()
                    .toArray();
            SequencedMap<String, double[]> columns = new LinkedHashMap<>();
            series.forEach((name, values) -> columns.put(name, values.at(steps)));
            return new MetricsTable(steps, Collections.unmodifiableSequencedMap(columns));
        }
    }

    /** Of one quantity. */
    private static final class Series {
        private static final int FIRST_CAPACITY = 16;

        private long[] steps = new long[FIRST_CAPACITY];
        private double[] values = new double[FIRST_CAPACITY];
        private int count;

        void add(long step, double value) {
            if (count > 0 && steps[count - 1] == step) {
                values[count - 1] = value;
                return;
            }
            if (count == steps.length) {
                steps = Arrays.copyOf(steps, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            steps[count] = step;
            values[count++] = value;
        }

        double[] at(long[] wanted) {
            return LongStream.of(wanted)
                    .mapToInt(step -> Arrays.binarySearch(steps, 0, count, step))
                    .mapToDouble(index -> index < 0 ? Double.NaN : values[index])
                    .toArray();
        }
    }
}
