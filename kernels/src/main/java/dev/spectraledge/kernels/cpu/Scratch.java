package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.RawCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Working memory of one call, lent from a small pool that lives as long as the process: a backend has no owner that
 * could free it, and a call must not allocate. There is at most one block per call in progress; a block that has become
 * too small is replaced by one of at least twice its size. Whoever has a block may use addresses of tensors: their owners wait
 * for its return before they free them.
 */
final class Scratch implements AutoCloseable {
    /** Bytes of two vectors of any width, which is all that many kernels need. */
    static final long LANES = 1024;

    private static final int SLOTS = 512;
    private static final int STRIDE = 16;
    private static final long ALIGNMENT = 64;
    private static final AtomicReferenceArray<Scratch> POOL = new AtomicReferenceArray<>(SLOTS * STRIDE);

    private final RawCall call = new RawCall();
    private MemorySegment memory;

    private Scratch(long bytes) {
        memory = Arena.global().allocate(bytes, ALIGNMENT);
    }

    /** A block for a call that needs no working memory, only its tensors to stay. */
    static Scratch borrow() {
        return borrow(0);
    }

    /** A block of at least {@code bytes}; the caller gives it back with {@link #close}. */
    static Scratch borrow(long bytes) {
        Scratch scratch = take(bytes);
        scratch.call.begin();
        return scratch;
    }

    private static Scratch take(long bytes) {
        int start = slot();
        for (int probe = 0; probe < SLOTS; probe++) {
            int slot = (start + probe) % SLOTS * STRIDE;
            Scratch scratch = POOL.get(slot) == null ? null : POOL.getAndSet(slot, null);
            if (scratch != null) {
                scratch.ensure(bytes);
                return scratch;
            }
        }
        return new Scratch(Math.max(bytes, LANES));
    }

    /** Puts the block back where the next call of this thread finds it, still in its cache. */
    @Override
    public void close() {
        call.end();
        int start = slot();
        for (int probe = 0; probe < SLOTS; probe++) {
            if (POOL.compareAndSet((start + probe) % SLOTS * STRIDE, null, this)) {
                return;
            }
        }
        throw new IllegalStateException("more than " + SLOTS + " calls of the CPU backend at once");
    }

    long address() {
        return memory.address();
    }

    private void ensure(long bytes) {
        if (memory.byteSize() < bytes) {
            memory = Arena.global().allocate(Math.max(bytes, 2 * memory.byteSize()), ALIGNMENT);
        }
    }

    private static int slot() {
        return (int) (Thread.currentThread().threadId() % SLOTS);
    }
}
