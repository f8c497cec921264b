package dev.spectraledge.analysis.nulls;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.io.ExistingRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The file of null spectra. For each window and each {@link NullModel} (column {@code null}: 0 independent, 1
 * autocorrelated) it has three rows, the quantiles 0.05, 0.5 and 0.95 of every statistic over the draws, each with how
 * rarely the null reaches the observed gap ratio and g23.
 */
public final class NullTable implements AutoCloseable {
    /** Surrogates per window and model: the fewest that make the three quantiles single draws. */
    public static final int DRAWS = 99;

    private static final long RANDOM_STREAM = 0x6e756c6c;
    private static final double[] QUANTILES = {0.05, 0.5, 0.95};
    private static final NullModel[] MODELS = NullModel.values();
    private static final int FIRST_STATISTIC = 3;

    private final NullDistribution distribution;
    private final CsvTable table;
    private final int statistics;
    private final int gapRatio;
    private final int subleadingGap;

    public NullTable(Path file, int window, NullDistribution distribution, ExistingRows existing) {
        this.distribution = distribution;
        List<String> names = NullDistribution.statistics(window);
        statistics = names.size();
        gapRatio = names.indexOf("gap_ratio");
        subleadingGap = names.indexOf("g23");
        List<String> columns = new ArrayList<>(List.of("step", "null", "quantile"));
        columns.addAll(names);
        columns.addAll(List.of("gap_ratio_exceedance", "g23_exceedance"));
        table = new CsvTable(file, columns, existing);
    }

    /** A table whose surrogates are drawn from a run's seed. */
    public static NullTable drawnFrom(long seed, Path file, int window, ExistingRows existing) {
        NullDistribution distribution = new NullDistribution(window, DRAWS, new PhiloxKey(seed, RANDOM_STREAM));
        return new NullTable(file, window, distribution, existing);
    }

    /**
     * Draws and writes the nulls of rows {@code [from, to)} of {@code gram}.
     *
     * @param parameters P, the length of an update
     */
    public void write(long step, GramMatrix gram, int from, int to, long parameters) {
        for (NullModel model : MODELS) {
            distribution.compute(model, gram, from, to, parameters, step);
            for (double quantile : QUANTILES) {
                table.begin(step);
                table.set(1, model.code());
                table.set(2, quantile);
                for (int statistic = 0; statistic < statistics; statistic++) {
                    table.set(FIRST_STATISTIC + statistic, distribution.quantile(statistic, quantile));
                }
                table.set(FIRST_STATISTIC + statistics, distribution.exceedance(gapRatio));
                table.set(FIRST_STATISTIC + statistics + 1, distribution.exceedance(subleadingGap));
                table.commit();
            }
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
