package dev.spectraledge.bench.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What the engine is to reach on a GPU, beside what the steps judge themselves. */
final class Demands {
    private static final String STEP = "demands";
    private static final String TIME = "microseconds_per_step";
    private static final String ONE_RUN = "S=1 deduplicated fp32";
    private static final String SWEEP = "S=64 deduplicated fp32";
    private static final double TIMES_EAGER = 8;
    private static final double TIMES_GRAPHED = 2;
    private static final double SWEEP_TIMES_EAGER = 25;
    private static final double PROCESSOR_MICROSECONDS = 20;

    private final ResultTable results;
    private final List<CheckResult> judged = new ArrayList<>();

    Demands(ResultTable results) {
        this.results = results;
    }

    /** @param timed whether the times mean something */
    List<CheckResult> judge(boolean timed) {
        OptionalDouble eager = results.mean("torch", "eager", TIME);
        OptionalDouble graphed = results.mean("torch", "cuda graph", TIME);
        OptionalDouble own = results.mean("steps", ONE_RUN, TIME);
        OptionalDouble sweep = results.mean("steps", SWEEP, "microseconds_per_run_step");
        OptionalDouble processor = results.mean("steps", ONE_RUN, "processor_microseconds_per_step");
        atLeast(timed, "a step against PyTorch eager", eager, own, TIMES_EAGER);
        atLeast(timed, "a step against PyTorch in a CUDA graph", graphed, own, TIMES_GRAPHED);
        atLeast(timed, "a step of 64 runs, per run, against PyTorch eager", eager, sweep, SWEEP_TIMES_EAGER);
        String name = "processor time of the launching thread for a step";
        if (!timed || processor.isEmpty()) {
            skip(name, timed);
        } else {
            add(
                    name,
                    processor.getAsDouble() <= PROCESSOR_MICROSECONDS,
                    Map.of("microseconds", processor.getAsDouble(), "allowed_microseconds", PROCESSOR_MICROSECONDS));
        }
        return judged;
    }

    private void atLeast(boolean timed, String name, OptionalDouble theirs, OptionalDouble ours, double factor) {
        if (!timed || theirs.isEmpty() || ours.isEmpty()) {
            skip(name, timed);
            return;
        }
        double ratio = theirs.getAsDouble() / ours.getAsDouble();
        add(name, ratio >= factor, Map.of("times_faster", ratio, "demanded", factor));
    }

    private void add(String name, boolean good, Map<String, Object> values) {
        judged.add(new CheckResult(STEP, name, good ? Outcome.PASSED : Outcome.FAILED, "", values));
    }

    private void skip(String name, boolean timed) {
        String reason = timed ? "one of the times is missing" : "times of a tiny run mean nothing";
        judged.add(new CheckResult(STEP, name, Outcome.SKIPPED, reason, Map.of()));
    }
}
