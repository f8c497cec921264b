package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Findings of an ablation: what the edge does at the grok step, and half of that for a shrunken model. */
final class SampleFindings {
    private SampleFindings() {}

    static RecordedFindings write(Path file, long grokStep, double value) {
        Map<String, Object> phases = new LinkedHashMap<>();
        for (String table : List.of("a", "b", "nearest")) {
            phases.put(table, Map.of("at_grok", grokStep));
        }
        List<Map<String, Object>> measurements = new ArrayList<>();
        measurements.add(measurement("published", "edge", grokStep, value));
        measurements.add(measurement("controlled", "shrink", grokStep, value / 2));
        return write(file, phases, measurements);
    }

    /** Nothing but p-values, of the items {@code a}, {@code b} and so on, at step 500. */
    static RecordedFindings writeProbabilities(Path file, double... values) {
        List<Map<String, Object>> measurements = new ArrayList<>();
        for (int index = 0; index < values.length; index++) {
            Map<String, Object> fields =
                    measurement("controlled", String.valueOf((char) ('a' + index)), 500, values[index]);
            fields.put("quantity", "p-value");
            measurements.add(fields);
        }
        return write(file, Map.of(), measurements);
    }

    private static RecordedFindings write(
            Path file, Map<String, Object> phases, List<Map<String, Object>> measurements) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("experiment", "ablation");
        document.put("program", "test");
        document.put("phases", phases);
        document.put("remarks", List.of("a remark"));
        document.put("figures", List.of());
        document.put("measurements", measurements);
        Json.write(file, document);
        return RecordedFindings.read(file);
    }

    private static Map<String, Object> measurement(String procedure, String item, long step, double value) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("procedure", procedure);
        fields.put("quantity", "accuracy-change");
        fields.put("item", item);
        fields.put("step", step);
        fields.put("value", value);
        return fields;
    }
}
