package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.report.plot.SavedFigure;
import dev.spectraledge.analysis.statistic.Holm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** The part of a run's page with what experiments found: question, main values, figures and remarks. */
final class FindingsSection {
    private static final String FOLDER = RunRecord.EXPERIMENTS + "/";
    private static final int MOST_ROWS = 8;
    private static final int DIGITS = 3;

    private final HtmlPage frame;
    private final Markup page;

    FindingsSection(HtmlPage frame) {
        this.frame = frame;
        this.page = frame.markup();
    }

    void write(List<RunFinding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        frame.section("Findings");
        page.leaf(
                "p",
                "Experiments on this run found the following. Each quantity is measured exactly as "
                        + "published and with the control that could have failed; shown is the last step at which "
                        + "it was measured.",
                "class",
                "lead");
        findings.forEach(this::finding);
        page.close();
    }

    private void finding(RunFinding finding) {
        page.leaf("h3", finding.experiment()).leaf("p", finding.question(), "class", "lead");
        values(finding);
        finding.figures().forEach(this::figure);
        finding.remarks().forEach(remark -> page.leaf("p", remark, "class", "note"));
    }

    private void values(RunFinding finding) {
        List<RunFinding.Row> rows = finding.mainRows(MOST_ROWS);
        HtmlPage.startWide(page, "Values of " + finding.experiment()).open("table", "class", "numbers runs");
        HtmlPage.startBody(page, List.of("quantity", "of", "step", "as published", "controlled"));
        for (RunFinding.Row row : rows) {
            page.open("tr")
                    .leaf("td", row.quantity())
                    .leaf("td", row.item())
                    .leaf("td", NumberText.grouped(row.step()))
                    .leaf("td", number(row.published()));
            controlled(row, rows);
            page.close();
        }
        page.close().close().close();
        int others = finding.rows().size() - rows.size();
        page.open("p", "class", "note").text(others > 0 ? NumberText.grouped(others) + " more in " : "All values: ");
        String file = FOLDER + finding.file().getFileName();
        page.leaf("a", file, "href", HtmlPage.link(file)).close();
    }

    /** A p-value with its correction for all that are shown beside it. */
    private void controlled(RunFinding.Row row, List<RunFinding.Row> shown) {
        page.open("td").text(number(row.controlled()));
        if (PValues.isOne(row.quantity()) && !Double.isNaN(row.controlled())) {
            List<RunFinding.Row> family = shown.stream()
                    .filter(other -> PValues.isOne(other.quantity()) && !Double.isNaN(other.controlled()))
                    .toList();
            double[] adjusted = Holm.adjusted(
                    family.stream().mapToDouble(RunFinding.Row::controlled).toArray());
            page.leaf("small", PValues.corrected(new double[] {adjusted[family.indexOf(row)]}, family.size()));
        }
        page.close();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : NumberText.significant(value, DIGITS);
    }

    /** As an image, in which nothing that a file of somebody else's might hold is executed or loaded. */
    private void figure(Path file) {
        String link = FOLDER + file.getFileName();
        SavedFigure figure = SavedFigure.read(file);
        byte[] drawing = figure.drawing().getBytes(StandardCharsets.UTF_8);
        frame.startFigure(figure.numbers())
                .empty(
                        "img",
                        "alt",
                        file.getFileName().toString(),
                        "src",
                        "data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(drawing));
        page.open("figcaption")
                .leaf("a", "SVG", "href", HtmlPage.link(link))
                .close()
                .close();
    }
}
