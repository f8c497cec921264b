package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.StatusLine;
import dev.spectraledge.trainer.run.TrainingProgress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** How far all runs of a process are, in one line. Makes garbage only when it prints. */
final class SweepProgress implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;
    /** Steps after which it is known how fast a run is. */
    private static final int PACED = 200;
    /** The first of them are slow, because Java still compiles what they run. */
    private static final int SLOW = 50;

    private final StatusLine line;
    private final SweepListener listener;
    private final int runs;
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong shownNanos;
    private long shownSteps;
    private int done;
    private int failed;
    private int running;

    /** @param runs how many there are, finished ones included */
    SweepProgress(StatusLine line, SweepListener listener, int runs) {
        this.line = line;
        this.listener = listener;
        this.runs = runs;
        this.shownNanos = new AtomicLong(line.now());
    }

    synchronized void running(int change) {
        running += change;
    }

    synchronized void done() {
        done++;
    }

    synchronized void failed() {
        failed++;
    }

    /** Makes room for somebody else's line. */
    synchronized void clear() {
        line.clear();
    }

    synchronized void message(String text) {
        line.message(text);
    }

    private void stepped(int runSteps) {
        steps.addAndGet(runSteps);
        long now = line.now();
        long shown = shownNanos.get();
        if (line.isDue(shown, now) && shownNanos.compareAndSet(shown, now)) {
            show(now - shown);
        }
    }

    private synchronized void show(long nanos) {
        long present = steps.get();
        double rate = (present - shownSteps) * NANOS_PER_SECOND / nanos;
        shownSteps = present;
        line.show(String.format(
                Locale.ROOT,
                "%d of %d runs done%s, %d running  %,.0f steps/s",
                done,
                runs,
                failed == 0 ? "" : ", " + failed + " failed",
                running,
                rate));
    }

    @Override
    public synchronized void close() {
        line.close();
    }

    /** Hears of runs that train side by side, and hands on what their claims should know. */
    TrainingProgress of(List<ClaimedRun> group) {
        return new OfGroup(group);
    }

    private final class OfGroup implements TrainingProgress {
        private final Claim[] claims;
        private final Map<RunDirectory, Claim> claimOf = new HashMap<>();
        private final PlannedRun first;
        private final String prefix;
        private int taken;
        private long slowUntil;

        OfGroup(List<ClaimedRun> group) {
            claims = group.stream().map(ClaimedRun::claim).toArray(Claim[]::new);
            first = group.getFirst().run();
            group.forEach(member -> claimOf.put(member.directory(), member.claim()));
            prefix = group.size() == 1 ? group.getFirst().run().id() + ", " : "";
        }

        @Override
        public void step(long number, double batchLoss) {
            try {
                for (int i = 0; i < claims.length; i++) {
                    claims[i].stepped(number);
                }
            } catch (ClaimLostException lost) {
                listener.claimLost(lost.getMessage());
                throw lost;
            }
            stepped(claims.length);
            pace();
        }

        private void pace() {
            taken++;
            if (taken == SLOW) {
                slowUntil = line.now();
            } else if (taken == PACED) {
                clear();
                double seconds = (line.now() - slowUntil) / NANOS_PER_SECOND;
                listener.paced(first, claims.length, seconds / (PACED - SLOW));
            }
        }

        /** The line does not show it. */
        @Override
        public void expectSteps(long total, boolean atMost) {}

        /** The line does not show it. */
        @Override
        public void evaluation(double trainAccuracy, double testLoss, double testAccuracy) {}

        @Override
        public void evaluated(RunDirectory run, double testLoss, double testAccuracy, long grokStep) {
            claimOf.get(run).evaluated(testLoss, testAccuracy, grokStep);
        }

        /** The line does not show it. */
        @Override
        public void runs(int ofGroup, int grokked, int ended) {}

        /** The line does not show it. */
        @Override
        public void spectrum(int edge, double gapRatio) {}

        @Override
        public void message(String text) {
            SweepProgress.this.message(prefix + text);
        }
    }
}
