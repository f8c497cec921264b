package dev.spectraledge.bindings;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The arguments of one kernel launch in off-heap memory, each in a slot of 8 bytes. A structure that is passed by value
 * takes a slot for each member, and each member must be aligned to 8 bytes. Adding arguments and launching allocate
 * nothing, so one object may be cleared and filled again for every launch.
 */
public final class KernelArguments {
    private static final long SLOT = Long.BYTES;

    private final int capacity;
    private final MemorySegment values;
    private final MemorySegment pointers;
    private int slots;
    private int count;
    private boolean inStructure;

    /**
     * @param arena owns the memory
     * @param capacity largest number of slots
     */
    public KernelArguments(Arena arena, int capacity) {
        this.capacity = capacity;
        this.values = arena.allocate(Math.max(1, capacity) * SLOT, SLOT);
        this.pointers = arena.allocate(Math.max(1, capacity) * SLOT, SLOT);
    }

    /** Forgets all arguments. */
    public KernelArguments clear() {
        slots = 0;
        count = 0;
        inStructure = false;
        return this;
    }

    /** Begins a structure: what is added until {@link #endStructure} is a member of it. */
    public KernelArguments beginStructure() {
        beginArgument();
        inStructure = true;
        return this;
    }

    /** Ends the structure that was begun. */
    public KernelArguments endStructure() {
        inStructure = false;
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

    /** Adds a {@code long long}, or a pointer as its address. */
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

    private void beginArgument() {
        requireRoom();
        pointers.set(JAVA_LONG, count * SLOT, values.address() + slots * SLOT);
        count++;
    }

    private long next() {
        requireRoom();
        if (!inStructure) {
            beginArgument();
        }
        return slots++ * SLOT;
    }

    private void requireRoom() {
        if (slots == capacity) {
            throw new IllegalStateException("kernel arguments of more than " + capacity + " slots of 8 bytes");
        }
    }

    /** Arguments added so far; a structure is one. */
    public int count() {
        return count;
    }

    /** The {@code void**} that the driver takes. */
    MemorySegment pointers() {
        return pointers;
    }
}
