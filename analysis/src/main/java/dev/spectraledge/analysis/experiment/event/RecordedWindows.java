package dev.spectraledge.analysis.experiment.event;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.warning.DetectorRules;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What an observer recorded of windows that are full; the first ones of a run have fewer updates, and their gap is another thing. */
final class RecordedWindows {
    private static final String SHARE = "gradient_share_1";
    private static final String BY_CHANCE = "preceded-by-chance";

    private final RecordedSeries table;
    private final String item;
    private final double[] steps;

    private RecordedWindows(RecordedSeries table, String item) {
        this.table = table;
        this.item = item;
        steps = table.steps();
    }

    static RecordedWindows of(StudiedRun run, ObserverConfig observer) {
        RunTable table = RunTable.read(RunDirectory.spectrum(run.directory(), run.config(), observer.name()));
        double[] updates = table.column("window_updates").orElse(new double[0]);
        return new RecordedWindows(
                new RecordedSeries(
                        table,
                        IntStream.range(0, updates.length)
                                .filter(row -> updates[row] >= observer.window())
                                .toArray()),
                "W=" + observer.window() + "/stride=" + observer.stride());
    }

    /** The curves, and where v_1 turns from the gradient to weight decay. */
    void describe(Findings findings) {
        table.curve("relative-g23", GapRule.HALF_MAXIMUM.column(), item, findings);
        table.curve("gradient-share", SHARE, item, findings);
        if (steps.length > 0) {
            flip().ifPresent(step -> findings.controlled("flip-step", item, (long) steps[steps.length - 1], step));
        }
    }

    private Optional<Double> flip() {
        return table.column(SHARE)
                .map(shares -> GapRule.firstStep(DetectorRules.named("gradient_share"), steps, shares));
    }

    /**
     * What each rule says of the time before a step.
     *
     * @param grokked whether the run itself groks at that step
     * @param surrogates that the windows are compared with
     * @param isFirst whether these windows are those that a rule alone stands for
     */
    void events(
            long reference,
            boolean grokked,
            List<Surrogate> surrogates,
            boolean isFirst,
            PhiloxKey key,
            Findings findings) {
        flip().ifPresent(step -> findings.controlled("flip-over-grok", item, reference, step / reference));
        for (GapRule rule : GapRule.values()) {
            Optional<double[]> values = table.column(rule.column());
            if (!rule.canFire(steps, (double) reference)) {
                findings.remark("before step " + reference + " there are too few windows of " + item + " for the rule "
                        + rule.key() + " to be met");
            } else if (values.isPresent()) {
                events(rule, steps, values.get(), reference, grokked, rule.key() + "/" + item, findings);
                byChance(rule, values.get(), reference, surrogates, rule.key() + "/" + item, key, findings);
                if (isFirst) {
                    events(rule, steps, values.get(), reference, grokked, rule.key(), findings);
                    byChance(rule, values.get(), reference, surrogates, rule.key(), key, findings);
                }
            }
        }
    }

    /** What one rule says of one series. */
    static void events(
            GapRule rule,
            double[] steps,
            double[] values,
            long reference,
            boolean grokked,
            String item,
            Findings findings) {
        boolean preceded = rule.precedes(steps, values, (double) reference);
        findings.published(GapEvents.PRECEDED, item, reference, grokked && preceded ? 1 : 0);
        findings.controlled(GapEvents.PRECEDED, item, reference, preceded ? 1 : 0);
        if (rule == GapRule.DECLINE) {
            double decline = GapRule.decline(steps, values, (double) reference);
            findings.published("decline", item, reference, grokked ? decline : Double.NaN);
            findings.controlled("decline", item, reference, decline);
        }
    }

    /** The share of each kind of surrogate, and the largest of them. */
    private void byChance(
            GapRule rule,
            double[] values,
            long reference,
            List<Surrogate> surrogates,
            String name,
            PhiloxKey key,
            Findings findings) {
        double largest = Double.NaN;
        for (Surrogate surrogate : surrogates) {
            double share = surrogate.share(rule, steps, values, (double) reference, key);
            findings.controlled(BY_CHANCE, name + "/" + surrogate.key(), reference, share);
            largest = largest >= share ? largest : share;
        }
        findings.controlled(BY_CHANCE, name, reference, largest);
    }
}
