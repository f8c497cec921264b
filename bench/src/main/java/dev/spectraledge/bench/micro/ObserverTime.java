package dev.spectraledge.bench.micro;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Counts the time of training steps and that of their observers apart, so that their ratio comes from one process and one
 * stretch of time, however noisy the machine.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class ObserverTime {

    public long trainingNanos;

    public long observerNanos;

    /** What observing must move at least. */
    public long observerBytes;
}
