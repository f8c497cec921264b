package dev.spectraledge.bench.micro;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts floating-point operations, a multiplication and an addition being two; JMH reports them per second. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Arithmetic {

    /** In units of 1e9 operations, so that the reported rate is GFLOP/s. */
    public double gigaflops;

    void add(long operations) {
        gigaflops += operations * 1e-9;
    }
}
