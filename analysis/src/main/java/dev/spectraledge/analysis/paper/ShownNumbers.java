package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.PValues;
import dev.spectraledge.analysis.statistic.Holm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The single numbers of a section, by seed; its p-values are corrected for all of them, of all rows and seeds. */
final class ShownNumbers {
    private static final int DIGITS = 3;

    private final List<Row> rows;
    private final int family;

    /** @param adjusted the values by {@link Holm}; empty if they are no p-values */
    private record Row(PageSection.ShownNumber number, double[] values, double[] adjusted) {
        boolean isProbability() {
            return PValues.isOne(number.selector().selector().quantity());
        }
    }

    private ShownNumbers(List<Row> rows, int family) {
        this.rows = rows;
        this.family = family;
    }

    /** @param gapsMatter whether what was not measured is shown as missing */
    static ShownNumbers of(List<PageSection.ShownNumber> numbers, Evidence evidence, boolean gapsMatter) {
        List<Row> measured = numbers.stream()
                .map(number -> new Row(number, number.selector().measured(evidence), new double[0]))
                .filter(row -> gapsMatter || row.values().length > 0)
                .toList();
        double[] adjusted = Holm.adjusted(measured.stream()
                .filter(Row::isProbability)
                .flatMapToDouble(row -> Arrays.stream(row.values()))
                .toArray());
        List<Row> rows = new ArrayList<>();
        int from = 0;
        for (Row row : measured) {
            int to = from + (row.isProbability() ? row.values().length : 0);
            rows.add(new Row(row.number(), row.values(), Arrays.copyOfRange(adjusted, from, to)));
            from = to;
        }
        int family = (int) Arrays.stream(adjusted).filter(Double::isFinite).count();
        return new ShownNumbers(rows, family);
    }

    static boolean isMeasured(PageSection.ShownNumber number, Evidence evidence) {
        return number.selector().measured(evidence).length > 0;
    }

    /** A table; nothing if there are no numbers. */
    void write(Markup page) {
        if (rows.isEmpty()) {
            return;
        }
        HtmlPage.startWide(page, "Numbers of ours")
                .open("table", "class", "numbers runs shown")
                .open("thead")
                .open("tr");
        page.leaf("th", "ours", "scope", "col").leaf("th", "by seed", "scope", "col");
        page.close().close().open("tbody");
        for (Row row : rows) {
            page.open("tr").leaf("td", row.number().label()).open("td");
            page.text(text(row));
            if (row.adjusted().length > 0) {
                page.leaf("small", PValues.corrected(row.adjusted(), family));
            }
            page.close().close();
        }
        page.close().close().close();
    }

    private static String text(Row row) {
        return row.values().length == 0
                ? "not measured: " + row.number().selector().selector()
                : NumberText.several(row.values(), DIGITS);
    }
}
