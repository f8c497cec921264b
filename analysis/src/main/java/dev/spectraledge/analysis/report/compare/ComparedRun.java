package dev.spectraledge.analysis.report.compare;

import dev.spectraledge.analysis.report.JsonObject;
import dev.spectraledge.analysis.report.RunRecord;
import dev.spectraledge.trainer.io.EventLog;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a comparison shows of one run or analysis.
 *
 * @param label by which the page calls it, unlike all others
 * @param settings of its configuration, an analysis of what was analysed and how
 * @param metrics the shown columns of its metrics, those that it has
 * @param spectra the shown columns of its spectra likewise
 * @param columns names of all columns that it has
 * @param absent a line for each part of it that is damaged
 */
record ComparedRun(
        String label,
        Path directory,
        Map<String, String> settings,
        String state,
        OptionalLong grokStep,
        OptionalLong finalStep,
        List<EventLog.Event> events,
        Map<String, Curve> metrics,
        Map<String, Curve> spectra,
        Set<String> columns,
        List<String> absent) {
    /** Where a run lies is no difference. */
    private static final String OUT = "out";

    private static final Set<String> OF_AN_ANALYSIS = Set.of("source", "learning_rate", "weight_decay");
    private static final String ASKED = "settings.";

    /** Reads a run and keeps only these columns of it. */
    static ComparedRun read(String label, Path directory, List<String> columns) {
        RunRecord run = RunRecord.read(directory);
        RunColumns available = new RunColumns(run);
        Map<String, Curve> metrics = new LinkedHashMap<>();
        Map<String, Curve> spectra = new LinkedHashMap<>();
        for (String column : columns) {
            Optional<Curve> ofMetrics = available.ofMetrics(column);
            ofMetrics.ifPresent(curve -> metrics.put(column, curve));
            if (ofMetrics.isEmpty()) {
                available.ofSpectra(column).ifPresent(curve -> spectra.put(column, curve));
            }
        }
        return new ComparedRun(
                label,
                directory,
                settings(run),
                run.isAnalysis()
                        ? "analysis"
                        : run.summary().flatMap(values -> values.text("state")).orElse("unknown"),
                run.grokStep(),
                run.finalStep(),
                run.events().orElse(List.of()),
                metrics,
                spectra,
                available.names(),
                run.absent());
    }

    private static Map<String, String> settings(RunRecord run) {
        Map<String, String> settings = new LinkedHashMap<>();
        run.configuration().map(JsonObject::leaves).ifPresent(settings::putAll);
        settings.remove(OUT);
        run.analysis().map(JsonObject::leaves).orElse(Map.of()).forEach((name, value) -> {
            if (OF_AN_ANALYSIS.contains(name) || name.startsWith(ASKED)) {
                settings.put(name, value);
            }
        });
        return settings;
    }

    /** A shown column; empty if the run has none of the name. */
    Optional<Curve> curve(String column) {
        return Optional.ofNullable(metrics.getOrDefault(column, spectra.get(column)));
    }

    /** The last step that anything is known of. */
    double lastStep() {
        double ofCurves = Math.max(lastStep(metrics), lastStep(spectra));
        return finalStep.isPresent() ? Math.max((double) finalStep.getAsLong(), ofCurves) : ofCurves;
    }

    private static double lastStep(Map<String, Curve> curves) {
        return curves.values().stream().mapToDouble(Curve::lastStep).max().orElse(0);
    }
}
