package dev.spectraledge.analysis.watch;

import dev.spectraledge.analysis.offline.LearningRates;
import dev.spectraledge.analysis.offline.OfflineSettings;
import dev.spectraledge.analysis.report.LiveRun;
import dev.spectraledge.analysis.report.live.LiveSource;
import dev.spectraledge.analysis.report.live.LiveView;
import dev.spectraledge.analysis.report.sweep.LiveSweep;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What a folder is that somebody wants to watch, with its news and its page.
 *
 * @param watched its news
 * @param page what a live page shows of it
 */
public record WatchedFolder(Watched watched, LiveSource page) {
    /** Whether a folder is a run or a sweep of this program. */
    public static boolean isOurs(Path folder) {
        return RunDirectory.isOne(folder) || SweepPlan.isOne(folder);
    }

    /**
     * Recognises a folder.
     *
     * @param analysis what to analyse if it holds checkpoints of another program; null if it is {@link #isOurs ours}
     * @param rates asked before each analysis for the learning rates that the program has written down so far
     * @throws RunException with one line if there is no such folder
     */
    public static WatchedFolder of(
            Path folder, OfflineSettings analysis, Supplier<Optional<LearningRates>> rates, Workers workers) {
        if (!Files.isDirectory(folder)) {
            throw new RunException(folder + (Files.exists(folder) ? " is not a folder" : ": there is no such folder"));
        }
        if (SweepPlan.isOne(folder)) {
            SweepPlan plan = SweepPlan.read(folder);
            return new WatchedFolder(new WatchedSweep(plan), new LiveSweep(plan));
        }
        if (RunDirectory.isOne(folder)) {
            return new WatchedFolder(new WatchedRun(folder), new LiveRun(folder));
        }
        ReentrantLock writing = new ReentrantLock();
        return new WatchedFolder(
                new WatchedCheckpoints(analysis, rates, workers, writing),
                new Unhurried(new LiveRun(analysis.output()), writing));
    }

    /** Looks at tables only while nobody writes them anew. */
    private record Unhurried(LiveSource source, ReentrantLock writing) implements LiveSource {
        @Override
        public String title() {
            return source.title();
        }

        @Override
        public Object state() {
            return undisturbed(source::state);
        }

        @Override
        public LiveView view() {
            return undisturbed(source::view);
        }

        private <T> T undisturbed(Supplier<T> look) {
            writing.lock();
            try {
                return look.get();
            } finally {
                writing.unlock();
            }
        }
    }
}
