package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.statistic.Holm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.hipparchus.stat.StatUtils;

/**
 * Each quantity of an observer's windows beside what null models give. Only full windows that share no update count, because
 * neighbours hold nearly the same updates and would count one event W times.
 *
 * @param windows how many those are
 */
record NullComparison(ObservedSpectrum spectrum, int windows, List<Row> rows) {
    /**
     * A quantity.
     *
     * @param observed median over the windows
     * @param contrasts one for each null that was recorded, corrected by {@link Holm} over all rows, nulls and sides
     */
    record Row(NullQuantity quantity, double observed, List<NullContrast> contrasts) {
        /** In how many windows it lies beyond the nulls, and whether chance gives as many. */
        String sentence() {
            return quantity.label() + " is "
                    + String.join(
                            "; it is ",
                            contrasts.stream().map(NullContrast::clause).toList())
                    + ".";
        }

        private Map<String, Object> document() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("quantity", quantity.column());
            fields.put("observed", observed);
            fields.put("nulls", contrasts.stream().map(NullContrast::document).toList());
            fields.put("sentence", sentence());
            return fields;
        }
    }

    /** Empty where no window has a null. */
    static Optional<NullComparison> of(ObservedSpectrum spectrum) {
        int[] windows = apart(spectrum);
        List<Row> rows = NullQuantity.ALL.stream()
                .flatMap(quantity -> row(quantity, spectrum, windows).stream())
                .toList();
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(new NullComparison(spectrum, windows.length, adjusted(rows)));
    }

    /** Rows of full windows that share no update and have a null, each the first that it can be. */
    private static int[] apart(ObservedSpectrum spectrum) {
        double[] steps = spectrum.steps();
        double[] withNulls = spectrum.nulls()
                .map(nulls -> Arrays.stream(nulls.steps()).distinct().sorted().toArray())
                .orElse(new double[0]);
        List<Integer> apart = new ArrayList<>();
        int next = 0;
        for (int row = 0; row < steps.length; row++) {
            if (row >= next && spectrum.isFull(row) && Arrays.binarySearch(withNulls, steps[row]) >= 0) {
                apart.add(row);
                next = row + spectrum.window();
            }
        }
        return apart.stream().mapToInt(Integer::intValue).toArray();
    }

    private static Optional<Row> row(NullQuantity quantity, ObservedSpectrum spectrum, int[] windows) {
        return spectrum.column(quantity.column()).flatMap(values -> {
            List<NullContrast> contrasts = Arrays.stream(NullModel.values())
                    .flatMap(model -> NullContrast.of(quantity, spectrum, values, windows, model).stream())
                    .toList();
            double[] observed = Arrays.stream(windows)
                    .mapToDouble(row -> values[row])
                    .filter(Double::isFinite)
                    .toArray();
            return contrasts.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Row(quantity, StatUtils.percentile(observed, 50), contrasts));
        });
    }

    private static List<Row> adjusted(List<Row> rows) {
        double[] adjusted = Holm.adjusted(rows.stream()
                .flatMap(row -> row.contrasts().stream())
                .flatMapToDouble(contrast -> DoubleStream.of(
                        contrast.above().probability(), contrast.below().probability()))
                .toArray());
        List<Row> all = new ArrayList<>();
        int index = 0;
        for (Row row : rows) {
            List<NullContrast> contrasts = new ArrayList<>();
            for (NullContrast contrast : row.contrasts()) {
                contrasts.add(contrast.adjustedTo(adjusted[index++], adjusted[index++]));
            }
            all.add(new Row(row.quantity(), row.observed(), contrasts));
        }
        return all;
    }

    /** The row of a column. */
    Optional<Row> row(String column) {
        return rows.stream()
                .filter(row -> row.quantity().column().equals(column))
                .findFirst();
    }

    /** For programs. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("observer", spectrum.title());
        document.put("windows_that_share_no_update", windows);
        document.put("quantities", rows.stream().map(Row::document).toList());
        return document;
    }
}
