package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A small part of the reference's Dyck run (seed 42, weight decay 1): all weights of step 200 and the attention matrices of
 * steps 0 and 100, so that the window at step 200 is complete.
 */
public final class DyckExtract {
    /** The only step at which a window ends. */
    public static final long STEP = 200;

    private DyckExtract() {}

    public static StudiedRun open() {
        return StudiedRun.of(folder(), configuration(), TestBackends.HOST);
    }

    static Path folder() {
        try {
            return Path.of(DyckExtract.class.getResource("dyck_s42").toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** That of the reference's run. */
    public static RunConfig configuration() {
        return new ConfigResolver()
                .flags(Map.of("task.name", "dyck"))
                .override("training.weightDecay=1")
                .resolve();
    }

    /** Step 200 is pre-grok, and there is no other phase. */
    public static PhaseSteps phases() {
        return PhaseSteps.everywhere("test", Map.of(Phase.PRE_GROK, STEP));
    }
}
