package dev.spectraledge.analysis.checkpoint;

/**
 * What Adam keeps for one parameter.
 *
 * @param first m, of the parameter's shape
 * @param second v, of the parameter's shape
 * @param step t, updates of this parameter so far, at least 1
 * @param settings of its group, as they were when the checkpoint was saved
 */
public record AdamMoments(StoredTensor first, StoredTensor second, long step, AdamSettings settings) {}
