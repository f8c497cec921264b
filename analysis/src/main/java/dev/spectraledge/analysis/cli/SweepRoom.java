package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.ByteCount;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.util.Arrays;
import java.util.List;

/** Refuses a sweep before any of its runs begins, if there is one for which a device has no room, or several at once. */
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

    /**
     * Looks at the largest of those that are not done together.
     *
     * @param atOnce runs that train at the same time, at most
     * @throws UsageException that names how many could
     */
    static void requireAtOnce(ComputeDevice host, SweepPlan plan, int atOnce) {
        double[] needs = plan.runs().stream()
                .filter(run -> RunStatus.of(plan, run).state() != SweptState.DONE)
                .mapToDouble(run -> host.need(run.config()))
                .toArray();
        requireAtOnce(needs, atOnce, host.memory());
    }

    /**
     * The same by numbers.
     *
     * @param needs bytes of the runs, each of which has room alone
     * @param there bytes that there are
     */
    static void requireAtOnce(double[] needs, int atOnce, double there) {
        double[] ascending = Arrays.stream(needs).sorted().toArray();
        double together = 0;
        for (int runs = 1; runs <= Math.min(atOnce, needs.length); runs++) {
            together += ascending[needs.length - runs];
            if (together > there) {
                throw new UsageException("the " + runs + " largest runs at once need at least "
                        + ByteCount.text(together) + " of memory; this machine has " + ByteCount.text(there)
                        + ", enough for --parallel " + (runs - 1));
            }
        }
    }
}
