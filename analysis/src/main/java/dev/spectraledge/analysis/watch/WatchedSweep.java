package dev.spectraledge.analysis.watch;

import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A sweep: at first how many runs are in which state, then a line for each run whose state changes. */
final class WatchedSweep implements Watched {
    private final SweepPlan plan;
    private final Map<String, SweptState> states = new HashMap<>();

    WatchedSweep(SweepPlan plan) {
        this.plan = plan;
    }

    @Override
    public List<String> look() {
        boolean first = states.isEmpty();
        List<String> lines = new ArrayList<>();
        for (PlannedRun run : plan.runs()) {
            if (isEnded(states.get(run.id()))) {
                continue;
            }
            RunStatus status = RunStatus.of(plan, run);
            if (states.put(run.id(), status.state()) != status.state() && !first) {
                lines.add(line(status));
            }
        }
        if (first || !lines.isEmpty()) {
            lines.add(counts());
        }
        return lines;
    }

    private static String line(RunStatus status) {
        StringBuilder line =
                new StringBuilder(status.run().id() + "  " + status.state().key());
        if (status.grokStep() != null) {
            line.append(String.format(Locale.ROOT, "  grok step %,d", status.grokStep()));
        }
        if (status.testAccuracy() != null) {
            line.append(String.format(Locale.ROOT, "  acc %.3f", status.testAccuracy()));
        }
        if (status.failure() != null) {
            line.append(": ").append(status.failure());
        }
        return line.toString();
    }

    private String counts() {
        Map<SweptState, Integer> counts = new EnumMap<>(SweptState.class);
        states.values().forEach(state -> counts.merge(state, 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        counts.forEach((state, count) -> parts.add(count + " " + state.key()));
        return states.size() + (states.size() == 1 ? " run: " : " runs: ") + String.join(", ", parts);
    }

    /** A run that has failed may be tried again, by a command that looks at it anew. */
    private static boolean isEnded(SweptState state) {
        return state == SweptState.DONE;
    }

    @Override
    public boolean isOver() {
        return !states.isEmpty()
                && states.values().stream().allMatch(state -> state == SweptState.DONE || state == SweptState.FAILED);
    }
}
