package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunInUseException;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.run.StatusLine;
import dev.spectraledge.trainer.training.StopRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Computes the runs of a sweep that are not done yet, several at once, while other processes may do the same. A run is
 * claimed before anything is written into its directory; a failure ends that run only.
 *
 * <p>Runs that train side by side share nothing but the process: where something goes wrong that is not clearly the fault
 * of one of them, each goes on alone from its own state, and the one whose fault it is fails alone.
 */
public final class SweepExecution {
    private static final long POLL_MILLIS = 500;

    private final SweepPlan plan;
    private final SweepSettings settings;
    private final RunComputation computation;
    private final SweepListener listener;
    private final StopRequest stopRequest;
    private final ClaimWatch watch = new ClaimWatch(System::nanoTime);
    private final Heartbeat heartbeat;
    private final SweepProgress progress;

    /** What nobody has looked at yet, or somebody else held when it was looked at; in the order of the plan. */
    private final List<PlannedRun> waiting;

    /** Ids of runs that must not train side by side with others any more. */
    private final Set<String> alone = new HashSet<>();

    private int done;
    private int failed;
    private int failedEarlier;
    private int stopped;
    private boolean saidWaiting;

    private SweepExecution(
            SweepPlan plan,
            List<PlannedRun> runs,
            SweepSettings settings,
            RunComputation computation,
            SweepListener listener,
            StopRequest stopRequest,
            StatusLine line) {
        this.plan = plan;
        this.settings = settings;
        this.computation = computation;
        this.listener = listener;
        this.stopRequest = stopRequest;
        waiting = new ArrayList<>(runs);
        heartbeat = new Heartbeat(settings.claimLimit());
        progress = new SweepProgress(line, listener, runs.size());
    }

    /**
     * Computes runs until all are done or failed, or until it is asked to stop.
     *
     * @param runs of the plan
     * @param line shows how far it is
     */
    public static SweepOutcome run(
            SweepPlan plan,
            List<PlannedRun> runs,
            SweepSettings settings,
            RunComputation computation,
            SweepListener listener,
            StopRequest stopRequest,
            StatusLine line) {
        SweepExecution execution = new SweepExecution(plan, runs, settings, computation, listener, stopRequest, line);
        try (execution.heartbeat;
                execution.progress) {
            return execution.run();
        }
    }

