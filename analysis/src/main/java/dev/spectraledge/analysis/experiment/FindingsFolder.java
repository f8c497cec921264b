package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.report.RunRecord;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.SvgFigure;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where the findings of experiments on a run are kept: {@code NAME.json} and its figures as SVG. */
public final class FindingsFolder {
    private final Path folder;

    public FindingsFolder(Path folder) {
        this.folder = folder;
    }

    /** The one inside of a run directory. */
    public static FindingsFolder of(StudiedRun run) {
        return new FindingsFolder(run.directory().resolve(RunRecord.EXPERIMENTS));
    }

    /** The JSON file of an experiment, whether or not it is there. */
    public Path file(Experiment experiment) {
        return file(experiment.name());
    }

    /**
     * Whether this very program has put the question already, with these settings and choices and at these phases, to a run that
     * has not changed since.
     */
    public boolean isCurrent(Experiment experiment, StudiedRun run, PhaseSteps phases) {
        Path file = file(experiment);
        try {
            Path summary = run.directory().resolve(RunDirectory.SUMMARY);
            if (Files.notExists(file)
                    || (Files.exists(summary)
                            && Files.getLastModifiedTime(summary).compareTo(Files.getLastModifiedTime(file)) > 0)) {
                return false;
            }
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
        RecordedFindings recorded = RecordedFindings.read(file);
        return recorded.program().equals(ExperimentProgram.identity())
                && recorded.settings().equals(experiment.settings())
                && recorded.changes().equals(run.changes(experiment.name()))
                && recorded.hasPhases(phases);
    }

    /** Writes everything that was found; returns the JSON file. */
    public Path write(Experiment experiment, StudiedRun run, PhaseSteps phases, Findings findings) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("experiment", experiment.name());
        document.put("program", ExperimentProgram.identity());
        document.put("question", experiment.question());
        document.put("settings", experiment.settings());
        document.put("protocol_changes", run.changes(experiment.name()));
        document.put("run", run.name());
        document.put("task", run.task());
        document.put("weight_decay", run.isAnalysis() ? null : run.weightDecay());
        document.put("seed", run.seed().isPresent() ? run.seed().getAsLong() : null);
        document.put("phases", phases(phases));
        return write(experiment.name(), document, findings);
    }

    /** The same of several runs together. */
    public Path write(JointExperiment experiment, List<StudiedRun> runs, Findings findings) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("experiment", experiment.name());
        document.put("program", ExperimentProgram.identity());
        document.put("question", experiment.question());
        document.put("runs", runs.stream().map(StudiedRun::name).toList());
        document.put("phases", Map.of());
        return write(experiment.name(), document, findings);
    }

    private Path write(String name, Map<String, Object> document, Findings findings) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw RunException.of("cannot create", folder, failure);
        }
        List<String> figures = new ArrayList<>();
        for (Figure figure : findings.figures()) {
            Path file = folder.resolve(name + "-" + figure.name() + ".svg");
            AtomicFile.write(file, SvgFigure.document(figure));
            figures.add(file.getFileName().toString());
        }
        document.put("remarks", findings.remarks());
        document.put("figures", figures);
        document.put(
                "measurements",
                findings.measurements().stream().map(FindingsFolder::entry).toList());
        Path file = file(name);
        Json.write(file, document);
        return file;
    }

    private Path file(String name) {
        return folder.resolve(name + ".json");
    }

    private static Map<String, Object> phases(PhaseSteps phases) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("origin", phases.origin());
        if (!phases.given().isEmpty()) {
            result.put("steps", phases.given());
        }
        for (PhaseTable table : PhaseTable.values()) {
            Map<String, Object> steps = new LinkedHashMap<>();
            for (Map.Entry<Phase, Long> phase : phases.of(table).entrySet()) {
                steps.put(phase.getKey().name().toLowerCase(Locale.ROOT), phase.getValue());
            }
            result.put(table.name().toLowerCase(Locale.ROOT), steps);
        }
        return result;
    }

    private static Map<String, Object> entry(Measurement measurement) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("procedure", measurement.procedure().key());
        entry.put("quantity", measurement.quantity());
        entry.put("item", measurement.item());
        entry.put("step", measurement.step());
        entry.put("value", Double.isFinite(measurement.value()) ? measurement.value() : null);
        return entry;
    }
}
