package dev.spectraledge.trainer;

/**
 * Where the spectral edge stands, in one line.
 *
 * @param step at the end of the window
 * @param position k*, counted from 1
 * @param gapRatio σ at k* over the σ that follows it
 */
public record EdgeReading(long step, int position, double gapRatio) {}
