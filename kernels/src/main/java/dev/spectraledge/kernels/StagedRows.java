package dev.spectraledge.kernels;

/**
 * Small FLOAT64 tensors that the host writes for steps to come, a stretch of them at once, and that recorded operations take
 * one after another: the reverse of {@link ResultQueue}. There are two halves, so that one is written while steps take from the
 * other.
 */
public final class StagedRows {
    private final Backend backend;
    private final int half;
    private final Tensor ring;
    private final Tensor counter;
    private final HostMirror[] mirrors = new HostMirror[2];
    private final Tensor taken;
    private final Tensor[] rings;
    private final Tensor[] targets;
    private long position;

    /** @param half steps of the longest stretch */
    public StagedRows(Backend backend, MemoryOwner owner, int half, long... shape) {
        this.backend = backend;
        this.half = half;
        long[] ringShape = new long[shape.length + 1];
        ringShape[0] = 2L * half;
        System.arraycopy(shape, 0, ringShape, 1, shape.length);
        ring = backend.allocate(owner, DType.FLOAT64, ringShape);
        counter = backend.allocate(owner, DType.FLOAT64, 1);
        taken = backend.allocate(owner, DType.FLOAT64, shape);
        rings = new Tensor[] {ring};
        targets = new Tensor[] {taken};
        for (int side = 0; side < 2; side++) {
            mirrors[side] = backend.mirror(owner, ring.slice(0, (long) side * half, (side + 1L) * half));
        }
    }

    private HostMirror mirror() {
        return mirrors[(int) (position / half % 2)];
    }

    /**
     * Waits until the half can be written that the next steps belong to.
     *
     * @param before steps before these, counted from the first one of all; stretches end where a multiple of a half does, also
     *     those of whoever begins in between
     */
    public void begin(long before) {
        if (position != before) {
            backend.fill(counter, (double) before);
            position = before;
        }
        mirror().await();
    }

    /** Where the host writes what belongs to number {@code index} of the steps of this stretch. */
    public Tensor row(int index) {
        return mirror().values().run((int) (position % half) + index);
    }

    /** Begins to bring over what belongs to {@code count} steps, which stay within a half. */
    public void end(int count) {
        mirror().upload();
        position += count;
    }

    /** The operations that take what belongs to the next step to {@link #taken}. */
    public void take() {
        backend.loadNext(rings, counter, targets);
    }

    /** What was taken last. */
    public Tensor taken() {
        return taken;
    }
}
