package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.util.List;

/** Refuses a sweep before any of its runs begins, if there is one for which a device has no room. */
final class SweepRoom {
    private SweepRoom() {}

    /**
     * Looks at each run alone.
     *
     * @param runs of the plan; those that are done may have been computed elsewhere
     * @throws UsageException that names the run and the keys which are to blame
     */
    static void require(ComputeDevice device, SweepPlan plan, List<PlannedRun> runs) {
        for (PlannedRun run : runs) {
            RunConfig config = run.config();
            try {
                device.requireRoomFor(config, 1);
            } catch (UsageException tooLarge) {
                if (RunStatus.of(plan, run).state() != SweptState.DONE) {
                    throw new UsageException(
                            "run " + run.id() + " (" + run.description() + "): " + tooLarge.getMessage(), tooLarge);
                }
            }
        }
    }
}
