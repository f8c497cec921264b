/**
 * Checkpoints of any program behind one seam: {@link dev.spectraledge.analysis.checkpoint.Checkpoint} is an open one, {@link
 * dev.spectraledge.analysis.checkpoint.CheckpointSeries} those of a folder in the order of their steps. Each form of
 * checkpoint is one class, listed in {@link dev.spectraledge.analysis.checkpoint.CheckpointForm#ALL}. Files are those of
 * strangers: nothing in them is executed, no size that they claim is believed before it is compared with the file, and no
 * path in them leads out of the folder that the user named.
 */
package dev.spectraledge.analysis.checkpoint;
