package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.published.AgainstPaper;
import dev.spectraledge.analysis.published.AgainstRerun;
import dev.spectraledge.analysis.published.Quotation;
import dev.spectraledge.analysis.published.Tolerance;
import java.util.List;
import java.util.Optional;

/** Writes a {@link Comparison} as two tables. */
final class ComparisonTables {
    private static final int DIGITS = 3;

    private final Markup page;
    private final Comparison comparison;

    ComparisonTables(Markup page, Comparison comparison) {
        this.page = page;
        this.comparison = comparison;
    }

    void write() {
        if (!comparison.rows().isEmpty()) {
            HtmlPage.startWide(page, "Numbers of windows")
                    .open("table", "class", "numbers")
                    .open("thead")
                    .open("tr")
                    .leaf("th", "", "scope", "col");
            for (Comparison.Window window : comparison.windows()) {
                page.open("th", "scope", "col").text(window.title());
                page.leaf("small", "step " + NumberText.grouped((long) window.step()))
                        .close();
            }
            page.close().close().open("tbody");
            comparison.rows().forEach(this::row);
            page.close().close().close();
        }
        if (comparison.hasPublished()) {
            HtmlPage.startWide(page, "Numbers of the whole run")
                    .open("table", "class", "numbers whole-run")
                    .open("thead")
                    .open("tr");
            page.leaf("th", "whole run", "scope", "col").leaf("th", "", "scope", "col");
            page.close().close().open("tbody");
            comparison.wholeRun().forEach(this::row);
            page.close().close().close();
            sources();
        }
    }

    private void sources() {
        page.open("details").leaf("summary", "Sources of the published numbers");
        page.open("table", "class", "settings").open("tbody");
        for (Comparison.Row row : comparison.wholeRun()) {
            row.entries().forEach(entry -> source(row.label(), entry));
        }
        for (Comparison.Row row : comparison.rows()) {
            for (int i = 0; i < row.entries().size(); i++) {
                source(
                        row.label() + ", " + comparison.windows().get(i).title(),
                        row.entries().get(i));
            }
        }
        page.close().close().close();
    }

    private void source(String label, Comparison.Entry entry) {
        entry.published().ifPresent(quotation -> {
            page.open("tr").leaf("th", label, "scope", "row");
            page.open("td");
            page.text(quotation.quantity() + ", " + quotation.where());
            quotation.publishedTolerance().ifPresent(tolerance -> page.leaf("small", "paper: " + tolerance.source()));
            quotation.rerunTolerance().ifPresent(tolerance -> page.leaf("small", "re-run: " + tolerance.source()));
            page.close().close();
        });
    }

    private void row(Comparison.Row row) {
        page.open("tr").leaf("th", row.label(), "scope", "row");
        for (Comparison.Entry entry : row.entries()) {
            page.open("td");
            page.leaf("b", entry.unresolved() ? "unresolved" : number(row.quantity(), entry.measured()));
            entry.published().ifPresent(quotation -> published(row.quantity(), entry, quotation));
            page.close();
        }
        page.close();
    }

    private void published(String quantity, Comparison.Entry entry, Quotation quotation) {
        quoted(
                quantity,
                "paper: ",
                quotation.published(),
                quotation.publishedTolerance(),
                entry.againstPaper().map(AgainstPaper::text).orElse(""));
        quoted(
                quantity,
                "re-run: ",
                quotation.rerun(),
                quotation.rerunTolerance(),
                entry.againstRerun().map(AgainstRerun::text).orElse(""));
    }

    private void quoted(String quantity, String who, String text, Optional<Tolerance> tolerance, String judgement) {
        if (text.isEmpty()) {
            return;
        }
        page.open("small", "class", "published " + style(judgement));
        page.text(who + text);
        tolerance.ifPresent(bounds -> page.leaf("i", range(quantity, bounds)));
        page.close();
    }

    private static String style(String judgement) {
        return switch (judgement) {
            case "agrees" -> "within";
            case "contradicts", "differs" -> "outside";
            default -> "free";
        };
    }

    private static String range(String quantity, Tolerance tolerance) {
        if (tolerance.low() == tolerance.high()) {
            return "";
        }
        if (Double.isInfinite(tolerance.low())) {
            return " (≤ " + number(quantity, tolerance.high()) + ")";
        }
        return Double.isInfinite(tolerance.high())
                ? " (≥ " + number(quantity, tolerance.low()) + ")"
                : " (" + number(quantity, tolerance.low()) + " … " + number(quantity, tolerance.high()) + ")";
    }

    private static String number(String quantity, double value) {
        boolean whole = List.of("accuracy95_step", "accuracy98_step", "parameters", "k_star", "mode k_star_weighted")
                .contains(quantity);
        return whole && Double.isFinite(value)
                ? NumberText.grouped((long) value)
                : NumberText.significant(value, DIGITS);
    }
}
