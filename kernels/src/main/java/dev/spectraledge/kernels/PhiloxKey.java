package dev.spectraledge.kernels;

/**
 * Names one stream of random numbers: a seed (of the run) and a stream (what it is drawn for). Number i of a stream
 * depends on nothing else, so there is no state to save and the count of threads does not matter.
 */
public record PhiloxKey(long seed, long stream) {}
