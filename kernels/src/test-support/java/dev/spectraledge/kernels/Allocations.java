package dev.spectraledge.kernels;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Garbage of the calling thread, for the tests of every module from this one on. */
public final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CALLS = 500;
    private static final int BATCHES = 200;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private Allocations() {}

    /**
     * Bytes that the calling thread allocates in a call after warm-up, on average over a batch: the least of many
     * batches, because only compiled code is free of temporaries and when that comes depends on the machine's load.
     */
    public static double bytesPerCall(Runnable step) {
        return bytesPerCall(step, () -> {});
    }

    /** The same; what {@code afterBatch} allocates, called after every {@value #CALLS} calls, does not count. */
    public static double bytesPerCall(Runnable step, Runnable afterBatch) {
        double least = Double.POSITIVE_INFINITY;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        // The compiler works beside the program and may lag behind it: whoever still makes garbage is given more time.
        for (int batch = 0; (least > 0 && batch < BATCHES) || (least >= 1 && System.nanoTime() < deadline); batch++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < CALLS; call++) {
                step.run();
            }
            least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) CALLS);
            afterBatch.run();
        }
        return least;
    }

    /** Bytes that the calling thread allocates in one call. */
    public static long bytes(Runnable call) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        call.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
