package dev.spectraledge.trainer.step;

/**
 * How many rows batches have that one recording serves.
 *
 * @param rows of the sequences
 * @param sharedKeys rows that sequences see before those of their own, each counted for every sequence
 * @param sourceRows of the sources that they answer
 * @param visibleRows of those, without padding
 */
record BatchSize(int rows, int sharedKeys, int sourceRows, int visibleRows) {}
