package dev.spectraledge.analysis.report;

import dev.spectraledge.trainer.run.RunState;

/** Whether a run grokked, by its own rule; silent about runs that have none or never had their test accuracy taken. */
final class GrokVerdict {
    private final RunRecord run;
    private final RunSettings settings;

    GrokVerdict(RunRecord run) {
        this.run = run;
        this.settings = new RunSettings(run);
    }

    boolean grokked() {
        return run.grokStep().isPresent();
    }

    /** For the head of the page. */
    String sentence() {
        if (run.isAnalysis()) {
            return "Analysis of checkpoints";
        }
        if (grokked()) {
            return "Grokked at step " + NumberText.grouped(run.grokStep().getAsLong()) + ", " + evaluation();
        }
        if (run.finalStep().isEmpty()) {
            return "Not trained yet";
        }
        String step = NumberText.grouped(run.finalStep().getAsLong());
        if (isRunning()) {
            return hasEvent() ? "Not grokked by step " + step : "At step " + step;
        }
        String steps = step + " steps";
        return hasEvent()
                ? "Did not grok within " + steps + ": no test accuracy of " + accuracy() + inARow()
                : "Trained for " + steps;
    }

    private boolean isRunning() {
        return run.summary()
                .flatMap(values -> values.text("state"))
                .filter(RunState.RUNNING.key()::equals)
                .isPresent();
    }

    /** The rule in words, and a space; empty where there is none. */
    String rule() {
        return !settings.asksForGrokking()
                ? ""
                : "This run counts as grokked at " + evaluation() + "; the dashed line marks it in every figure. ";
    }

    private boolean hasEvent() {
        return settings.asksForGrokking()
                && run.metrics().flatMap(table -> table.column("test_accuracy")).isPresent();
    }

    private String evaluation() {
        long patience = settings.grokPatience();
        return (patience > 1 ? "the first of " + patience + " evaluations in a row" : "the first evaluation")
                + " with a test accuracy of " + accuracy() + " or more";
    }

    private String inARow() {
        long patience = settings.grokPatience();
        return patience > 1 ? " in " + patience + " evaluations in a row" : "";
    }

    private String accuracy() {
        return NumberText.setting(settings.grokAccuracy());
    }
}
