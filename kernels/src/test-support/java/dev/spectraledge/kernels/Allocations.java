package dev.spectraledge.kernels;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Garbage of the calling thread, for the tests of every module from this one on. What is measured does not depend on the
 * machine's load: a step is called a bounded number of times, and between batches of calls the JVM is given the time to finish
 * whatever it has begun to compile.
 */
public final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String COMPILER_QUEUE = "compilerQueue";
    private static final int CALLS = 500;
    private static final int BATCHES = 100;

    private Allocations() {}

    /**
     * Bytes that the calling thread allocates in a call after warm-up, on average over a batch: the least of many
     * batches, because only compiled code is free of temporaries.
     */
    public static double bytesPerCall(Runnable step) {
        return bytesPerCall(step, () -> {});
    }

    /** The same; what {@code afterBatch} allocates, called after every {@value #CALLS} calls, does not count. */
    public static double bytesPerCall(Runnable step, Runnable afterBatch) {
        double least = Double.POSITIVE_INFINITY;
        for (int batch = 0; least > 0 && batch < BATCHES; batch++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < CALLS; call++) {
                step.run();
            }
            least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) CALLS);
            afterBatch.run();
            awaitCompiler();
        }
        return least;
    }

    /** Bytes that the calling thread allocates in one call. */
    public static long bytes(Runnable call) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        call.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** Returns when no method is being compiled or waits for it. */
    private static void awaitCompiler() {
        // Methods are listed as class::method.
        while (compilerQueue().contains("::")) {
            Thread.onSpinWait();
        }
    }

    private static String compilerQueue() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            COMPILER_QUEUE,
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IllegalStateException("this JVM does not tell what it compiles", e);
        }
    }
}
