package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.statistic.Proportion;
import dev.spectraledge.trainer.warning.DetectorRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The page of a study: what came out in sentences, the numbers of each detector, ROC curves, and the rules. */
final class EarlyWarningPage {
    private static final String FIGURE = "roc";
    private static final int MOST_DAMAGED = 50;

    private final EarlyWarning study;
    private final HtmlPage frame = new HtmlPage("Early warning");
    private final Markup page = frame.markup();
    private final Optional<Figure> figure;

    EarlyWarningPage(EarlyWarning study) {
        this.study = study;
        figure = study.noRoc().isPresent() ? Optional.empty() : Optional.of(roc());
    }

    Optional<Figure> figure() {
        return figure;
    }

    String html() {
        header();
        numbers();
        figure.ifPresent(drawn -> {
            frame.section("ROC curves");
            frame.figure(
                    drawn,
                    "A curve shows, for every threshold, how many of the runs to which "
                            + study.event().title() + " came had reached it " + moment()
                            + ", against how many of the runs of the same age had reached it without the event."
                            + within() + " A number that merely grows with time lies on the diagonal.",
                    FIGURE + ".svg");
            page.close();
        });
        rules();
        files();
        return frame.finish("No detector sees later rows. The rules were written before the runs were computed; "
                + DetectorRules.file().description());
    }

    private String moment() {
        return study.ahead() == 0
                ? "just before it came"
                : NumberText.grouped(Math.round(study.ahead())) + " steps before it came";
    }

    private String within() {
        double within = study.event().within();
        return Double.isInfinite(within)
                ? ""
                : " Only the " + NumberText.grouped(Math.round(within)) + " steps before that moment count.";
    }

    private void header() {
        page.open("header").leaf("p", "Spectral Edge · early warning", "class", "eyebrow");
        page.leaf("h1", "Early warning of " + study.event().title());
        page.leaf("p", study.event().about(), "class", "subtitle");
        page.open("ul", "class", "happened");
        new EarlyWarningText(study).sentences().forEach(sentence -> page.leaf("li", sentence));
        page.close();
        Map<String, String> numbers = new LinkedHashMap<>();
        numbers.put("runs", NumberText.grouped(study.runs()));
        numbers.put("runs with the event", NumberText.grouped(study.came()));
        frame.keyNumbers(numbers);
        if (!study.damaged().isEmpty()) {
            page.open("aside", "class", "absent").leaf("p", "Left out:").open("ul");
            study.damaged().stream().limit(MOST_DAMAGED).forEach(line -> page.leaf("li", line));
            page.close().close();
        }
        page.close();
    }

    private void numbers() {
        frame.section("Detectors");
        List<String> columns = columns();
        HtmlPage.startWide(page, "Detectors").open("table", "class", "numbers detectors");
        HtmlPage.startBody(page, columns);
        study.verdicts().forEach(verdict -> row(verdict, columns));
        page.close().close().close();
        page.leaf(
                "p",
                "Leads are in steps: medians, with quartiles, over the runs that were warned. A negative "
                        + "lead is a warning that came too late. All intervals of areas hold together in 95 % of "
                        + "cases (runs drawn with replacement); an area of one half is no better than chance. The "
                        + "rank correlation relates the steps of warning and event; its p value comes from event "
                        + "steps permuted among the runs. A run is compared with, and ranked among, runs of its "
                        + "own task only.",
                "class",
                "note");
        page.close();
    }

    private List<String> columns() {
        return Stream.of(
                        Stream.of(
                                "", "kind", "warned before " + study.event().key(), "alarms in runs without it (95 %)"),
                        study.event().shown().stream().map(event -> "lead to " + event.key()),
                        Stream.of("area under the ROC", "rank correlation", "p (Holm)"))
                .flatMap(names -> names)
                .toList();
    }

