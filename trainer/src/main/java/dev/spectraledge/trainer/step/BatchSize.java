package dev.spectraledge.trainer.step;

/**
 * How many rows batches have that one recording serves.
 *
 * @param rows of the sequences
 * @param sourceRows of the sources that they answer
 * @param visibleRows of those, without padding
 */
record BatchSize(int rows, int sourceRows, int visibleRows) {}
