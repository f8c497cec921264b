package dev.spectraledge.trainer.training;

import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.run.RunDirectory;
import java.util.Map;
import java.util.Optional;

/** Adds to the directory of a run that has come to its end. */
@FunctionalInterface
public interface EndListener {
    /**
     * Called when all that the run leaves is on disk; the directory says only afterwards that the run is done.
     *
     * @param summary the run's
     * @param weights {@code [1, P]} at its end, where the training has them, for the time of this call; empty if they have
     *     changed since, as those of other runs beside it
     */
    void ended(RunDirectory run, Map<String, Object> summary, Optional<Parameters> weights);
}
