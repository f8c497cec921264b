package dev.spectraledge.kernels;

/**
 * Small FLOAT64 results that recorded operations leave behind, step after step, and that the host reads in their order
 * when it has time. Operations write to {@link #written} and call {@link #publish}; both may be recorded. The host calls
 * {@link #fetch} now and then, and reads with {@link #entry} what had been published by then, while the next steps run:
 * two host copies take turns.
 */
public final class ResultQueue {
    private final Backend backend;
    private final Tensor written;
    private final Tensor ring;
    private final Tensor counter;
    private final Batch[] batches;
    private int newest;

    /** @param capacity results that may be published beyond the last one read */
    public ResultQueue(Backend backend, MemoryOwner owner, int capacity, long... shape) {
        this.backend = backend;
        written = backend.allocate(owner, DType.FLOAT64, shape);
        long[] ringShape = new long[shape.length + 1];
        ringShape[0] = capacity;
        System.arraycopy(shape, 0, ringShape, 1, shape.length);
        ring = backend.allocate(owner, DType.FLOAT64, ringShape);
        counter = backend.allocate(owner, DType.FLOAT64, 1);
        batches = new Batch[] {new Batch(backend.mirror(owner, ring)), new Batch(backend.mirror(owner, ring))};
    }

    /** Where operations leave the next result. */
    public Tensor written() {
        return written;
    }

    /** The operation that appends what is in {@link #written}. */
    public void publish() {
        publish(null);
    }

    /** The same, which then clears a contiguous part of it, to which others add. */
    public void publish(Tensor cleared) {
        backend.storeNext(written, ring, counter, cleared);
    }

    /**
     * Begins to bring results to the host.
     *
     * @param published how many have been published since this queue was made
     */
    public void fetch(long published) {
        Batch batch = batches[1 - newest];
        batch.from = batches[newest].to;
        batch.to = published;
        if (batch.to - batch.from > ring.size(0)) {
            throw new IllegalStateException("a queue of " + ring.size(0) + " results was fetched after "
                    + (batch.to - batch.from) + " had been published");
        }
        newest = 1 - newest;
        if (batch.to > batch.from) {
            batch.mirror.download();
        }
    }

    /** Result number {@code index} since this queue was made, one of the last two fetches; waits until it is there. */
    public Tensor entry(long index) {
        for (Batch batch : batches) {
            if (index >= batch.from && index < batch.to) {
                batch.mirror.await();
                return batch.mirror.values().run((int) (index % ring.size(0)));
            }
        }
        throw new IllegalStateException("result " + index + " is not among the results " + batches[1 - newest].from
                + " to " + (batches[newest].to - 1) + " that were fetched last");
    }

    /** The results of one fetch: numbers from inclusive to exclusive. */
    private static final class Batch {
        private final HostMirror mirror;
        private long from;
        private long to;

        Batch(HostMirror mirror) {
            this.mirror = mirror;
        }
    }
}
