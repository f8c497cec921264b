package dev.spectraledge.kernels;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;
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
    private final Deque<Runnable> closeActions = new ArrayDeque<>();
    private volatile boolean closing;

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
        requireOpen();
        MemorySegment segment = arena.allocate(Math.max(bytes, 1), ALIGNMENT);
        allocatedBytes.addAndGet(bytes);
        return segment;
    }

    /** Memory that something else provides, as a segment that ends with this owner. */
    public MemorySegment foreignSegment(long address, long bytes) {
        requireOpen();
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
    }

    /** A whole file, read where and when it is looked at, until this owner closes; the channel may be closed before. */
    public MemorySegment map(FileChannel file) throws IOException {
        requireOpen();
        return file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
    }

    /** Runs {@code action} when this owner closes, before its memory goes; later actions run first. */
    public void onClose(Runnable action) {
        synchronized (closeActions) {
            requireOpen();
            closeActions.push(action);
        }
    }

    private void requireOpen() {
        if (!isOpen()) {
            throw new IllegalStateException("memory owner '" + name + "' is closed");
        }
    }

    public String name() {
        return name;
    }

    /** Bytes handed out so far. */
    public long allocatedBytes() {
        return allocatedBytes.get();
    }

    public boolean isOpen() {
        return !closing;
    }

    /**
     * Refuses further use, waits for {@linkplain RawCall calls in progress} and frees everything, even if an action of {@link
     * #onClose} fails; closing what is closed does nothing. Fails while a native call has the memory; it is then not freed, and
     * closing can be tried again.
     */
    @Override
    public void close() {
        closing = true;
        RawCall.awaitThoseInProgress();
        synchronized (closeActions) {
            if (arena.scope().isAlive()) {
                try {
                    runCloseActions();
                } finally {
                    arena.close();
                    LIVE.remove(this);
                }
            }
        }
    }

    private void runCloseActions() {
        RuntimeException failure = null;
        while (!closeActions.isEmpty()) {
            try {
                closeActions.pop().run();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
