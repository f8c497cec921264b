package dev.spectraledge.bench.micro;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts steps, and the bytes of vectors as long as the parameters that they read and write: as they are written, and at least. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class StepBytes {
    /**
     * At least: the weights forward and backward, the gradient written once and read once, AdamW's parameters and moments read and
     * written.
     */
    private static final int LEAST = 2 + 2 + 6;

    /** The gradient's norm, and AdamW, which reads the gradient as well. */
    private static final int OF_OPTIMIZER = 1 + 7;
    /** Of each gradient: it is cleared, read and written when products are added to it, and there are weights to read both ways. */
    private static final int OF_GRADIENT = 1 + 2 + 2;
    /** Reads two and writes one. */
    private static final int OF_SUM = 3;

    public long steps;

    public long movedBytes;

    public long leastBytes;

    /**
     * Adds one step.
     *
     * @param gradients that workers have
     * @param parameters bytes
     */
    void add(int gradients, long parameters) {
        steps++;
        movedBytes += (OF_OPTIMIZER + gradients * OF_GRADIENT + (gradients - 1) * OF_SUM) * parameters;
        leastBytes += LEAST * parameters;
    }
}
