package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import java.util.ArrayList;
import java.util.List;

/** The last few updates or gradients of θ_A of a training on the host, step by step. */
final class RecentVectors implements UpdateObserver {
    private final MemoryOwner owner = MemoryOwner.open("recent vectors");
    private final Backend backend;
    private final Observed observed;
    private final Tensor[] ring;
    private final Tensor before;
    private long seen;

    /**
     * Keeps vectors.
     *
     * @param size p
     */
    RecentVectors(Backend backend, Observed observed, int capacity, long size) {
        this.backend = backend;
        this.observed = observed;
        ring = new Tensor[capacity];
        for (int slot = 0; slot < capacity; slot++) {
            ring[slot] = backend.allocate(owner, DType.FLOAT64, 1, size);
        }
        before = backend.allocate(owner, DType.FLOAT64, 1, size);
    }

    @Override
    public String name() {
        return "recent-" + observed;
    }

    @Override
    public int stride() {
        return 1;
    }

    @Override
    public ParameterSubset subset() {
        return ParameterSubset.ATTENTION;
    }

    @Override
    public Observed observed() {
        return observed;
    }

    @Override
    public boolean needsDecayPart() {
        return false;
    }

    @Override
    public void record(Update update) {
        Tensor row = ring[(int) (seen % ring.length)];
        seen++;
        if (observed == Observed.UPDATES) {
            backend.copy(update.parametersAfter(), row);
            backend.copy(update.parametersBefore(), before);
            backend.axpy(-1, before, row);
        } else {
            backend.copy(update.gradient(), row);
        }
    }

    /** Those that are kept, FLOAT64 {@code [1, p]}, the oldest first; overwritten as the training goes on. */
    List<Tensor> vectors() {
        List<Tensor> vectors = new ArrayList<>();
        for (long index = Math.max(0, seen - ring.length); index < seen; index++) {
            vectors.add(ring[(int) (index % ring.length)]);
        }
        return vectors;
    }

    @Override
    public void close() {
        owner.close();
    }
}
