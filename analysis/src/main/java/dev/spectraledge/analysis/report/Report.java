package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.published.AgainstPaper;
import dev.spectraledge.analysis.published.AgainstRerun;
import dev.spectraledge.analysis.published.Tolerance;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.SvgFigure;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The report of one run: a page that loads nothing, its figures as SVG files, and its numbers. */
public final class Report {
    /** The page's name in the run directory. */
    public static final String FILE_NAME = "report.html";

    private static final String FIGURES = "figures";

    private final RunRecord run;
    private final Comparison comparison;

    private Report(RunRecord run) {
        this.run = run;
        this.comparison = new Comparison(run);
    }

    /**
     * Reads a run directory.
     *
     * @throws RunException if it is none
     */
    public static Report of(Path runDirectory) {
        return new Report(RunRecord.read(runDirectory));
    }

    /**
     * Reads the directory of a run that has come to its end, but does not say so yet.
     *
     * @param summary what its {@code summary.json} is going to say
     */
    public static Report of(Path runDirectory, Map<String, Object> summary) {
        return new Report(RunRecord.read(runDirectory, summary));
    }

    /**
     * Writes {@code report.html} and {@code figures/*.svg} into the run directory.
     *
     * @return the page
     * @throws RunException if a file cannot be written
     */
    public Path write() {
        Path folder = run.directory().resolve(FIGURES);
        ReportPage page = new ReportPage(run, comparison);
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw RunException.of("cannot create", folder, failure);
        }
        // Figures first, so that the page's list of files has them.
        page.html();
        for (Figure figure : page.figures()) {
            AtomicFile.write(folder.resolve(figure.name() + ".svg"), SvgFigure.document(figure));
        }
        Path file = run.directory().resolve(FILE_NAME);
        AtomicFile.write(file, new ReportPage(run, comparison).html());
        return file;
    }

    /** One line for each part of the run that is missing or damaged. */
    public List<String> absent() {
        return run.absent();
    }

    /** What happened in the run, in sentences. */
    public List<String> happened() {
        return new RunNarrative(run).sentences();
    }

    /** The numbers of the report, for programs. */
    public Map<String, Object> numbers() {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("run", run.name());
        numbers.put("directory", run.directory().toAbsolutePath().normalize().toString());
        numbers.put("grok_step", run.grokStep().isPresent() ? run.grokStep().getAsLong() : null);
        numbers.put("final_step", run.finalStep().isPresent() ? run.finalStep().getAsLong() : null);
        numbers.put("happened", happened());
        List<Object> windows = new ArrayList<>();
        for (int i = 0; i < comparison.windows().size(); i++) {
            Comparison.Window compared = comparison.windows().get(i);
            Map<String, Object> window = new LinkedHashMap<>();
            window.put("phase", compared.title());
            window.put("step", (long) compared.step());
            for (Comparison.Row row : comparison.rows()) {
                window.put(row.quantity(), entry(row.entries().get(i)));
            }
            windows.add(window);
        }
        numbers.put("windows", windows);
        numbers.put("unresolved_edges", unresolved());
        numbers.put(
                "nulls",
                run.spectra().stream()
                        .flatMap(spectrum -> NullComparison.of(spectrum).stream())
                        .map(NullComparison::document)
                        .toList());
        Map<String, Object> wholeRun = new LinkedHashMap<>();
        comparison
                .wholeRun()
                .forEach(row -> wholeRun.put(row.quantity(), entry(row.entries().getFirst())));
        numbers.put("whole_run", wholeRun);
        numbers.put(
                "experiments",
                run.findings().stream().map(RunFinding::experiment).toList());
        numbers.put("absent", run.absent());
        return numbers;
    }

    /** How many windows of each observer have no k*, gap and gap ratio, because rounding alone would choose them. */
    private Map<String, Object> unresolved() {
        Map<String, Object> windows = new LinkedHashMap<>();
        run.spectra().forEach(spectrum -> windows.put(spectrum.title(), spectrum.unresolvedEdges()));
        return windows;
    }

    private static Map<String, Object> entry(Comparison.Entry entry) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("measured", entry.measured());
        if (entry.unresolved()) {
            values.put("unresolved", true);
        }
        entry.published().ifPresent(quotation -> {
            quoted(
                    values,
                    "paper",
                    quotation.published(),
                    quotation.publishedTolerance(),
                    entry.againstPaper().map(AgainstPaper::text).orElse(""));
            quoted(
                    values,
                    "rerun",
                    quotation.rerun(),
                    quotation.rerunTolerance(),
                    entry.againstRerun().map(AgainstRerun::text).orElse(""));
        });
        return values;
    }

    /** What somebody else has found, within which bounds ours agrees with it, and whether it does; nothing where he found nothing. */
    private static void quoted(
            Map<String, Object> values, String who, String text, Optional<Tolerance> tolerance, String judgement) {
        if (!text.isEmpty()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("value", text);
            tolerance.ifPresent(bounds -> {
                fields.put("low", finite(bounds.low()));
                fields.put("high", finite(bounds.high()));
                fields.put("tolerance", bounds.source());
            });
            fields.put("judgement", judgement);
            values.put(who, fields);
        }
    }

    private static Double finite(double bound) {
        return Double.isFinite(bound) ? bound : null;
    }
}
