package dev.spectraledge.trainer.sweep;

/**
 * What became of the runs that a process was to compute.
 *
 * @param done finished, now or earlier, here or elsewhere
 * @param failed ended by an error now
 * @param failedEarlier ended by an error earlier, and not tried again
 * @param left neither: the process was told to stop
 */
public record SweepOutcome(int done, int failed, int failedEarlier, int left) {}
