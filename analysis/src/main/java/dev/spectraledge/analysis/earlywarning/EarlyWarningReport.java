package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.analysis.report.plot.SvgFigure;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes a study: a page, its figure, and the numbers as CSV and JSON. */
public final class EarlyWarningReport {
    static final String TABLE = "early-warning.csv";
    static final String DOCUMENT = "early-warning.json";
    private static final String PAGE = "early-warning.html";

    private final EarlyWarning study;

    public EarlyWarningReport(EarlyWarning study) {
        this.study = study;
    }

    /**
     * Writes into a folder, which is made where it is missing.
     *
     * @return the page
     * @throws RunException if a file cannot be written
     */
    public Path write(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw RunException.of("cannot create", folder, failure);
        }
        EarlyWarningTable table = new EarlyWarningTable(study);
        AtomicFile.write(folder.resolve(TABLE), table.csv());
        Json.write(folder.resolve(DOCUMENT), table.document());
        EarlyWarningPage content = new EarlyWarningPage(study);
        content.figure()
                .ifPresent(
                        figure -> AtomicFile.write(folder.resolve(figure.name() + ".svg"), SvgFigure.document(figure)));
        Path page = folder.resolve(PAGE);
        AtomicFile.write(page, content.html());
        return page;
    }

    /** What came out, in sentences. */
    public List<String> sentences() {
        return new EarlyWarningText(study).sentences();
    }

    /** The numbers for programs. */
    public Map<String, Object> document() {
        return new EarlyWarningTable(study).document();
    }
}
