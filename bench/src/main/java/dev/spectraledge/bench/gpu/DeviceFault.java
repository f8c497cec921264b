package dev.spectraledge.bench.gpu;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.bindings.CudaException;

/** Faults after which a context answers every call with the same error, for as long as the process lives. */
final class DeviceFault {
    private static final int FIRST = 700;
    private static final int LAST = 799;

    private DeviceFault() {}

    /** Whether such a fault is behind a failure: in it or its causes, or in what the device answers now. */
    static boolean isBehind(Throwable failure) {
        for (Throwable thrown = failure; thrown != null; thrown = thrown.getCause()) {
            if (isSticky(thrown)) {
                return true;
            }
        }
        // Libraries have statuses of their own, which do not tell.
        try {
            return CudaDriver.currentContext().isPresent() && synchronizes();
        } catch (CudaException e) {
            return isSticky(e);
        } catch (RuntimeException | LinkageError e) {
            return false; // there is no driver
        }
    }

    private static boolean synchronizes() {
        CudaDriver.synchronize();
        return false;
    }

    private static boolean isSticky(Throwable thrown) {
        return thrown instanceof CudaException cuda && cuda.code() >= FIRST && cuda.code() <= LAST;
    }
}
