package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.trainer.RunException;
import java.util.Arrays;
import java.util.List;

/** Steps between the snapshots that one update spans. */
public final class Cadences {
    /** Window widths of every sweep. */
    public static final List<Integer> WIDTHS = List.of(3, 5, 8, 10, 20);

    private static final long[] STRIDES = {1, 10, 50, 100, 200, 500};

    private Cadences() {}

    /** That of the paper's runs with full snapshots; for tasks that the paper does not have that of the snapshots. */
    public static long published(StudiedRun run) {
        return published(run, Protocol.of(run.task()));
    }

    /** The same of one experiment, which may have taken other runs. */
    public static long published(StudiedRun run, String experiment) {
        return published(run, run.protocol(experiment));
    }

    private static long published(StudiedRun run, Protocol protocol) {
        boolean several = run.config().task().objectives().size() > 1;
        if (several && protocol.has(Parameter.SEVERAL_TASKS_CADENCE)) {
            return protocol.number(Parameter.SEVERAL_TASKS_CADENCE);
        }
        return protocol.has(Parameter.CADENCE) ? protocol.number(Parameter.CADENCE) : ofSnapshots(run);
    }

    /** The settings of a run that keeps a snapshot at every step that the {@link #published} cadence needs. */
    public static String settings(StudiedRun run) {
        Protocol protocol = Protocol.of(run.task());
        return settings(
                protocol.number(protocol.has(Parameter.CADENCE) ? Parameter.CADENCE : Parameter.ADVISED_CADENCE));
    }

    /** The settings of a run that keeps a snapshot every so many steps. */
    public static String settings(long every) {
        return "checkpoints.schedule=every checkpoints.every=" + every;
    }

    /** Those of a sweep for which the run has windows of as many updates as the width asks for. */
    public static List<Long> available(StudiedRun run, int width) {
        return Arrays.stream(STRIDES)
                .boxed()
                .filter(stride -> run.steps().stream()
                        .anyMatch(step -> SnapshotSteps.window(run.steps(), step, stride, width)
                                        .size()
                                == width + 1))
                .toList();
    }

    private static long ofSnapshots(StudiedRun run) {
        long[] steps = run.steps().stream().mapToLong(Long::longValue).toArray();
        if (steps.length < 2) {
            throw new RunException(
                    run.name() + ": a single snapshot has no updates; a run with " + settings(run) + " keeps more");
        }
        return steps[steps.length - 1] - steps[steps.length - 2];
    }
}
