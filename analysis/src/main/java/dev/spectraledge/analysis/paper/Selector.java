package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Procedure;
import java.util.OptionalLong;

/**
 * Names a measurement in the findings of a run.
 *
 * @param step of the snapshot; empty for the last one at which the quantity was measured, or the only one
 */
public record Selector(String experiment, Procedure procedure, String quantity, String item, OptionalLong step) {

    /** As people look for it in the JSON files. */
    @Override
    public String toString() {
        return experiment + "/" + procedure.key() + "/" + quantity + "/" + item
                + (step.isPresent() ? "/" + step.getAsLong() : "");
    }

    Selector at(long otherStep) {
        return new Selector(experiment, procedure, quantity, item, OptionalLong.of(otherStep));
    }

    static OptionalLong step(String text) {
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }
}
