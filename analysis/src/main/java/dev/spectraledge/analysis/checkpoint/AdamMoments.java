package dev.spectraledge.analysis.checkpoint;

/**
 * What Adam keeps for one parameter. The three tensors have one shape.
 *
 * @param parameter θ as the optimiser moves it: the model's tensor, or the copy in single precision that is kept beside one
 *     in half precision
 * @param first m
 * @param second v, with AMSGrad the largest so far
 * @param step t, updates of this parameter so far, at least 1
 * @param settings of its group, as they were when the checkpoint was saved
 */
public record AdamMoments(
        StoredTensor parameter, StoredTensor first, StoredTensor second, long step, AdamSettings settings) {}
