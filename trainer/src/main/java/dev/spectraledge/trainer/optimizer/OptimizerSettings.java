package dev.spectraledge.trainer.optimizer;

/**
 * Hyper-parameters of one run.
 *
 * @param learningRate η
 * @param weightDecay ω, decoupled: a step decays θ by the factor 1 − ηω
 * @param beta1 β₁ of Adam
 * @param beta2 β₂ of Adam
 * @param epsilon ε of Adam
 * @param momentum μ of SGD; 0 for none
 */
public record OptimizerSettings(
        double learningRate, double weightDecay, double beta1, double beta2, double epsilon, double momentum) {}
