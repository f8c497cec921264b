package dev.spectraledge.analysis.docs;

import dev.spectraledge.trainer.warning.DetectorRule;
import dev.spectraledge.trainer.warning.DetectorRules;

/** What can happen in a run, by name, and which detectors say so. */
final class EventsPage {
    private EventsPage() {}

    static String text() {
        MarkdownTable detectors = new MarkdownTable("event", "kind", "looks at", "fires when", "in every run");
        for (DetectorRule rule : DetectorRules.all()) {
            detectors.add(
                    "`" + rule.event() + "`",
                    rule.kind(),
                    "`" + rule.column() + "` in `" + rule.table().file() + "`",
                    rule.about(),
                    rule.live() ? "yes" : "");
        }
        return """
            # Events and detectors

            <!-- Made by ReferencePagesTest from detectors.json. -->

            Names in [`events.csv`](files.md#eventscsv). Each can be used where a key or an option takes WHEN (`--stop-on grok+500`,
            `training.weightDecayChange=grok+100`); the first event of a name counts.

            | event | happens |
            |---|---|
            | `grok` | at the first of `evaluation.grokPatience` evaluations in a row whose test accuracy is at least `evaluation.grokAccuracy` |
            | `grok_<objective>` | the same of one objective, where there are several |
            | `stop_accuracy` | at the evaluation at which `evaluation.stopAccuracy` had been held for `evaluation.stopPatience` evaluations |
            | `edge_<observer>` | when the gap ratio at the edge reaches the observer's `alarm` |
            | `spike` | in a step whose training loss is above the median of the 100 losses before by six median absolute deviations, times 1.4826 |
            | `recovered` | in the first step after a spike whose loss is not above that median |
            | `task_shift` | after step `training.shiftAfter` |
            | `finished`, `failed` | when the run ends |

            ## Detectors

            A detector looks at the rows of a table in order, knows nothing of later ones, and fires once. Those of every run are on where
            `evaluation.grokAccuracy` is set (`warnings=auto`); others are named in `warnings`. *Kind*: `spectral` needs the spectrum of
            updates, `plain` only numbers that every training has, `held-out` a test set. The rules with their numbers are
            [detectors.json](../../trainer/src/main/resources/dev/spectraledge/trainer/warning/detectors.json). `sedge early-warning` says of your own
            runs how early and how often wrong each is.

            """ + detectors;
    }
}
