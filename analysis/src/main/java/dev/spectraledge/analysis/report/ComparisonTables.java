package dev.spectraledge.analysis.report;

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
            page.open("table", "class", "numbers").open("thead").open("tr").leaf("th", "", "scope", "col");
            for (Comparison.Window window : comparison.windows()) {
                page.open("th", "scope", "col").text(window.title());
                page.leaf("small", "step " + NumberText.grouped((long) window.step()))
                        .close();
            }
            page.close().close().open("tbody");
            comparison.rows().forEach(this::row);
            page.close().close();
        }
        if (comparison.hasPublished()) {
            page.open("table", "class", "numbers whole-run").open("thead").open("tr");
            page.leaf("th", "whole run", "scope", "col").leaf("th", "", "scope", "col");
            page.close().close().open("tbody");
            comparison.wholeRun().forEach(this::row);
            page.close().close();
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
        entry.published()
                .ifPresent(published -> page.open("tr")
                        .leaf("th", label, "scope", "row")
                        .leaf("td", published.source())
                        .close());
    }

    private void row(Comparison.Row row) {
        page.open("tr").leaf("th", row.label(), "scope", "row");
        for (Comparison.Entry entry : row.entries()) {
            page.open("td");
            page.leaf("b", number(row.quantity(), entry.measured()));
            entry.published().ifPresent(published -> published(row.quantity(), entry.measured(), published));
            page.close();
        }
        page.close();
    }

    private void published(String quantity, double measured, Published published) {
        boolean sign = published.quantity().startsWith("sign ");
        double compared = sign ? Math.signum(measured) : measured;
        page.open("small", "class", cssClass(compared, published), "title", published.source());
        page.text(sign ? (published.value() > 0 ? "positive" : "negative") : number(quantity, published.value()));
        range(quantity, sign, published).ifPresent(range -> page.leaf("i", range));
        if (!published.robustness().equals("robust") && !published.robustness().equals("exact")) {
            page.leaf("em", published.robustness());
        }
        page.close();
    }

    private static Optional<String> range(String quantity, boolean sign, Published published) {
        if (sign || !published.hasTolerance() || published.low() == published.high()) {
            return Optional.empty();
        }
        return Optional.of(" (" + number(quantity, published.low()) + " … " + number(quantity, published.high()) + ")");
    }

    private static String cssClass(double measured, Published published) {
        if (!published.hasTolerance() || Double.isNaN(measured)) {
            return "published free";
        }
        return published.admits(measured) ? "published within" : "published outside";
    }

    private static String number(String quantity, double value) {
        boolean whole = List.of("grok_step", "accuracy98_step", "parameters", "k_star", "mode k_star_weighted")
                .contains(quantity);
        return whole && Double.isFinite(value)
                ? NumberText.grouped((long) value)
                : NumberText.significant(value, DIGITS);
    }
}
