package dev.spectraledge.analysis.nulls;

import dev.spectraledge.analysis.spectrum.DerivedWindow;
import dev.spectraledge.analysis.spectrum.EdgeStatistics;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.SlideStatistics;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.io.ExistingRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The file of null spectra. For each window and each {@link NullModel} (column {@code null}: 0 independent, 1
 * autocorrelated) it has three rows, the quantiles 0.05, 0.5 and 0.95 of every statistic over the draws, each with how
 * rarely the null reaches the observed gap ratio and g23. Surrogates of the updates themselves, of updates of norm 1 and of updates
 * without their part along θ are drawn apart, each from its own products, and so are those of the W + 1 updates of two neighbouring
 * windows.
 */
public final class NullTable implements AutoCloseable {
    /** Surrogates per window and model: the fewest that make the three quantiles single draws. */
    public static final int DRAWS = 99;

    private static final long RANDOM_STREAM = 0x6e756c6c;
    private static final double[] QUANTILES = {0.05, 0.5, 0.95};
    private static final NullModel[] MODELS = NullModel.values();
    private static final int FIRST_STATISTIC = 3;

    private final NullDistribution ofUpdates;
    private final NullDistribution ofUnitRows;
    /** Null for gradients. */
    private final NullDistribution acrossParameters;

    private final SlideStatistics slide;
    private final NullDistribution ofSlide;
    private final CsvTable table;
    private final int firstUnit;
    private final int firstTransverse;
    private final int firstSlide;
    private final int end;
    private final int gapRatio;
    private final int subleadingGap;

    /**
     * Opens the table.
     *
     * @param ofGradients whether windows hold gradients, which have no columns {@code transverse_…}
     * @param draws surrogates per window and model
     * @param key of their random numbers
     */
    public NullTable(Path file, int window, boolean ofGradients, int draws, PhiloxKey key, ExistingRows existing) {
        ofUpdates = new NullDistribution(new EdgeStatistics(window), window, draws, key);
        ofUnitRows = new NullDistribution(DerivedWindow.ofUnitRows(window), window, draws, key);
        acrossParameters =
                ofGradients ? null : new NullDistribution(DerivedWindow.acrossParameters(window), window, draws, key);
        slide = new SlideStatistics(window);
        ofSlide = new NullDistribution(slide, window + 1, draws, key);
        List<String> names = new ArrayList<>(ofUpdates.names());
        gapRatio = names.indexOf("gap_ratio");
        subleadingGap = names.indexOf("g23");
        firstUnit = FIRST_STATISTIC + names.size() + 2;
        List<String> columns = new ArrayList<>(List.of("step", "null", "quantile"));
        columns.addAll(names);
        columns.addAll(List.of("gap_ratio_exceedance", "g23_exceedance"));
        columns.addAll(ofUnitRows.names());
        firstTransverse = columns.size();
        if (acrossParameters != null) {
            columns.addAll(acrossParameters.names());
        }
        firstSlide = columns.size();
        columns.addAll(ofSlide.names());
        end = columns.size();
        table = new CsvTable(file, columns, existing);
    }

    /** A table whose surrogates are drawn from a run's seed. */
    public static NullTable drawnFrom(long seed, Path file, int window, boolean ofGradients, ExistingRows existing) {
        return new NullTable(file, window, ofGradients, DRAWS, new PhiloxKey(seed, RANDOM_STREAM), existing);
    }

    /**
     * Draws and writes the nulls of a window.
     *
     * @param history that ends with the window
     * @param diagnostics of this window
     * @param parameters P, the length of an update
     */
    public void write(long step, ProductHistory history, WindowDiagnostics diagnostics, long parameters) {
        int rows = history.rows();
        boolean slid = history.gram().rows() > rows;
        slide.setLearningRate(history.learningRate());
        for (NullModel model : MODELS) {
            ofUpdates.compute(
                    model, history.gram(), history.firstRow(), history.gram().rows(), parameters, step);
            ofUnitRows.compute(model, diagnostics.unitRows(), 0, rows, parameters, step);
            if (acrossParameters != null) {
                acrossParameters.compute(model, diagnostics.transverseRows(), 0, rows, parameters - 1, step);
            }
            if (slid) {
                ofSlide.compute(model, history.gram(), 0, rows + 1, parameters, step);
            }
            for (double quantile : QUANTILES) {
                table.begin(step);
                table.set(1, model.code());
                table.set(2, quantile);
                set(FIRST_STATISTIC, firstUnit - 2, ofUpdates, quantile);
                table.set(firstUnit - 2, ofUpdates.exceedance(gapRatio));
                table.set(firstUnit - 1, ofUpdates.exceedance(subleadingGap));
                set(firstUnit, firstTransverse, ofUnitRows, quantile);
                if (acrossParameters != null) {
                    set(firstTransverse, firstSlide, acrossParameters, quantile);
                }
                if (slid) {
                    set(firstSlide, end, ofSlide, quantile);
                }
                table.commit();
            }
        }
    }

    private void set(int first, int last, NullDistribution distribution, double quantile) {
        for (int column = first; column < last; column++) {
            table.set(column, distribution.quantile(column - first, quantile));
        }
    }

    /** Brings buffered rows to the file. */
    public void flush() {
        table.flush();
    }

    /** Drops the rows of later steps. */
    public void rewindTo(long step) {
        table.rewindTo(step);
    }

    @Override
    public void close() {
        table.close();
    }
}
