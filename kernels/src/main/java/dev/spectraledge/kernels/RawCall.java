package dev.spectraledge.kernels;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells whoever frees memory of the calls that reach it by raw addresses, which the JVM does not see. A call begins before it
 * asks any tensor for its address and ends after its last access. An owner first refuses addresses, then waits until all calls
 * that may have got one before have ended, and only then frees. Instances live as long as the process, have one call at a time,
 * and cost it two atomic additions.
 */
public final class RawCall {
    private static final long PAUSE_NANOS = 1_000;
    private static final List<RawCall> ALL = new CopyOnWriteArrayList<>();

    /** Beginnings and ends so far; odd during a call. */
    private final AtomicLong boundaries = new AtomicLong();

    public RawCall() {
        ALL.add(this);
    }

    public void begin() {
        boundaries.incrementAndGet();
    }

    public void end() {
        boundaries.incrementAndGet();
    }

    /** Returns when every call that is in progress now has ended; not to be called during one. */
    static void awaitThoseInProgress() {
        for (RawCall call : ALL) {
            long seen = call.boundaries.get();
            while (seen % 2 != 0 && call.boundaries.get() == seen) {
                LockSupport.parkNanos(call, PAUSE_NANOS);
            }
        }
    }
}
