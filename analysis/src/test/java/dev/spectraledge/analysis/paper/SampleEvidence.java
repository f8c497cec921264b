package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evidence of findings that no experiment made. */
public final class SampleEvidence {
    /** Of a small model. */
    static final RunScale SCALE = new RunScale(120_000, 5000, 100);

    private SampleEvidence() {}

    public static Evidence of(List<SubjectRun> runs) {
        return new Evidence(runs);
    }

    /** A run on which one experiment found something, written into a folder. */
    public static SubjectRun run(Path folder, Subject subject, long seed, String experiment, Findings findings) {
        return run(folder, subject, seed, Map.of(experiment, findings));
    }

    /** The same of several experiments by their names. */
    public static SubjectRun run(Path folder, Subject subject, long seed, Map<String, Findings> found) {
        Map<String, RecordedFindings> recorded = new LinkedHashMap<>();
        found.forEach((experiment, findings) ->
                recorded.put(experiment, recorded(folder, subject.name() + "-" + seed, experiment, findings)));
        return new SubjectRun(subject, seed, subject.title() + " seed " + seed, SCALE, Map.of(), recorded);
    }

    private static RecordedFindings recorded(Path folder, String run, String experiment, Findings findings) {
        List<Map<String, Object>> measurements = new ArrayList<>();
        for (Measurement measurement : findings.measurements()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("procedure", measurement.procedure().key());
            fields.put("quantity", measurement.quantity());
            fields.put("item", measurement.item());
            fields.put("step", measurement.step());
            fields.put("value", measurement.value());
            measurements.add(fields);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("experiment", experiment);
        document.put("program", "test");
        document.put("phases", Map.of());
        document.put("remarks", List.of());
        document.put("figures", List.of());
        document.put("measurements", measurements);
        Path file = folder.resolve(run + "-" + experiment + ".json");
        Json.write(file, document);
        return RecordedFindings.read(file);
    }
}
