package dev.spectraledge.analysis.watch;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Looks at a folder until it is over, nothing has come for a while, or somebody asks for the end. */
public final class Watch {
    private final Watched watched;
    private final Consumer<List<String>> news;
    private final Clock clock;
    private final Duration every;
    private final Optional<Duration> untilIdle;

    /** Time, as it passes here. */
    public interface Clock {
        /** Since some moment. */
        Duration now();

        /** Lets time pass; returns early if the thread is interrupted. */
        void pause(Duration length);
    }

    /**
     * Prepares to look.
     *
     * @param news hears of every look that brought something
     * @param every from one look to the next
     * @param untilIdle ends the watch when nothing has come for so long; empty for never
     */
    public Watch(
            Watched watched, Consumer<List<String>> news, Clock clock, Duration every, Optional<Duration> untilIdle) {
        this.watched = watched;
        this.news = news;
        this.clock = clock;
        this.every = every;
        this.untilIdle = untilIdle;
    }

    /**
     * Looks, and looks again.
     *
     * @param stop asks for the end
     */
    public void run(BooleanSupplier stop) {
        Duration latest = clock.now();
        while (true) {
            List<String> lines = watched.look();
            if (!lines.isEmpty()) {
                news.accept(lines);
                latest = clock.now();
            }
            if (stop.getAsBoolean()) {
                return;
            }
            if (watched.isOver() || isIdle(latest)) {
                List<String> last = watched.finish();
                if (!last.isEmpty()) {
                    news.accept(last);
                }
                return;
            }
            clock.pause(every);
        }
    }

    private boolean isIdle(Duration latest) {
        return untilIdle.isPresent() && clock.now().minus(latest).compareTo(untilIdle.get()) >= 0;
    }
}