    private SweepOutcome run() {
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(
                settings.parallel(), Thread.ofPlatform().name("sweep-", 0).factory())) {
            for (int worker = 0; worker < settings.parallel(); worker++) {
                workers.add(pool.submit(this::work));
            }
        }
        for (Future<?> worker : workers) {
            if (worker.state() == Future.State.FAILED) {
                throw new IllegalStateException("a sweep's worker has failed", worker.exceptionNow());
            }
        }
        return outcome();
    }

    private synchronized SweepOutcome outcome() {
        return new SweepOutcome(done, failed, failedEarlier, waiting.size() + stopped);
    }

    private void work() {
        try {
            for (List<ClaimedRun> group = next(); !group.isEmpty(); group = next()) {
                compute(group);
            }
        } catch (RuntimeException | Error failure) {
            stopRequest.make();
            throw failure;
        }
    }

    /** Runs to train side by side, often only one; none if there is nothing left to do. Waits for other processes. */
    private synchronized List<ClaimedRun> next() {
        try {
            while (!stopRequest.isMade()) {
                List<ClaimedRun> group = claimWaiting();
                if (!group.isEmpty() || waiting.isEmpty()) {
                    return group;
                }
                sayWaiting();
                wait(POLL_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return List.of();
    }

    private void sayWaiting() {
        RunStatus first = RunStatus.of(plan, waiting.getFirst(), settings.claimLimit());
        if (!saidWaiting && first.holder() != null) {
            saidWaiting = true;
            progress.clear();
            listener.waiting(waiting.size(), first.run(), first.holder());
        }
    }

    private List<ClaimedRun> claimWaiting() {
        List<ClaimedRun> group = new ArrayList<>();
        Iterator<PlannedRun> runs = waiting.iterator();
        while (runs.hasNext() && hasRoom(group)) {
            PlannedRun run = runs.next();
            if (fits(run, group) && take(run, group)) {
                runs.remove();
            }
        }
        return group;
    }

    private boolean hasRoom(List<ClaimedRun> group) {
        return group.isEmpty()
                || (group.size() < settings.axis()
                        && !alone.contains(group.getFirst().run().id()));
    }

    private boolean fits(PlannedRun run, List<ClaimedRun> group) {
        return group.isEmpty()
                || (!alone.contains(run.id())
                        && RunAxis.key(run).equals(RunAxis.key(group.getFirst().run())));
    }

    /**
     * Claims a run and adds it to a group, unless it has ended or cannot be begun.
     *
     * @return whether nothing is left to be done but to compute the group; otherwise it is to be tried again later
     */
    private boolean take(PlannedRun run, List<ClaimedRun> group) {
        if (hasEnded(run)) {
            return true;
        }
        Path directory = plan.directory(run);
        Claim claim = null;
        try {
            makeDirectory(directory);
            Optional<Claim> claimed = Claim.acquire(directory, settings.claimLimit(), watch);
            if (claimed.isEmpty()) {
                return false;
            }
            claim = claimed.get();
            heartbeat.add(claim);
            // Somebody else may have ended it just now.
            if (hasEnded(run)) {
                return true;
            }
            if (RunStatus.of(plan, run, settings.claimLimit()).state() == SweptState.DONE) {
                computation.report(directory);
                succeeded();
                return true;
            }
            if (!group.isEmpty()
                    && stepOf(directory) != stepOf(group.getFirst().directory().root())) {
                return false;
            }
            RunConfig config = run.config();
            Files.deleteIfExists(plan.failure(run));
            group.add(new ClaimedRun(run, claim, RunDirectory.begin(directory, config, listener::noted)));
            claim = null;
            return true;
        } catch (RunInUseException other) {
            return false;
        } catch (IOException failure) {
            recordFailure(run, null, RunException.of("cannot write", plan.failure(run), failure));
            return true;
        } catch (RuntimeException failure) {
            recordFailure(run, null, failure);
            return true;
        } finally {
            if (claim != null) {
                heartbeat.release(claim);
            }
        }
    }

    private static void makeDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw RunException.of("cannot create run directory", directory, failure);
        }
    }

    /** Whether there is nothing to do for a run; then it is counted. */
    private boolean hasEnded(PlannedRun run) {
        SweptState state = RunStatus.of(plan, run, settings.claimLimit()).state();
        if (state == SweptState.DONE && computation.isReported(plan.directory(run))) {
            succeeded();
            return true;
        }
        if (state == SweptState.FAILED && !settings.retryFailed()) {
            failedEarlier++;
            progress.failed();
            return true;
        }
        return false;
    }

    /** The step that a run goes on after; negative if it is new. */
    private static long stepOf(Path directory) {
        Path file = RunDirectory.resumeState(directory);
        if (Files.notExists(file)) {
            return -1;
        }
        try (ResumeState state = ResumeState.open(file)) {
            return state.step();
        }
    }

    private void compute(List<ClaimedRun> group) {
        List<PlannedRun> again = new ArrayList<>();
        progress.running(group.size());
        List<RunDirectory> directories =
                group.stream().map(ClaimedRun::directory).toList();
        try (RunGroup runs =
                directories.size() == 1 ? RunGroup.of(directories.getFirst()) : RunGroup.sideBySide(directories)) {
            try {
                computation.train(runs, progress.of(group), stopRequest);
                group.forEach(this::conclude);
            } catch (RuntimeException | OutOfMemoryError failure) {
                again.addAll(conclude(group, failure));
            }
        } finally {
            group.forEach(member -> heartbeat.release(member.claim()));
            progress.running(-group.size());
        }
        goOnAlone(again);
    }

    /** What is left to do after a failure that nobody has taken on. */
    private List<PlannedRun> conclude(List<ClaimedRun> group, Throwable failure) {
        if (group.size() == 1) {
            recordFailure(group.getFirst().run(), group.getFirst().directory(), failure);
            return List.of();
        }
        List<PlannedRun> again = new ArrayList<>();
        for (ClaimedRun member : group) {
            SweptState state =
                    RunStatus.of(plan, member.run(), settings.claimLimit()).state();
            if (state == SweptState.DONE || state == SweptState.FAILED) {
                conclude(member);
            } else {
                again.add(member.run());
            }
        }
        return again;
    }

    private synchronized void goOnAlone(List<PlannedRun> runs) {
        waiting.addAll(0, runs);
        runs.forEach(run -> alone.add(run.id()));
        notifyAll();
    }

    private void conclude(ClaimedRun member) {
        try {
            RunState state = member.directory().state();
            if (state == RunState.DONE) {
                if (!computation.isReported(member.directory().root())) {
                    computation.report(member.directory().root());
                }
                succeeded();
            } else if (state == RunState.FAILED) {
                Object reason = member.directory().readSummary().get(RunDirectory.ERROR);
                announceFailure(member.run(), String.valueOf(reason), null);
            } else {
                stopped();
            }
        } catch (RuntimeException failure) {
            recordFailure(member.run(), member.directory(), failure);
        }
    }

    private synchronized void succeeded() {
        done++;
        progress.done();
    }

    private synchronized void stopped() {
        stopped++;
    }

    /** @param directory null if it could not be opened */
    private void recordFailure(PlannedRun run, RunDirectory directory, Throwable failure) {
        announceFailure(run, FailureRecord.write(plan, run, directory, failure), failure);
    }

    private synchronized void announceFailure(PlannedRun run, String reason, Throwable cause) {
        failed++;
        progress.failed();
        progress.clear();
        listener.failed(run, reason, cause);
        if (settings.failFast()) {
            stopRequest.make();
        }
    }
}
