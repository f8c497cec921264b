package dev.spectraledge.bench.micro;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts the time of steps that are watched and of others that are not, done in turns: neither is always the first. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class StepTimes {

    public long watchedNanos;

    public long plainNanos;

    private boolean watchedFirst;

    boolean isWatchedFirst() {
        watchedFirst = !watchedFirst;
        return watchedFirst;
    }
}
