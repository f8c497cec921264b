package dev.spectraledge.analysis.parts;

import dev.spectraledge.analysis.published.CsvLines;
import dev.spectraledge.analysis.published.CsvRow;
import dev.spectraledge.analysis.published.CsvRows;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code step_parts.csv}: a line for each matrix of each checkpoint. Empty cells are where something is not defined. */
public final class StepPartsTable {
    /** Its name in the folder of an analysis. */
    public static final String FILE_NAME = "step_parts.csv";

    private static final String GRADIENT_SIGMA = "gradient_sigma_";
    private static final String DECAY_SIGMA = "decay_sigma_";

    private StepPartsTable() {}

    private static final List<String> COLUMNS = columns();

    private static List<String> columns() {
        List<String> columns = new ArrayList<>(List.of(
                "step",
                "tensor",
                "rows",
                "columns",
                "gradient_norm",
                "decay_norm",
                "gradient_share",
                "alignment",
                "direction_overlap"));
        for (String prefix : List.of(GRADIENT_SIGMA, DECAY_SIGMA)) {
            for (int k = 1; k <= PartsOfMatrix.SIGMAS; k++) {
                columns.add(prefix + k);
            }
        }
        return List.copyOf(columns);
    }

    static void write(Path file, List<MatrixParts> rows) {
        StringBuilder text = new StringBuilder(CsvLines.write(COLUMNS)).append('\n');
        for (MatrixParts row : rows) {
            List<String> cells = new ArrayList<>(List.of(
                    Long.toString(row.step()),
                    row.tensor(),
                    Long.toString(row.rows()),
                    Long.toString(row.columns()),
                    cell(row.gradientNorm()),
                    cell(row.decayNorm()),
                    cell(row.gradientShare()),
                    cell(row.alignment()),
                    cell(row.directionOverlap())));
            addSigmas(cells, row.gradientSigmas());
            addSigmas(cells, row.decaySigmas());
            text.append(CsvLines.write(cells)).append('\n');
        }
        AtomicFile.write(file, text.toString());
    }

    private static void addSigmas(List<String> cells, List<Double> sigmas) {
        for (int k = 0; k < PartsOfMatrix.SIGMAS; k++) {
            cells.add(k < sigmas.size() ? cell(sigmas.get(k)) : "");
        }
    }

    private static String cell(double value) {
        return Double.isNaN(value) ? "" : Double.toString(value);
    }

    /**
     * Reads a table again.
     *
     * @throws RunException with one line if it is none
     */
    public static List<MatrixParts> read(Path file) {
        try {
            CsvRows rows = CsvRows.parse(RegularFile.text(file, RegularFile.LONGEST_TEXT), file.toString());
            rows.require(COLUMNS);
            return rows.stream().map(StepPartsTable::parts).toList();
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    private static MatrixParts parts(CsvRow row) {
        return new MatrixParts(
                whole(row, "step"),
                row.text("tensor"),
                whole(row, "rows"),
                whole(row, "columns"),
                row.number("gradient_norm", Double.NaN),
                row.number("decay_norm", Double.NaN),
                row.number("alignment", Double.NaN),
                row.number("direction_overlap", Double.NaN),
                sigmas(row, GRADIENT_SIGMA),
                sigmas(row, DECAY_SIGMA));
    }

    private static List<Double> sigmas(CsvRow row, String prefix) {
        List<Double> sigmas = new ArrayList<>();
        for (int k = 1; k <= PartsOfMatrix.SIGMAS && !row.text(prefix + k).isEmpty(); k++) {
            sigmas.add(row.number(prefix + k, Double.NaN));
        }
        return sigmas;
    }

    private static long whole(CsvRow row, String column) {
        return row.whole(column).orElseThrow(() -> row.wrong(column, "is empty"));
    }
}
