package dev.spectraledge.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemandsTest {
    private static CheckResult measured(String step, String name, Map<String, Object> values) {
        return new CheckResult(step, name, Outcome.MEASURED, "", values);
    }

    private static List<CheckResult> results() {
        List<CheckResult> results = new ArrayList<>();
        results.add(measured("torch", "eager", Map.of("microseconds_per_step", 2000.0)));
        results.add(measured("torch", "cuda graph", Map.of("microseconds_per_step", 380.0)));
        // Before and after PyTorch: the mean of 190 and 210 counts.
        for (double time : new double[] {190, 210}) {
            results.add(measured(
                    "steps",
                    "S=1 deduplicated fp32",
                    Map.of("microseconds_per_step", time, "processor_microseconds_per_step", time / 10 + 1)));
        }
        results.add(measured("steps", "S=64 deduplicated fp32", Map.of("microseconds_per_run_step", 50.0)));
        return results;
    }

    private static Map<String, Outcome> outcomes(List<CheckResult> results, boolean timed) {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        new Demands(new ResultTable(results))
                .judge(timed)
                .forEach(result -> outcomes.put(result.name(), result.outcome()));
        return outcomes;
    }

    @Test
    void eachDemandIsJudgedByItsOwnTimes() {
        assertThat(outcomes(results(), true))
                .containsExactly(
                        Map.entry("a step against PyTorch eager", Outcome.PASSED), // 10 of 8
                        Map.entry("a step against PyTorch in a CUDA graph", Outcome.FAILED), // 1.9 of 2
                        Map.entry("a step of 64 runs, per run, against PyTorch eager", Outcome.PASSED), // 40 of 25
                        Map.entry("processor time of the launching thread for a step", Outcome.FAILED)); // 21 of 20
    }

    @Test
    void withoutPyTorchNothingIsClaimed() {
        List<CheckResult> own = results().stream()
                .filter(result -> result.step().equals("steps"))
                .toList();

        assertThat(outcomes(own, true).values())
                .containsExactly(Outcome.SKIPPED, Outcome.SKIPPED, Outcome.SKIPPED, Outcome.FAILED);
    }

    @Test
    void tinyRunsAreNotJudged() {
        assertThat(outcomes(results(), false).values()).containsOnly(Outcome.SKIPPED);
    }
}
