package dev.spectraledge.analysis.offline;

import dev.spectraledge.bindings.MemoryAdvice;
import java.lang.foreign.MemorySegment;

/**
 * Has the disk read what comes next in files that are walked through side by side, a stretch of each at a time. Files whose next
 * stretch is in memory already are left alone.
 */
final class ReadAhead {
    /** Of all files together. */
    private static final long BYTES_AHEAD = 1L << 27;

    private static final long LEAST_STRETCH = 1 << 18;
    private static final long GREATEST_STRETCH = 1 << 23;

    private final long stretch;

    /** @param files that are walked through side by side */
    ReadAhead(int files) {
        stretch = Math.clamp(BYTES_AHEAD / files, LEAST_STRETCH, GREATEST_STRETCH);
    }

    /** Called before bytes {@code [from, to)} of a tensor are read, after all before them. */
    void before(MemorySegment tensor, long from, long to) {
        if (from == 0) {
            advise(tensor, 0);
        }
        for (long begin = (from + stretch - 1) / stretch * stretch; begin < to; begin += stretch) {
            advise(tensor, begin + stretch);
        }
    }

    private void advise(MemorySegment tensor, long from) {
        if (from < tensor.byteSize()) {
            MemorySegment next = tensor.asSlice(from, Math.min(stretch, tensor.byteSize() - from));
            if (next.isMapped() && !next.asSlice(0, 1).isLoaded()) {
                MemoryAdvice.willNeed(next);
            }
        }
    }
}
