package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Numbers in tensors that kernels had to refuse: the first one that any of them found since the last time we looked. */
final class Faults {
    /** Words of the kernels' {@code struct Fault}. */
    static final int WORDS = 4;

    static final int TOKEN = 1;
    static final int POSITION = 2;
    private static final int TARGET = 3;
    private static final int KEYS = 4;

    private final CudaMemory memory;
    private final Tensor record;
    private final MemorySegment copy;

    /** @param copy host memory of {@link #WORDS} integers */
    Faults(CudaMemory memory, Tensor record, MemorySegment copy) {
        this.memory = memory;
        this.record = record;
        this.copy = copy;
        if (record.type() != DType.INT32 || record.elements() != WORDS) {
            throw new IllegalArgumentException("the record of faults is " + record);
        }
    }

    /** Where kernels report. */
    long address() {
        return record.deviceAddress();
    }

    /** Begins to copy the record to the host; {@link #check} looks at it once that is done. */
    void fetch() {
        memory.download(record, copy);
    }

    /** Throws if the record that was fetched holds a fault, and forgets it. */
    void check() {
        int kind = word(0);
        if (kind != 0) {
            String message = message(kind, word(1), word(2), word(3));
            memory.clear(record);
            copy.fill((byte) 0);
            throw new IllegalArgumentException(message);
        }
    }

    private int word(int index) {
        return copy.getAtIndex(ValueLayout.JAVA_INT, index);
    }

    private static String message(int kind, int value, int place, int bound) {
        return switch (kind) {
            case TOKEN -> "token " + value + " in row " + place + " is outside its table of " + bound + " rows";
            case POSITION -> "position " + value + " in row " + place + " is outside its table of " + bound + " rows";
            case TARGET -> "target " + value + " in row " + place + " is not one of " + bound + " classes";
            case KEYS -> "sequence " + place + " has " + value + " keys, probabilities hold " + bound;
            default -> throw new IllegalStateException("a kernel reported an unknown kind of fault: " + kind);
        };
    }
}
