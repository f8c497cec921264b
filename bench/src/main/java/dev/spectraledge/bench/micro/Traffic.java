package dev.spectraledge.bench.micro;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts the bytes that a call must read and write at least; JMH reports them per second. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Traffic {

    /** In units of 1e9 bytes, so that the reported rate is GB/s. */
    public double gigabytes;

    void add(long bytes) {
        gigabytes += bytes * 1e-9;
    }
}
