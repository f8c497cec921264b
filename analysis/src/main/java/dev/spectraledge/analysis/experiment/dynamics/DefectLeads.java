package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.GrokRule;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * When a trace of defects has risen by each published rule, and how long before grokking that is: of the run, and of each task
 * where it learns several at once, which need not grok together. What chance says of a rule stands beside it.
 */
final class DefectLeads {
    private static final List<GrokRule> RULES =
            List.of(GrokRule.FIRST_50, GrokRule.FIRST_90, GrokRule.FIRST_95, GrokRule.SUSTAINED_98);

    private final StudiedRun run;
    private final long end;
    private final Findings findings;

    /** @param end step that onsets and leads carry in the findings */
    DefectLeads(StudiedRun run, long end, Findings findings) {
        this.run = run;
        this.end = end;
        this.findings = findings;
    }

    /**
     * Of a trace.
     *
     * @param steps of its records
     */
    void add(long[] steps, double[] defects) {
        for (OnsetRule rule : OnsetRule.values()) {
            OptionalInt record = rule.record(defects);
            if (record.isPresent()) {
                findings.published("onset-step", rule.key(), end, (double) steps[record.getAsInt()]);
            }
            long seed = run.config().training().seed();
            findings.controlled("onset-in-random-order", rule.key(), end, rule.shareOfOrders(defects, seed));
        }
        OptionalInt onset =
                OnsetRule.of(run.config().task().objectives().size()).record(defects);
        if (run.hasMetrics() && onset.isPresent()) {
            leads(steps[onset.getAsInt()]);
        }
    }

    private void leads(long onset) {
        for (GrokRule rule : RULES) {
            lead(rule, rule.key(), run.metrics().require("test_accuracy"), onset);
        }
        List<String> tasks = run.config().task().objectives();
        for (String task : tasks.size() > 1 ? tasks : List.<String>of()) {
            run.metrics().column("test_accuracy_" + task).ifPresent(accuracies -> {
                for (GrokRule rule : RULES) {
                    lead(rule, rule.key() + "/" + task, accuracies, onset);
                }
            });
        }
    }

    private void lead(GrokRule rule, String item, double[] accuracies, long onset) {
        OptionalLong grok = rule.step(run.metrics().steps(), accuracies);
        if (grok.isPresent()) {
            findings.published("grok-step", item, end, (double) grok.getAsLong());
            findings.published("lead", item, end, (double) (grok.getAsLong() - onset));
        }
    }
}
