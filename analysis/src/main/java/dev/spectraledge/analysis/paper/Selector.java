package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Procedure;
import java.util.OptionalLong;

/**
 * Names a measurement in the findings of a run.
 *
 * @param item in which {@value #STRIDE} stands for the run's steps between snapshots
 * @param step of the snapshot; empty for the last one at which the quantity was measured, or the only one
 */
public record Selector(String experiment, Procedure procedure, String quantity, String item, OptionalLong step) {
    private static final String STRIDE = "{stride}";

    /** As people look for it in the JSON files. */
    @Override
    public String toString() {
        return experiment + "/" + procedure.key() + "/" + quantity + "/" + item
                + (step.isPresent() ? "/" + step.getAsLong() : "");
    }

    /** The same of a run of this scale. */
    Selector of(RunScale scale) {
        return new Selector(
                experiment, procedure, quantity, item.replace(STRIDE, String.valueOf(scale.cadence())), step);
    }

    Selector at(long otherStep) {
        return new Selector(experiment, procedure, quantity, item, OptionalLong.of(otherStep));
    }

    static OptionalLong step(String text) {
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }
}
