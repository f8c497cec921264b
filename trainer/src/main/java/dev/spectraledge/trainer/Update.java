package dev.spectraledge.trainer;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Tensor;

/**
 * The change of the watched parameters over an interval of n steps, Δθ = Δθ_grad + Δθ_decay. The decay part is what the
 * optimiser itself has subtracted; Δθ and from it the gradient part are differences of what is stored, which an observer
 * forms where it needs them. All tensors are {@code [runs, size of the subset]}. One instance serves a whole run.
 */
public final class Update {
    private long step;
    private final int stride;
    private final Tensor decayPart;
    private final Tensor parametersBefore;
    private final Tensor parametersAfter;
    private final double[] learningRate;
    private final double[] weightDecay;

    /**
     * @param learningRate η of each run over the interval, for estimates of the decay part from its ends
     * @param weightDecay ω of each run
     */
    public Update(
            int stride,
            Tensor decayPart,
            Tensor parametersBefore,
            Tensor parametersAfter,
            double[] learningRate,
            double[] weightDecay) {
        this.stride = stride;
        this.decayPart = decayPart;
        this.parametersBefore = parametersBefore;
        this.parametersAfter = parametersAfter;
        this.learningRate = learningRate;
        this.weightDecay = weightDecay;
    }

    /** Number of the step that ended the interval. */
    public long step() {
        return step;
    }

    /** Called by whoever feeds the observer. */
    public void setStep(long step) {
        this.step = step;
    }

    /** Steps in the interval. */
    public int stride() {
        return stride;
    }

    /** out ← Δθ. */
    public void total(Backend backend, Tensor out) {
        backend.subtract(parametersAfter, parametersBefore, out);
    }

    /** out ← Δθ_grad = Δθ − Δθ_decay, what the optimiser made of the gradients. */
    public void gradientPart(Backend backend, Tensor out) {
        total(backend, out);
        backend.subtract(out, decayPart, out);
    }

    /** Δθ_decay, the sum of −ηωθ over the steps of the interval. */
    public Tensor decayPart() {
        return decayPart;
    }

    /** θ at the start of the interval. */
    public Tensor parametersBefore() {
        return parametersBefore;
    }

    /** θ at its end. */
    public Tensor parametersAfter() {
        return parametersAfter;
    }

    public double learningRate(int run) {
        return learningRate[run];
    }

    public double weightDecay(int run) {
        return weightDecay[run];
    }
}
