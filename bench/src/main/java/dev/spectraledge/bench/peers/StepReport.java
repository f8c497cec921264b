package dev.spectraledge.bench.peers;

import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** Writes a comparison as JSON with every round and as a Markdown table of the best thread configurations. */
final class StepReport {

    private final Workload workload;
    private final SortedMap<String, String> environment;
    private final StepTournament.Plan plan;
    private final List<StepMeasurement> measurements;

    StepReport(
            Workload workload,
            SortedMap<String, String> environment,
            StepTournament.Plan plan,
            List<StepMeasurement> measurements) {
        this.workload = workload;
        this.environment = environment;
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

    /** Our own implementations at their best thread count, fastest first. */
    private List<StepMeasurement> ours() {
        return best().stream()
                .filter(measurement -> measurement.contestant().ours())
                .toList();
    }

    String markdown() {
        List<StepMeasurement> ours = ours();
        StringBuilder text = new StringBuilder("# " + workload.title() + "\n\n");
        text.append("Median step time over ")
                .append(plan.rounds())
                .append(" rounds of ")
                .append(plan.stepsPerRound())
                .append(" steps, contestants in turns within one invocation, each at its best thread count. ")
                .append("A ratio is its time divided by that of the implementation named, round by round, median.\n\n");
        text.append("| implementation | threads | ms/step | quartiles |");
        ours.forEach(
                own -> text.append(" ratio to ").append(own.contestant().name()).append(" |"));
        text.append("\n|---|---|---|---|").append("---|".repeat(ours.size())).append('\n');
        for (StepMeasurement measurement : best()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.3f | %.3f - %.3f |",
                    measurement.contestant().name(),
                    measurement.contestant().threads().label(),
                    measurement.milliseconds(0.5),
                    measurement.milliseconds(0.25),
                    measurement.milliseconds(0.75)));
            ours.forEach(own -> text.append(String.format(Locale.ROOT, " %.2f |", measurement.ratioTo(own))));
            text.append('\n');
        }
        text.append('\n');
        environment.forEach((key, value) ->
                text.append("- ").append(key).append(": ").append(value).append('\n'));
        for (StepMeasurement measurement : best()) {
            text.append("- ").append(measurement.contestant().name()).append(": ");
            text.append(measurement.environment()).append('\n');
        }
        return text.toString();
    }

    /** Writes {@code <workload>-step.json} and {@code <workload>-step.md}. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(workload.key() + "-step.md"), markdown());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("environment", environment);
        json.put("warm_up_milliseconds", plan.warmUpMilliseconds());
        json.put("rounds", plan.rounds());
        json.put("steps_per_round", plan.stepsPerRound());
        json.put("settling_steps", plan.settlingSteps());
        json.put("contestants", measurements.stream().map(this::json).toList());
        Json.write(folder.resolve(workload.key() + "-step.json"), json);
    }

    private Map<String, Object> json(StepMeasurement measurement) {
        Map<String, Object> ratios = new LinkedHashMap<>();
        ours().forEach(own -> ratios.put(own.contestant().name(), measurement.ratioTo(own)));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", measurement.contestant().name());
        json.put("operator_threads", measurement.contestant().threads().operators());
        json.put("gemm_threads", measurement.contestant().threads().gemm());
        json.put("ours", measurement.contestant().ours());
        json.put("largest_relative_loss_difference", measurement.largestLossDifference());
        json.put("median_milliseconds", measurement.milliseconds(0.5));
        json.put("ratio_to", ratios);
        json.put("round_median_milliseconds", measurement.roundMedians());
        json.put("environment", measurement.environment());
        return json;
    }
}
