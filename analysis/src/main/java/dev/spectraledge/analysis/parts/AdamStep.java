package dev.spectraledge.analysis.parts;

import dev.spectraledge.analysis.checkpoint.AdamMoments;
import dev.spectraledge.analysis.checkpoint.AdamSettings;
import dev.spectraledge.analysis.checkpoint.StoredTensor;
import java.util.OptionalDouble;

/**
 * The step of AdamW that led to a parameter's present value (Loshchilov and Hutter 2019, algorithm 2, as PyTorch computes it):
 * θ = θ′ − ηωθ′ − ηu with u = m̂/(√v̂ + ε), m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ), hence θ′ = (θ + ηu)/(1 − ηω). The gradient
 * part is −ηu, the decay part −ηωθ′. Adam without decoupled decay has the decay inside of m: its step is a gradient part as a
 * whole. Nothing is approximated; θ that was stored in half precision is rounded, and θ′ with it.
 */
final class AdamStep {
    private final StoredTensor parameter;
    private final StoredTensor first;
    private final StoredTensor second;
    private final double rate;
    private final double epsilon;
    private final double decay;
    private final double firstCorrection;
    private final double rootOfSecondCorrection;

    /** @param givenRate η, where the one in the checkpoint is not that of the last step */
    AdamStep(AdamMoments moments, OptionalDouble givenRate) {
        AdamSettings settings = moments.settings();
        parameter = moments.parameter();
        first = moments.first();
        second = moments.second();
        rate = givenRate.orElse(settings.learningRate());
        epsilon = settings.epsilon();
        decay = settings.decoupled() ? rate * settings.weightDecay() : 0;
        double steps = (double) moments.step();
        boolean corrected = settings.biasCorrected();
        firstCorrection = corrected ? 1 - Math.pow(settings.beta1(), steps) : 1;
        rootOfSecondCorrection = corrected ? Math.sqrt(1 - Math.pow(settings.beta2(), steps)) : 1;
    }

    /** Whether there is a decay part of its own. */
    boolean decays() {
        return decay != 0;
    }

    /** −ηu of element {@code index}. */
    double gradient(long index) {
        double mean = first.type().real(first.data(), index) / firstCorrection;
        double root = Math.sqrt(second.type().real(second.data(), index)) / rootOfSecondCorrection;
        return -rate * mean / (root + epsilon);
    }

    /**
     * −ηωθ′ of element {@code index}.
     *
     * @param gradient its gradient part
     */
    double decay(long index, double gradient) {
        double before = (parameter.type().real(parameter.data(), index) - gradient) / (1 - decay);
        return -decay * before;
    }
}
