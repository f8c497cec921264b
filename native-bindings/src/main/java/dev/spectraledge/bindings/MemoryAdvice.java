package dev.spectraledge.bindings;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Tells the operating system what a process is going to do with mapped memory. */
public final class MemoryAdvice {
    /** POSIX_MADV_WILLNEED, which has this number on Linux and macOS. */
    private static final int WILL_NEED = 3;

    private static final long PAGE = 4096;

    private static final MethodHandle POSIX_MADVISE = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("posix_madvise"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));

    private MemoryAdvice() {}

    /**
     * Begins to read pages of a mapped file from the disk and does not wait for them. It is advice: where the system does not
     * take it, nothing happens.
     *
     * @param mapped memory of a mapped file
     * @return whether the system took it
     */
    public static boolean willNeed(MemorySegment mapped) {
        long from = mapped.address() / PAGE * PAGE;
        long bytes = mapped.address() + mapped.byteSize() - from;
        try {
            return (int) POSIX_MADVISE.invokeExact(from, bytes, WILL_NEED) == 0;
        } catch (Throwable t) {
            throw new AssertionError("posix_madvise takes an address, a length and an int", t);
        }
    }
}
