package dev.spectraledge.analysis.checkpoint;

import java.util.SequencedMap;

/**
 * The state of an optimiser of Adam's family.
 *
 * @param moments by the name of the parameter, in the order of the checkpoint
 */
public record OptimizerState(SequencedMap<String, AdamMoments> moments) {}
