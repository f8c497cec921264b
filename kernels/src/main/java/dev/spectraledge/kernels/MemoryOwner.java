package dev.spectraledge.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The explicit owner of off-heap memory: everything allocated through it lives until {@link #close()} and not a moment
 * longer. A run, a model or an experiment has one owner; nothing is freed by the garbage collector.
 */
public final class MemoryOwner implements AutoCloseable {
    /** Alignment of every allocation in bytes: one cache line, and one AVX-512 register. */
    public static final long ALIGNMENT = 64;

    private static final Set<MemoryOwner> LIVE = ConcurrentHashMap.newKeySet();

    private final String name;
    private final Arena arena = Arena.ofShared();
    private final AtomicLong allocatedBytes = new AtomicLong();

    private MemoryOwner(String name) {
        this.name = name;
    }

    /** Opens an owner; {@code name} appears in error messages and in the leak check. */
    public static MemoryOwner open(String name) {
        MemoryOwner owner = new MemoryOwner(name);
        LIVE.add(owner);
        return owner;
    }

    /** Names of all owners that are open now; a test asserts that it leaves none behind. */
    public static List<String> live() {
        return LIVE.stream().map(MemoryOwner::name).sorted().toList();
    }

    /** Zeroed memory, aligned to {@link #ALIGNMENT}. */
    public MemorySegment allocate(long bytes) {
        if (!isOpen()) {
            throw new IllegalStateException("memory owner '" + name + "' is closed");
        }
        MemorySegment segment = arena.allocate(Math.max(bytes, 1), ALIGNMENT);
        allocatedBytes.addAndGet(bytes);
        return segment;
    }

    public String name() {
        return name;
    }

    /** Bytes handed out so far. */
    public long allocatedBytes() {
        return allocatedBytes.get();
    }

    public boolean isOpen() {
        return arena.scope().isAlive();
    }

    /** Frees everything; closing twice does nothing. */
    @Override
    public void close() {
        if (LIVE.remove(this)) {
            arena.close();
        }
    }
}
