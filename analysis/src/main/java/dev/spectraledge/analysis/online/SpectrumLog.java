package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.nulls.NullTable;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.trainer.EdgeReading;
import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.warning.DetectorRule;
import dev.spectraledge.trainer.warning.WarningWatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The spectrum file of one run, and where wanted that of its nulls: products of updates in, rows out. */
public final class SpectrumLog implements ObserverTable {
    private static final int FIRST_NUMBER = 1;

    private final ProductHistory history;
    private final WindowDiagnostics diagnostics;
    private final CsvTable table;
    private final NullTable nulls;
    private final int nullEvery;
    private final long parameters;
    /** Null where the rows are exact. */
    private final WindowCertificate certificate;

    /** Null where nobody waits for one. */
    private EdgeAlarm alarm;

    /** Null where no detector looks at the windows. */
    private WarningWatch warnings;

    private long latestStep = -1;

    /** The table of exact rows: without a certificate. */
    public SpectrumLog(
            Path file, ProductHistory history, NullTable nulls, int nullEvery, long parameters, ExistingRows existing) {
        this(file, history, nulls, nullEvery, parameters, null, existing);
    }

    /**
     * @param file the table: step, {@link WindowDiagnostics#columns}, and stride, the steps in an update
     * @param nulls null where none are wanted; closed with this log
     * @param nullEvery windows from one null spectrum to the next
     * @param parameters P, the length of an update, or of what stands for it
     * @param certificate adds its columns at the end; null for rows that need none
     */
    public SpectrumLog(
            Path file,
            ProductHistory history,
            NullTable nulls,
            int nullEvery,
            long parameters,
            WindowCertificate certificate,
            ExistingRows existing) {
        this.certificate = certificate;
        this.history = history;
        this.nulls = nulls;
        this.nullEvery = nullEvery;
        this.parameters = parameters;
        diagnostics = new WindowDiagnostics(history.window(), parameters, history.isOfGradients());
        List<String> columns = new ArrayList<>(List.of("step"));
        columns.addAll(WindowDiagnostics.columns(history.window(), history.isOfGradients()));
        columns.add("stride");
        if (certificate != null) {
            columns.addAll(certificate.columns());
        }
        table = new CsvTable(file, columns, existing);
    }

    /** Lets an alarm look at each window. */
    SpectrumLog withAlarm(EdgeAlarm watching) {
        alarm = watching;
        return this;
    }

    /** Lets detectors look at each window, and raise what they see. */
    SpectrumLog withDetectors(List<DetectorRule> rules, RunEvents events) {
        warnings = new WarningWatch(table, rules, events::raise);
        return this;
    }

    /** The products so far. */
    public ProductHistory history() {
        return history;
    }

    /**
     * Takes a new update and writes the row of the window that it ends, from the second update on.
     *
     * @param step of the end of the update's interval
     * @param stride steps in the interval; a window gets nulls where step/stride is a multiple of {@code nullEvery}
     */
    public void append(long step, long stride, UpdateProducts products) {
        history.append(products);
        if (!WindowDiagnostics.isDefined(history)) {
            return;
        }
        diagnostics.compute(history);
        table.begin(step);
        for (int column = 0; column < diagnostics.size(); column++) {
            table.set(FIRST_NUMBER + column, diagnostics.value(column));
        }
        table.set(FIRST_NUMBER + diagnostics.size(), (double) stride);
        if (certificate != null) {
            for (int index = 0; index < certificate.columns().size(); index++) {
                table.set(FIRST_NUMBER + diagnostics.size() + 1 + index, certificate.value(index));
            }
        }
        table.commit();
        latestStep = step;
        if (alarm != null) {
            alarm.look(step, diagnostics.spectrum());
        }
        if (nulls != null && step / stride % nullEvery == 0) {
            nulls.write(step, history, diagnostics, parameters);
        }
    }

    /** Starts a new window, as after a gap between snapshots. */
    public void startWindow() {
        history.clear();
    }

    /** The edge of the newest window; empty before the first one since this log was opened, and where it is unresolved. */
    public Optional<EdgeReading> latest() {
        if (latestStep < 0 || !latestIsResolved()) {
            return Optional.empty();
        }
        GramSpectrum spectrum = diagnostics.spectrum();
        int position = SpectralEdge.position(spectrum);
        return Optional.of(new EdgeReading(latestStep, position, SpectralEdge.ratio(spectrum, position)));
    }

    /** Whether the products of the newest window resolve its edge; there must be one. */
    public boolean latestIsResolved() {
        return SpectralEdge.isResolved(diagnostics.spectrum());
    }

    @Override
    public void flush() {
        table.flush();
        if (nulls != null) {
            nulls.flush();
        }
    }

    @Override
    public void rewindTo(long step) {
        table.rewindTo(step);
        if (warnings != null) {
            warnings.rewound();
        }
        if (nulls != null) {
            nulls.rewindTo(step);
        }
    }

    @Override
    public void close() {
        try (table;
                nulls) {
            latestStep = -1;
        }
    }
}
