package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepListener;
import java.util.HashSet;
import java.util.Set;

/** Tells on the console what happens to the runs of a sweep. */
final class SweepConsole implements SweepListener {
    private final Sedge sedge;
    private final String continuation;
    private final Set<String> noted = new HashSet<>();

    /** @param continuation how the other runs of a process go on that had to end */
    SweepConsole(Sedge sedge, String continuation) {
        this.sedge = sedge;
        this.continuation = continuation;
    }

    @Override
    public void failed(PlannedRun run, String reason, Throwable cause) {
        say("run " + run.id() + " (" + run.description() + ") failed: " + reason);
        if (cause != null) {
            sedge.debug(cause);
        }
    }

    @Override
    public synchronized void noted(String line) {
        if (noted.add(line)) {
            say(line);
        }
    }

    @Override
    public void waiting(int runs, PlannedRun first, String holder) {
        say("waiting for " + runs + (runs == 1 ? " run" : " runs") + " that others compute, such as " + first.id()
                + " (" + holder + ")");
    }

    /** Nothing that closes files or writes buffers may run any more. */
    @Override
    public void claimLost(String reason) {
        say(reason + "; this process ends, its other runs go on " + continuation);
        sedge.console().flush();
        Runtime.getRuntime().halt(StopSignals.TRY_AGAIN);
    }

    private void say(String line) {
        sedge.console().say(line);
    }
}
