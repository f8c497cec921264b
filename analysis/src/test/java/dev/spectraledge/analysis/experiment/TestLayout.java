package dev.spectraledge.analysis.experiment;

import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.training.RunInputs;
import java.util.List;

/** How the parameters of a configuration lie in memory. */
public final class TestLayout {
    private TestLayout() {}

    public static ParameterLayout of(RunConfig config) {
        try (RunInputs inputs = new RunInputs(List.of(config))) {
            return inputs.setup().architecture().layout();
        }
    }
}
