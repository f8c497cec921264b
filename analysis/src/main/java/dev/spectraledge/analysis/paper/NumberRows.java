package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.published.AgainstPaper;
import dev.spectraledge.analysis.published.Quotation;
import dev.spectraledge.analysis.published.Tolerance;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Numbers of a section, each beside ours with both judgements, folded under a line that counts them. */
final class NumberRows {
    private static final int DIGITS = 3;
    /** After which no line may end. */
    private static final String UNBROKEN_ELLIPSIS = "…\u2060";

    private static final List<String> COLUMNS = List.of(
            "quantity",
            "of",
            "paper",
            "against the paper",
            "author's code again",
            "against the re-run",
            "ours as published",
            "in detected phase",
            "ours controlled",
            "class");

    private final Markup page;

    NumberRows(Markup page) {
        this.page = page;
    }

    void write(List<JudgedNumber> rows) {
        if (rows.isEmpty()) {
            return;
        }
        Score score = Score.of(rows);
        page.open("details").leaf("summary", summary(rows.size(), score));
        HtmlPage.startWide(page, "Numbers").open("table", "class", "numbers runs judged");
        HtmlPage.startBody(page, COLUMNS);
        rows.forEach(this::row);
        page.close().close().close().close();
    }

    /** What a reader sees before the table is unfolded. */
    private static String summary(int size, Score score) {
        return size + (size == 1 ? " number: " : " numbers: ") + score.count(AgainstPaper.AGREES)
                + " agree with the paper, " + score.count(AgainstPaper.CONTRADICTS) + " contradict it";
    }

    private void row(JudgedNumber judged) {
        PublishedNumber number = judged.number();
        Quotation quotation = number.quotation();
        Measured measured = judged.measured();
        page.open("tr").leaf("td", quotation.quantity()).leaf("td", quotation.where());
        page.leaf("td", dash(quotation.published()));
        page.open("td", "class", styleOf(judged.againstPaper().text()))
                .text(judged.againstPaper().text());
        note(quotation.publishedTolerance().map(Tolerance::source).orElse(""));
        note(measured.missing());
        note(quotation.weak());
        if (judged.isWithinRounding()) {
            note("within it by rounding alone");
        }
        page.close().leaf("td", dash(quotation.rerun()));
        page.open("td", "class", styleOf(judged.againstRerun().text()))
                .text(judged.againstRerun().text());
        note(quotation.rerunTolerance().map(Tolerance::source).orElse(""));
        page.close();
        page.open("td")
                .leaf("b", values(measured.ours()), "title", number.selector().toString());
        if (!measured.rounding().isEmpty()) {
            note("by rounding " + spreads(measured.rounding()));
        }
        page.close();
        page.leaf("td", values(measured.detected()));
        page.open("td");
        page.leaf(
                "span",
                values(measured.controlled()),
                "title",
                number.control().map(Selector::toString).orElse("no control needed"));
        page.close();
        page.leaf("td", quotation.toleranceClass()).close();
    }

    private void note(String text) {
        if (!text.isEmpty()) {
            page.leaf("small", text);
        }
    }

    private static String styleOf(String judgement) {
        return "verdict-" + judgement.replace(' ', '_');
    }

    private static String dash(String text) {
        return text.isEmpty() ? "–" : text;
    }

    private static String values(double[] values) {
        List<String> texts = new ArrayList<>();
        for (double value : values) {
            boolean count = Math.abs(value) >= 100 && value == Math.rint(value);
            texts.add(count ? NumberText.grouped((long) value) : NumberText.significant(value, DIGITS));
        }
        return texts.isEmpty() ? "–" : String.join(" · ", texts);
    }

    private static String spreads(List<RoundingSpread> spreads) {
        return spreads.stream()
                .map(spread -> {
                    String low = NumberText.significant(spread.low(), DIGITS);
                    String high = NumberText.significant(spread.high(), DIGITS);
                    return low.equals(high) ? low : low + UNBROKEN_ELLIPSIS + high;
                })
                .collect(Collectors.joining(" · "));
    }
}
