package dev.spectraledge.trainer.sweep;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How long files have looked the same to this process, by its own clock. Whoever holds a run keeps changing its claim, so one
 * that stays as it is has been abandoned, whatever the time is that the file system gives it: that may lie in the future.
 */
final class ClaimWatch {
    private final LongSupplier nanos;
    private final Map<Path, Sight> sights = new ConcurrentHashMap<>();

    private record Sight(Object look, long since) {}

    /** @param nanos a clock that nobody sets, such as {@link System#nanoTime} */
    ClaimWatch(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Takes a look at a file; true if it has been the same at each look for longer than a limit.
     *
     * @param look what is compared
     */
    boolean isUnchanged(Path file, Object look, Duration limit) {
        long now = nanos.getAsLong();
        Sight sight = sights.compute(
                file, (key, earlier) -> earlier != null && earlier.look.equals(look) ? earlier : new Sight(look, now));
        return now - sight.since > limit.toNanos();
    }
}
