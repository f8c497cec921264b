package dev.spectraledge.trainer.sweep;

import java.time.Duration;

/**
 * How a process computes the runs of a sweep.
 *
 * @param parallel runs, or groups of runs side by side, at once
 * @param axis most runs that train side by side
 * @param failFast whether the first failure stops all runs
 * @param retryFailed whether runs are tried again that have failed earlier
 * @param claimLimit how long a process of another machine may be without a sign of life before its runs are taken over
 */
public record SweepSettings(int parallel, int axis, boolean failFast, boolean retryFailed, Duration claimLimit) {
    /** Far beyond what network file systems hold back. */
    public static final Duration CLAIM_LIMIT = Duration.ofMinutes(10);
}
