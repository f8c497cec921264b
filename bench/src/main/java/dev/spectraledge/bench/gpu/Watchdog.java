package dev.spectraledge.bench.gpu;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Notices that a part takes longer than it may: a call that waits for a kernel that hangs never returns. */
final class Watchdog implements AutoCloseable {
    private final Duration limit;
    private final Consumer<String> late;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("watchdog").factory());
    private ScheduledFuture<?> alarm;

    /** @param late is told, in a thread of its own, which part has taken the whole limit */
    Watchdog(Duration limit, Consumer<String> late) {
        this.limit = limit;
        this.late = late;
    }

    /** Starts the clock; the part before has ended. */
    void begins(String part) {
        alarm = clock.schedule(() -> late.accept(part), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    void ends() {
        alarm.cancel(false);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
