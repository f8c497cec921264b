package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.trainer.io.AtomicFile;
import java.nio.file.Path;

/** The report of a sweep: one page that loads nothing, and its table for programs. */
public final class SweepReport {
    /** The page's name in the sweep directory. */
    public static final String FILE_NAME = "report.html";

    /** What is drawn unless another column is asked for. */
    public static final String DEFAULT_COLUMN = "test_accuracy";

    private SweepReport() {}

    /**
     * Writes {@code report.html} and {@code table.csv} into a sweep directory, from what there is of its runs.
     *
     * @param column of {@code metrics.csv}, whose curves are drawn
     * @return the page
     * @throws dev.spectraledge.trainer.RunException if {@code root} is no sweep, a file of it cannot be read or written, or
     *     the runs have no such column
     */
    public static Path write(Path root, String column) {
        SweepRecord sweep = SweepRecord.read(root, column);
        new SweepTable(sweep).write();
        Path page = root.resolve(FILE_NAME);
        AtomicFile.write(page, new SweepPage(sweep).html());
        return page;
    }
}
