package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.published.CsvLines;
import dev.spectraledge.analysis.published.CsvRow;
import dev.spectraledge.analysis.published.CsvRows;
import dev.spectraledge.analysis.published.Quotation;
import dev.spectraledge.analysis.published.Tolerance;
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

    private static final List<String> READ = List.of(
            "table",
            "quantity",
            "where",
            "measurement",
            "seeds",
            "ours_as_published",
            "ours_at_detected_phase",
            "ours_controlled",
            "rounding_low",
            "rounding_high",
            "missing");

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
        Quotation quotation = number.quotation();
        Measured measured = judged.measured();
        List<String> cells = new ArrayList<>(
                List.of(quotation.table(), quotation.quantity(), quotation.where(), quotation.published()));
        cells.add(seeds(quotation.publishedSeeds()));
        addTolerance(cells, quotation.publishedTolerance());
        cells.add(judged.againstPaper().text());
        cells.add(quotation.rerun());
        addTolerance(cells, quotation.rerunTolerance());
        cells.add(judged.againstRerun().text());
        cells.add(seeds(measured.seeds()));
        cells.add(values(measured.ours()));
        cells.add(values(measured.detected()));
        cells.add(values(measured.controlled()));
        cells.add(values(
                measured.rounding().stream().mapToDouble(RoundingSpread::low).toArray()));
        cells.add(values(
                measured.rounding().stream().mapToDouble(RoundingSpread::high).toArray()));
        cells.add(quotation.toleranceClass());
        cells.add(quotation.weak());
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
     * @throws RunException with one line if it lacks a column, a cell is no number, or a line is none of the paper's
     */
    static Map<PublishedNumber, Measured> measured(String text, String source, List<PublishedNumber> numbers) {
        CsvRows rows = CsvRows.parse(text, source);
        rows.require(READ);
        Map<String, List<PublishedNumber>> byName = numbers.stream()
                .collect(Collectors.groupingBy(NumberTable::name, LinkedHashMap::new, Collectors.toList()));
        Map<PublishedNumber, Measured> measured = new LinkedHashMap<>();
        rows.stream().forEach(row -> {
            PublishedNumber number = only(byName.getOrDefault(name(row), List.of()), row);
            if (measured.put(number, measured(row, number)) != null) {
                throw row.wrong("measurement", "an earlier line is about " + name(row) + " already");
            }
        });
        return measured;
    }

    private static PublishedNumber only(List<PublishedNumber> named, CsvRow row) {
        if (named.size() != 1) {
            throw row.wrong(
                    "measurement",
                    (named.isEmpty() ? "no number" : "more than one number") + " of the paper is called " + name(row));
        }
        return named.getFirst();
    }

    private static String name(PublishedNumber number) {
        Quotation quotation = number.quotation();
        return String.join(
                " | ",
                quotation.table(),
                quotation.quantity(),
                quotation.where(),
                number.selector().toString());
    }

    private static String name(CsvRow row) {
        return String.join(" | ", row.text("table"), row.text("quantity"), row.text("where"), row.text("measurement"));
    }

    private static Measured measured(CsvRow row, PublishedNumber number) {
        double[] ours = row.numbers("ours_as_published");
        return new Measured(
                seeds(row, number, ours.length),
                ours,
                row.numbers("ours_at_detected_phase"),
                row.numbers("ours_controlled"),
                rounding(row),
                number.reason().isEmpty() ? row.text("missing") : number.reason());
    }

    private static List<RoundingSpread> rounding(CsvRow row) {
        double[] low = row.numbers("rounding_low");
        double[] high = row.numbers("rounding_high");
        if (low.length != high.length) {
            throw row.wrong("rounding_high", high.length + " numbers, but " + low.length + " in rounding_low");
        }
        List<RoundingSpread> rounding = new ArrayList<>();
        for (int index = 0; index < low.length; index++) {
            rounding.add(new RoundingSpread(List.of(low[index], high[index])));
        }
        return rounding;
    }

    /** Those that a line names; where it names none, all of the number's if there are as many values. */
    private static List<Long> seeds(CsvRow row, PublishedNumber number, int values) {
        List<Long> named = row.wholes("seeds");
        List<Long> all = number.quotation().seeds();
        return !named.isEmpty() ? named : all.size() == values ? all : List.of();
    }
}
