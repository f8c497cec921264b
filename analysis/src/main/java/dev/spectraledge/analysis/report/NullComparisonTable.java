package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.nulls.NullModel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a {@link NullComparison}: a sentence and the numbers of each quantity. */
final class NullComparisonTable {
    private static final List<String> COLUMNS = List.of(
            "",
            "observed",
            "null",
            "null median",
            "effect size",
            "windows above",
            "p (Holm)",
            "windows below",
            "p (Holm)");
    private static final int DIGITS = 3;
    private static final int DIGITS_OF_P = 2;

    private NullComparisonTable() {}

    static void write(Markup page, NullComparison comparison) {
        HtmlPage.startWide(page, "Beside null models").open("table", "class", "numbers nulls");
        HtmlPage.startBody(page, COLUMNS);
        comparison.rows().forEach(row -> row(page, row));
        page.close().close().close();
        page.leaf("p", explanation(comparison), "class", "note");
    }

    private static void row(Markup page, NullComparison.Row row) {
        String column = row.quantity().column();
        String height = Integer.toString(row.contrasts().size());
        page.open("tr").open("th", "scope", "rowgroup", "rowspan", height);
        page.leaf("b", row.quantity().label()).leaf("small", row.sentence()).close();
        page.leaf("td", number(column, row.observed()), "rowspan", height);
        for (int index = 0; index < row.contrasts().size(); index++) {
            NullContrast contrast = row.contrasts().get(index);
            if (index > 0) {
                page.open("tr");
            }
            page.leaf("td", contrast.model().title())
                    .leaf("td", number(column, contrast.median()))
                    .leaf("td", NumberText.significant(contrast.effect(), DIGITS_OF_P))
                    .leaf("td", contrast.share(contrast.above()))
                    .leaf("td", probability(contrast.above()))
                    .leaf("td", contrast.share(contrast.below()))
                    .leaf("td", probability(contrast.below()))
                    .close();
        }
    }

    private static String number(String column, double value) {
        return column.equals("k_star") ? NumberText.setting(value) : NumberText.significant(value, DIGITS);
    }

    private static String probability(NullContrast.Tail tail) {
        return NumberText.significant(tail.adjusted(), DIGITS_OF_P);
    }

    private static String explanation(NullComparison comparison) {
        return "These numbers are over the " + comparison.windows()
                + (comparison.windows() == 1 ? " window" : " windows")
                + " that share no update. Observed and null are medians. The effect size is the median "
                + "difference (of logarithms, except for k*) divided by its standard deviation between "
                + "these windows. “Above” and “below” count windows beyond the null’s 95 % and 5 % "
                + "quantiles. p is the probability of as many among the null’s own windows (binomial, with "
                + "independent windows), corrected by Holm’s method for the whole table. "
                + Arrays.stream(NullModel.values()).map(NullModel::level).collect(Collectors.joining(" "));
    }
}
