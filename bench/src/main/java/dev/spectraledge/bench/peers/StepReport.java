package dev.spectraledge.bench.peers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.spectraledge.bench.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes a comparison as JSON with every round and as a Markdown table of the best thread configurations. */
final class StepReport {

    private final Machine machine;
    private final StepTournament.Plan plan;
    private final List<StepMeasurement> measurements;

    StepReport(Machine machine, StepTournament.Plan plan, List<StepMeasurement> measurements) {
        this.machine = machine;
        this.plan = plan;
        this.measurements = measurements;
    }

    /** The fastest thread configuration of every implementation, fastest implementation first. */
    List<StepMeasurement> best() {
        Map<String, StepMeasurement> best = new LinkedHashMap<>();
        for (StepMeasurement measurement : measurements) {
            best.merge(
                    measurement.contestant().name(),
                    measurement,
                    (one, other) -> one.milliseconds(0.5) <= other.milliseconds(0.5) ? one : other);
        }
        return best.values().stream()
                .sorted(Comparator.comparingDouble(measurement -> measurement.milliseconds(0.5)))
                .toList();
    }

    private Optional<StepMeasurement> ourBest() {
        return best().stream()
                .filter(measurement -> measurement.contestant().ours())
                .findFirst();
    }

    String markdown() {
        StringBuilder text =
                new StringBuilder("# One training step, Dyck-1, 273,421 parameters, 50 x 24 tokens, float32\n\n");
        text.append("Median step time over ")
                .append(plan.rounds())
                .append(" rounds of ")
                .append(plan.stepsPerRound())
                .append(" steps, contestants in turns within one invocation, each at its best thread count. ")
                .append("\"Ratio\" is its time divided by our fastest, round by round, median.\n\n");
        text.append("| implementation | threads | ms/step | quartiles | ratio |\n|---|---|---|---|---|\n");
        for (StepMeasurement measurement : best()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.3f | %.3f - %.3f | %s |%n",
                    measurement.contestant().name(),
                    measurement.contestant().threads().label(),
                    measurement.milliseconds(0.5),
                    measurement.milliseconds(0.25),
                    measurement.milliseconds(0.75),
                    ourBest()
                            .map(ours -> String.format(Locale.ROOT, "%.2f", measurement.ratioTo(ours)))
                            .orElse("-")));
        }
        text.append('\n');
        machine.environment()
                .forEach((key, value) ->
                        text.append("- ").append(key).append(": ").append(value).append('\n'));
        for (StepMeasurement measurement : best()) {
            text.append("- ").append(measurement.contestant().name()).append(": ");
            text.append(measurement.environment()).append('\n');
        }
        return text.toString();
    }

    /** Writes {@code dyck-step.json} and {@code dyck-step.md}. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("dyck-step.md"), markdown());
        try (JsonGenerator json =
                new JsonFactory().createGenerator(Files.newBufferedWriter(folder.resolve("dyck-step.json")))) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            strings(json, "machine", machine.environment());
            json.writeObjectFieldStart("plan");
            json.writeNumberField("warm_up_steps", plan.warmUpSteps());
            json.writeNumberField("rounds", plan.rounds());
            json.writeNumberField("steps_per_round", plan.stepsPerRound());
            json.writeNumberField("settling_steps", plan.settlingSteps());
            json.writeEndObject();
            json.writeArrayFieldStart("contestants");
            for (StepMeasurement measurement : measurements) {
                contestant(json, measurement);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private void contestant(JsonGenerator json, StepMeasurement measurement) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", measurement.contestant().name());
        json.writeNumberField(
                "operator_threads", measurement.contestant().threads().operators());
        json.writeNumberField("gemm_threads", measurement.contestant().threads().gemm());
        json.writeBooleanField("ours", measurement.contestant().ours());
        json.writeNumberField("largest_relative_loss_difference", measurement.largestLossDifference());
        json.writeNumberField("median_milliseconds", measurement.milliseconds(0.5));
        if (ourBest().isPresent()) {
            json.writeNumberField("ratio_to_ours", measurement.ratioTo(ourBest().get()));
        }
        json.writeArrayFieldStart("round_median_milliseconds");
        for (double milliseconds : measurement.roundMedians()) {
            json.writeNumber(milliseconds);
        }
        json.writeEndArray();
        strings(json, "environment", measurement.environment());
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String field, Map<String, String> values) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, String> entry : values.entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }
}
