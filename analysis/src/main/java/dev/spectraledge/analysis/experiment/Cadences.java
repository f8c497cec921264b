package dev.spectraledge.analysis.experiment;

import dev.spectraledge.trainer.RunException;

/** Steps between the snapshots that one update spans. */
public final class Cadences {
    private Cadences() {}

    /** That of the paper's runs with full snapshots: 100 for Dyck, 500 for SCAN; for other tasks that of the snapshots. */
    public static long published(StudiedRun run) {
        return switch (run.task()) {
            case "dyck" -> 100;
            case "scan" -> 500;
            default -> ofSnapshots(run);
        };
    }

    private static long ofSnapshots(StudiedRun run) {
        long[] steps = run.steps().stream().mapToLong(Long::longValue).toArray();
        if (steps.length < 2) {
            throw new RunException(run.name() + ": a single snapshot has no updates");
        }
        return steps[steps.length - 1] - steps[steps.length - 2];
    }
}
