package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.phase.GrokRule;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/** The settings of a run that a report speaks of, from its {@code config.json}. */
final class RunSettings {
    private static final String OF = "of";

    private final Optional<JsonObject> configuration;
    private final boolean analysis;
    private final Optional<JsonObject> analysed;

    RunSettings(RunRecord run) {
        this.analysis = run.isAnalysis();
        this.analysed = run.analysis();
        this.configuration = run.configuration();
    }

    Optional<String> task() {
        return configuration.flatMap(values -> values.text("task.name"));
    }

    OptionalDouble learningRate() {
        return number("training.learningRate");
    }

    OptionalDouble weightDecay() {
        return number("training.weightDecay");
    }

    /** What weight decay acts on, where that is not everything. */
    Optional<String> decayed() {
        return configuration.flatMap(values -> values.text("training.decayed"));
    }

    /** Whether the run has a rule by which it counts as grokked. */
    boolean asksForGrokking() {
        return !analysis
                && !configuration
                        .map(values -> values.isNull("evaluation.grokAccuracy"))
                        .orElse(false);
    }

    /** Test accuracy at which the run counts as grokked; the default where the configuration does not say. */
    double grokAccuracy() {
        return number("evaluation.grokAccuracy").orElse(GrokRule.FIRST_95.accuracy());
    }

    /** Evaluations in a row that must reach it. */
    long grokPatience() {
        return (long) number("evaluation.grokPatience").orElse(1);
    }

    /** Of modular arithmetic. */
    Optional<String> operation() {
        return configuration.flatMap(values -> values.text("task.operation"));
    }

    OptionalLong seed() {
        OptionalDouble seed = number("training.seed");
        return seed.isPresent() ? OptionalLong.of((long) seed.getAsDouble()) : OptionalLong.empty();
    }

    /**
     * Subset of the parameters that an analysis looks at, or else the observer that wrote {@code spectrum.csv} (empty) or
     * {@code spectrum_<name>.csv}.
     */
    Optional<String> subset(ObservedSpectrum spectrum) {
        return analysis ? analysed.flatMap(values -> values.text("settings.subset")) : ofObserver(spectrum, "subset");
    }

    /** The parameters in the windows, for people. */
    Optional<String> parameters(ObservedSpectrum spectrum) {
        return subset(spectrum).map(name -> (name.equals("all") ? "all" : "the " + name) + " parameters");
    }

    /** What stands in the windows, for people: updates, gradients or clipped gradients. */
    String observed(ObservedSpectrum spectrum) {
        return spectrum.isOfGradients()
                ? ofObserver(spectrum, OF).orElse("gradients").replace('_', ' ')
                : "updates";
    }

    private Optional<String> ofObserver(ObservedSpectrum spectrum, String key) {
        for (int i = 0; configuration.flatMap(value(i, "name")).isPresent(); i++) {
            // What is left out by default is of updates.
            boolean wroteFirst = configuration.flatMap(value(i, OF)).isEmpty();
            if (spectrum.name().isEmpty()
                    ? wroteFirst
                    : configuration.flatMap(value(i, "name")).get().equals(spectrum.name())) {
                return configuration.flatMap(value(i, key));
            }
        }
        return Optional.empty();
    }

    private static Function<JsonObject, Optional<String>> value(int observer, String key) {
        return values -> values.text("observers." + observer + "." + key);
    }

    private OptionalDouble number(String key) {
        return configuration.map(values -> values.number(key)).orElse(OptionalDouble.empty());
    }
}
