package dev.spectraledge.analysis.report;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The settings of a run that a report speaks of, from its {@code config.json}. */
final class RunSettings {
    private final Optional<JsonObject> configuration;

    RunSettings(RunRecord run) {
        this.configuration = run.configuration();
    }

    Optional<String> task() {
        return configuration.flatMap(values -> values.text("task"));
    }

    OptionalDouble learningRate() {
        return number("lr");
    }

    OptionalDouble weightDecay() {
        return number("weight_decay");
    }

    OptionalLong seed() {
        OptionalDouble seed = number("seed");
        return seed.isPresent() ? OptionalLong.of((long) seed.getAsDouble()) : OptionalLong.empty();
    }

    private OptionalDouble number(String key) {
        return configuration.map(values -> values.number(key)).orElse(OptionalDouble.empty());
    }
}
