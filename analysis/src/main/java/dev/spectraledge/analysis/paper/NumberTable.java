package dev.spectraledge.analysis.paper;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** All judged numbers as a table of comma-separated values. */
final class NumberTable {
    private static final List<String> COLUMNS = List.of(
            "table",
            "quantity",
            "where",
            "published",
            "reference_rerun",
            "ours_as_published",
            "ours_at_detected_phase",
            "ours_controlled",
            "rounding_low",
            "rounding_high",
            "class",
            "low",
            "high",
            "tolerance",
            "verdict",
            "reason",
            "measurement",
            "control");

    private NumberTable() {}

    static String text(List<JudgedNumber> numbers) {
        StringBuilder text = new StringBuilder(CsvLines.write(COLUMNS)).append('\n');
        for (JudgedNumber judged : numbers) {
            text.append(CsvLines.write(cells(judged))).append('\n');
        }
        return text.toString();
    }

    private static List<String> cells(JudgedNumber judged) {
        PublishedNumber number = judged.number();
        List<String> cells = new ArrayList<>(
                List.of(number.table(), number.quantity(), number.where(), number.published(), number.rerun()));
        cells.add(values(judged.ours()));
        cells.add(values(judged.detected()));
        cells.add(values(judged.controlled()));
        cells.add(values(
                judged.rounding().stream().mapToDouble(RoundingSpread::low).toArray()));
        cells.add(values(
                judged.rounding().stream().mapToDouble(RoundingSpread::high).toArray()));
        cells.add(number.toleranceClass());
        cells.add(Double.isFinite(number.low()) ? Double.toString(number.low()) : "");
        cells.add(Double.isFinite(number.high()) ? Double.toString(number.high()) : "");
        cells.add(number.tolerance());
        cells.add(judged.verdict().text());
        cells.add(judged.reason());
        cells.add(number.selector().toString());
        cells.add(number.control().map(Selector::toString).orElse(""));
        return cells;
    }

    /** Several seeds are separated by spaces. */
    private static String values(double[] values) {
        return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(" "));
    }
}
