package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.bindings.MemoryAdvice;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Has the disk read what comes next in files that are walked through side by side, a stretch of each at a time. What is in
 * memory already, by the look of its first page, is left alone.
 */
final class ReadAhead {
    /** Of all files together. */
    private static final long BYTES_AHEAD = 1L << 28;

    /** Of each file; what is asked for at once should neither be so little that a disk seeks, nor crowd out what is read now. */
    private static final long STRETCH_ELEMENTS = 1 << 19;

    private final List<List<StoredTensor>> order;
    private int tensor;
    private long element;
    private long advised;

    /** @param order tensors that are read side by side, in the order in which they are */
    ReadAhead(List<List<StoredTensor>> order) {
        this.order = order;
    }

    /** Called before so many bytes from the beginning, of all files together, are read. */
    synchronized void before(long bytes) {
        while (tensor < order.size() && advised < bytes + BYTES_AHEAD) {
            List<StoredTensor> sideBySide = order.get(tensor);
            long elements = sideBySide.getFirst().elements();
            long count = Math.min(STRETCH_ELEMENTS, elements - element);
            for (StoredTensor stored : sideBySide) {
                int size = stored.type().bytes();
                advise(stored.data().asSlice(element * size, count * size));
                advised += count * size;
            }
            element += count;
            if (element == elements) {
                tensor++;
                element = 0;
            }
        }
    }

    private static void advise(MemorySegment stretch) {
        if (stretch.isMapped() && !stretch.asSlice(0, 1).isLoaded()) {
            MemoryAdvice.willNeed(stretch);
        }
    }
}