    private void row(DetectorVerdict verdict, List<String> columns) {
        page.open("tr").open("th", "scope", "row");
        page.leaf("b", verdict.rule().name())
                .leaf("small", verdict.rule().about())
                .close();
        List<Cell> cells = cells(verdict);
        for (int i = 0; i < cells.size(); i++) {
            page.open("td", "data-title", columns.get(i + 1)).text(cells.get(i).value());
            if (!cells.get(i).interval().isEmpty()) {
                page.leaf("small", cells.get(i).interval());
            }
            page.close();
        }
        page.close();
    }

    /** A number and, if it has one, its interval. */
    private record Cell(String value, String interval) {
        Cell(String value) {
            this(value, "");
        }
    }

    private List<Cell> cells(DetectorVerdict verdict) {
        List<Cell> cells = new ArrayList<>();
        cells.add(new Cell(verdict.rule().kind()));
        cells.add(new Cell(verdict.warned().hits() + " of " + verdict.warned().cases()));
        cells.add(share(verdict.falseAlarms()));
        for (TargetEvent event : study.event().shown()) {
            DetectorVerdict.Lead lead = verdict.leads().get(event);
            cells.add(
                    lead.runs() == 0
                            ? new Cell("–")
                            : new Cell(step(lead.median()), step(lead.lower()) + " to " + step(lead.upper())));
        }
        cells.add(
                Double.isNaN(verdict.area())
                        ? new Cell("–")
                        : new Cell(
                                EarlyWarningText.number(verdict.area()),
                                EarlyWarningText.number(verdict.interval().low()) + " to "
                                        + EarlyWarningText.number(
                                                verdict.interval().high())));
        cells.add(new Cell(EarlyWarningText.number(verdict.correlation().correlation())));
        cells.add(new Cell(EarlyWarningText.number(verdict.adjusted())));
        return cells;
    }

    private static Cell share(Proportion share) {
        return share.cases() == 0
                ? new Cell("–")
                : new Cell(
                        share.hits() + " of " + share.cases(),
                        NumberText.percent(share.low()) + " to " + NumberText.percent(share.high()));
    }

    private static String step(double steps) {
        return NumberText.grouped(Math.round(steps));
    }

    private Figure roc() {
        List<Panel> panels = new ArrayList<>();
        for (List<String> kinds :
                List.of(EarlyWarningText.SPECTRAL, EarlyWarningText.PLAIN, EarlyWarningText.HELD_OUT)) {
            List<Line> lines = new ArrayList<>();
            for (DetectorVerdict verdict : study.verdicts()) {
                if (kinds.contains(verdict.rule().kind())) {
                    List<Comparisons.RocPoint> points = study.curve(verdict.rule());
                    lines.add(Line.solid(
                            verdict.rule().name(),
                            points.stream()
                                    .mapToDouble(Comparisons.RocPoint::controls)
                                    .toArray(),
                            points.stream()
                                    .mapToDouble(Comparisons.RocPoint::cases)
                                    .toArray(),
                            lines.size()));
                }
            }
            if (!lines.isEmpty()) {
                double[] diagonal = {0, 1};
                lines.add(Line.dashed("time alone", diagonal, diagonal, Palette.GREY));
                panels.add(new Panel(
                        kinds.getFirst() + " detectors",
                        Axis.linear("share of runs without the event", 0, 1),
                        Axis.linear("share of runs with the event", 0, 1),
                        List.of(),
                        lines,
                        List.of(),
                        List.of()));
            }
        }
        return new Figure(FIGURE, "ROC curves of the detectors, by what they need", panels.size(), panels);
    }

    private void rules() {
        frame.section("Rules");
        Map<String, String> rules = new LinkedHashMap<>();
        DetectorRules.all().forEach(rule -> rules.put(rule.name(), rule.about()));
        frame.details("All detectors", rules);
        page.close();
    }

    private void files() {
        frame.section("Files");
        page.open("ul", "class", "files");
        for (String file : List.of(EarlyWarningReport.TABLE, EarlyWarningReport.DOCUMENT)) {
            page.open("li").leaf("a", file, "href", HtmlPage.link(file)).close();
        }
        page.close().close();
    }
}
