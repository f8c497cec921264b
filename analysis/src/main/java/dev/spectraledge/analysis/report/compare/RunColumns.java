package dev.spectraledge.analysis.report.compare;

import dev.spectraledge.analysis.report.ObservedSpectrum;
import dev.spectraledge.analysis.report.RunRecord;
import dev.spectraledge.analysis.report.RunTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The columns of a run by name: those of its metrics, then those of the first of its spectra that has such a column, and those of a
 * certain observer as {@code observer/column}.
 */
final class RunColumns {
    private static final String OF_OBSERVER = "/";
    private static final Set<String> POSITIONS = Set.of("step");

    private final RunRecord run;

    RunColumns(RunRecord run) {
        this.run = run;
    }

    Optional<Curve> ofMetrics(String name) {
        return run.metrics()
                .flatMap(table -> table.series(name))
                .map(series -> new Curve(series.steps(), series.values()));
    }

    Optional<Curve> ofSpectra(String name) {
        return run.spectra().stream()
                .flatMap(spectrum -> columnOf(spectrum, name).stream())
                .findFirst();
    }

    private static Optional<Curve> columnOf(ObservedSpectrum spectrum, String name) {
        String prefix = spectrum.name() + OF_OBSERVER;
        boolean asked = !spectrum.name().isEmpty() && name.startsWith(prefix);
        return spectrum.column(asked ? name.substring(prefix.length()) : name)
                .map(values -> new Curve(spectrum.steps(), values));
    }

    /** Every name by which a column can be asked for. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        run.metrics().map(RunTable::columns).ifPresent(names::addAll);
        for (ObservedSpectrum spectrum : run.spectra()) {
            List<String> columns = spectrum.table().columns();
            names.addAll(columns);
            if (!spectrum.name().isEmpty()) {
                columns.forEach(column -> names.add(spectrum.name() + OF_OBSERVER + column));
            }
        }
        names.removeAll(POSITIONS);
        return names;
    }
}
