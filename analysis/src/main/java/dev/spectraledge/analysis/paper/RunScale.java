package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.trainer.config.RunConfig;

/**
 * At which scale something was measured.
 *
 * @param parameters of the model
 * @param steps of the training
 * @param cadence steps between snapshots; 0 where there are none at equal distances
 */
public record RunScale(long parameters, long steps, long cadence) {
    static RunScale of(RunConfig config) {
        Integer every = config.checkpoints().every();
        return new RunScale(
                config.task()
                        .architecture(config.model(), config.task().contextLength())
                        .layout()
                        .size(),
                config.training().steps(),
                every == null ? 0 : every);
    }

    /** For people. */
    String description() {
        return NumberText.grouped(parameters) + " parameters, " + NumberText.grouped(steps) + " steps";
    }
}
