package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.key.Range;
import dev.spectraledge.trainer.optimizer.MuonConvention;
import dev.spectraledge.trainer.optimizer.MuonScale;

/**
 * What Muon needs besides the learning rate and the weight decay of its matrices, which are those under {@code training}.
 *
 * @param momentum of the matrices inside the blocks
 * @param nesterov whether it looks ahead
 * @param newtonSchulzSteps steps of the iteration that orthogonalises the momentum
 * @param scale how the update's size depends on the matrix
 * @param convention whose momentum and norm
 * @param adamWLearningRate learning rate of everything else; it follows the same schedule
 */
public record MuonConfig(
        @Range(min = 0, max = 1, belowMax = true) double momentum,
        boolean nesterov,
        @Range(min = 1, max = 100) int newtonSchulzSteps,
        MuonScale scale,
        MuonConvention convention,
        @Range(min = 0, aboveMin = true) double adamWLearningRate) {}
