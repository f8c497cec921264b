package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.RunException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All judged numbers as a table of comma-separated values. It holds what was measured and what it was judged by, so that
 * anybody can judge again; {@link #measured} reads the measurements back.
 */
final class NumberTable {
    private static final List<String> COLUMNS = List.of(
            "table",
            "quantity",
            "where",
            "published",
            "published_seeds",
            "published_low",
            "published_high",
            "published_tolerance",
            "against_paper",
            "rerun",
            "rerun_low",
            "rerun_high",
            "rerun_tolerance",
            "against_rerun",
            "seeds",
            "ours_as_published",
            "ours_at_detected_phase",
            "ours_controlled",
            "rounding_low",
            "rounding_high",
            "class",
            "weak",
            "missing",
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
        Measured measured = judged.measured();
        List<String> cells =
                new ArrayList<>(List.of(number.table(), number.quantity(), number.where(), number.published()));
        cells.add(seeds(number.publishedSeeds()));
        addTolerance(cells, number.publishedTolerance());
        cells.add(judged.againstPaper().text());
        cells.add(number.rerun());
        addTolerance(cells, number.rerunTolerance());
        cells.add(judged.againstRerun().text());
        cells.add(seeds(measured.seeds()));
        cells.add(values(measured.ours()));
        cells.add(values(measured.detected()));
        cells.add(values(measured.controlled()));
        cells.add(values(
                measured.rounding().stream().mapToDouble(RoundingSpread::low).toArray()));
        cells.add(values(
                measured.rounding().stream().mapToDouble(RoundingSpread::high).toArray()));
        cells.add(number.toleranceClass());
        cells.add(number.weak());
        cells.add(measured.missing());
        cells.add(number.selector().toString());
        cells.add(number.control().map(Selector::toString).orElse(""));
        return cells;
    }

    private static void addTolerance(List<String> cells, Optional<Tolerance> tolerance) {
        cells.add(tolerance.map(Tolerance::low).map(NumberTable::end).orElse(""));
        cells.add(tolerance.map(Tolerance::high).map(NumberTable::end).orElse(""));
        cells.add(tolerance.map(Tolerance::source).orElse(""));
    }

    private static String end(double bound) {
        return Double.isFinite(bound) ? Double.toString(bound) : "";
    }

    private static String seeds(List<Long> seeds) {
        return seeds.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    /** Several seeds are separated by spaces. */
    private static String values(double[] values) {
        return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(" "));
    }

    /**
     * What an earlier table measured, for each number of a paper that it has.
     *
     * @throws RunException if a line of it is none of the paper's
     */
    static Map<PublishedNumber, Measured> measured(String text, String source, List<PublishedNumber> numbers) {
        CsvRows rows = CsvRows.parse(text, source);
        Map<String, List<PublishedNumber>> byName = numbers.stream()
                .collect(Collectors.groupingBy(NumberTable::name, LinkedHashMap::new, Collectors.toList()));
        Map<PublishedNumber, Measured> measured = new LinkedHashMap<>();
        rows.stream().forEach(row -> {
            List<PublishedNumber> named = byName.getOrDefault(name(row), List.of());
            if (named.size() != 1) {
                throw new RunException(source + ": " + (named.isEmpty() ? "no number" : "more than one number")
                        + " of the paper is called " + name(row));
            }
            measured.put(named.getFirst(), measured(row, named.getFirst()));
        });
        return measured;
    }

    private static String name(PublishedNumber number) {
        return String.join(
                " | ",
                number.table(),
                number.quantity(),
                number.where(),
                number.selector().toString());
    }

    private static String name(Map<String, String> row) {
        return String.join(" | ", row.get("table"), row.get("quantity"), row.get("where"), row.get("measurement"));
    }

    private static Measured measured(Map<String, String> row, PublishedNumber number) {
        double[] low = numbers(row, "rounding_low");
        double[] high = numbers(row, "rounding_high");
        List<RoundingSpread> rounding = new ArrayList<>();
        for (int index = 0; index < low.length; index++) {
            rounding.add(new RoundingSpread(List.of(low[index], high[index])));
        }
        double[] ours = numbers(row, "ours_as_published");
        return new Measured(
                seeds(row.getOrDefault("seeds", ""), number, ours.length),
                ours,
                numbers(row, "ours_at_detected_phase"),
                numbers(row, "ours_controlled"),
                rounding,
                number.reason().isEmpty() ? row.get("missing") : number.reason());
    }

    /** Those that a table names; in a table without them, all of the number's where there are as many values. */
    private static List<Long> seeds(String cell, PublishedNumber number, int values) {
        if (cell.isEmpty()) {
            return number.seeds().size() == values ? number.seeds() : List.of();
        }
        return Arrays.stream(cell.split(" ", -1)).map(Long::valueOf).toList();
    }

    private static double[] numbers(Map<String, String> row, String column) {
        String cell = row.getOrDefault(column, "");
        return cell.isEmpty()
                ? new double[0]
                : Arrays.stream(cell.split(" ", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
    }
}
