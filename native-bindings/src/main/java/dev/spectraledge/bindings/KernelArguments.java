package dev.spectraledge.bindings;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The arguments of one kernel launch in off-heap memory, each in a slot of 8 bytes. Adding arguments and launching
 * allocate nothing, so one object may be cleared and filled again for every launch.
 */
public final class KernelArguments {
    private static final long SLOT = Long.BYTES;

    private final int capacity;
    private final MemorySegment values;
    private final MemorySegment pointers;
    private int count;

    /**
     * @param arena owns the memory
     * @param capacity largest number of arguments
     */
    public KernelArguments(Arena arena, int capacity) {
        this.capacity = capacity;
        this.values = arena.allocate(Math.max(1, capacity) * SLOT, SLOT);
        this.pointers = arena.allocate(Math.max(1, capacity) * SLOT, SLOT);
        for (int slot = 0; slot < capacity; slot++) {
            pointers.set(ADDRESS, slot * SLOT, values.asSlice(slot * SLOT, SLOT));
        }
    }

    /** Forgets all arguments. */
    public KernelArguments clear() {
        count = 0;
        return this;
    }

    /** Adds a pointer to device memory. */
    public KernelArguments addPointer(MemorySegment device) {
        values.set(JAVA_LONG, next(), device.address());
        return this;
    }

    /** Adds an {@code int}. */
    public KernelArguments addInt(int value) {
        values.set(JAVA_INT, next(), value);
        return this;
    }

    /** Adds a {@code long long}. */
    public KernelArguments addLong(long value) {
        values.set(JAVA_LONG, next(), value);
        return this;
    }

    /** Adds a {@code float}. */
    public KernelArguments addFloat(float value) {
        values.set(JAVA_FLOAT, next(), value);
        return this;
    }

    /** Adds a {@code double}. */
    public KernelArguments addDouble(double value) {
        values.set(JAVA_DOUBLE, next(), value);
        return this;
    }

    private long next() {
        if (count == capacity) {
            throw new IllegalStateException("more than " + capacity + " kernel arguments");
        }
        return count++ * SLOT;
    }

    /** Arguments added so far. */
    public int count() {
        return count;
    }

    /** The {@code void**} that the driver takes. */
    MemorySegment pointers() {
        return pointers;
    }
}
