package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What became of runs that trained side by side: a line for each, and one for all. */
final class GroupTable {
    private GroupTable() {}

    static List<String> lines(RunGroup group) {
        List<String> lines = new ArrayList<>();
        boolean groks = group.runs().getFirst().config().evaluation().grokAccuracy() != null;
        lines.add(row("seed", "state", groks, "grok step", "final step"));
        List<Long> grokSteps = new ArrayList<>();
        for (RunDirectory run : group.runs()) {
            Map<String, Object> summary = run.readSummary();
            if (summary.get("grok_step") instanceof Long step) {
                grokSteps.add(step);
            }
            lines.add(row(
                    run.config().training().seed(),
                    run.state().key(),
                    groks,
                    number(summary.get("grok_step")),
                    number(summary.get("final_step"))));
        }
        if (groks) {
            lines.add(grokSteps.size() + " of " + group.runs().size() + " grokked" + range(grokSteps));
        }
        return lines;
    }

    private static String row(Object seed, String state, boolean groks, String grokStep, String finalStep) {
        String grok = groks ? String.format(Locale.ROOT, "  %9s", grokStep) : "";
        return String.format(Locale.ROOT, "%12s  %-7s%s  %10s", seed, state, grok, finalStep);
    }

    private static String number(Object step) {
        return step instanceof Long value ? String.format(Locale.ROOT, "%,d", value) : "-";
    }

    /** The median of an even number is the lower one of two. */
    private static String range(List<Long> steps) {
        if (steps.isEmpty()) {
            return "";
        }
        List<Long> sorted = steps.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                ", at step %,d to %,d, median %,d",
                sorted.getFirst(),
                sorted.getLast(),
                sorted.get((sorted.size() - 1) / 2));
    }
}
