package dev.spectraledge.trainer;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Tensor;

/**
 * What an observer is shown of an interval of n steps, as its {@link UpdateObserver#observed} asks: the change of the watched
 * parameters, Δθ = Δθ_grad + Δθ_decay, or the {@link #gradient} of the interval's last step, of which {@link #step} and {@link
 * #stride} alone are told besides. The decay part is what the optimiser itself has subtracted; Δθ and from it the gradient
 * part are differences of what is stored, which an observer forms where it needs them. All tensors are {@code [runs, size of
 * the subset]}. One instance serves a whole run.
 */
public final class Update {
    private long step;
    private boolean last;
    private boolean restarted;
    private final int stride;
    private final Tensor decayPart;
    private final Tensor parametersBefore;
    private final Tensor parametersAfter;
    private final Rates rates;
    private final Tensor gradient;

    /** What the optimiser's settings say of each step. */
    public interface Rates {
        /** η of a run in a step. */
        double learningRate(int run, long step);

        /** ηω of a run in a step; NaN where Δθ_decay = −ηωθ does not hold for all watched parameters with one factor. */
        double decayRate(int run, long step);

        /** The same for those parameters of a group that decay; NaN where that is not known. */
        default double decayRate(int run, ParameterGroup group, long step) {
            return Double.NaN;
        }
    }

    /** Describes intervals of {@code stride} steps. */
    public Update(int stride, Tensor decayPart, Tensor parametersBefore, Tensor parametersAfter, Rates rates) {
        this(stride, decayPart, parametersBefore, parametersAfter, rates, null);
    }

    private Update(
            int stride,
            Tensor decayPart,
            Tensor parametersBefore,
            Tensor parametersAfter,
            Rates rates,
            Tensor gradient) {
        this.stride = stride;
        this.decayPart = decayPart;
        this.parametersBefore = parametersBefore;
        this.parametersAfter = parametersAfter;
        this.rates = rates;
        this.gradient = gradient;
    }

    /** Describes every {@code stride}-th gradient, which stands in {@code gradient} after its step. */
    public static Update ofGradients(int stride, Tensor parametersAfter, Tensor gradient, Rates rates) {
        return new Update(stride, null, null, parametersAfter, rates, gradient);
    }

    /** Number of the step that ended the interval. */
    public long step() {
        return step;
    }

    /** Called by whoever feeds the observers, before the first of them is shown an interval. */
    public void setStep(long step) {
        this.step = step;
        last = false;
        restarted = false;
    }

    /** Called by the same before the last of them is shown it. */
    public void setLast() {
        last = true;
    }

    /**
     * Whether who is shown this now is the last, and may set {@link #parametersBefore} to {@link #parametersAfter} in the pass in
     * which both are read anyway. It says so with {@link #restart}; otherwise it is done afterwards.
     */
    public boolean isLast() {
        return last;
    }

    /** The next interval begins: {@link #parametersBefore} holds {@link #parametersAfter}. */
    public void restart() {
        restarted = true;
    }

    /** Whether it does. */
    public boolean isRestarted() {
        return restarted;
    }

    /** Steps in the interval. */
    public int stride() {
        return stride;
    }

    /** The gradient; null where changes of the parameters are observed. */
    public Tensor gradient() {
        return gradient;
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

    /**
     * Δθ_decay, the sum over the steps of the interval: of −ηωθ, where weight decay is decoupled. Null where no observer of
     * the training {@linkplain UpdateObserver#needsDecayPart needs it}.
     */
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

    /**
     * Σηω over the steps of the interval that ends with {@code lastStep}, for estimates of the decay part from the ends of
     * the interval; NaN where they have no meaning.
     */
    public double decayFactor(int run, long lastStep) {
        double sum = 0;
        for (long each = lastStep - stride + 1; each <= lastStep; each++) {
            sum += rates.decayRate(run, each);
        }
        return sum;
    }

    /** The same for those parameters of a group that decay. */
    public double decayFactor(int run, ParameterGroup group, long lastStep) {
        double sum = 0;
        for (long each = lastStep - stride + 1; each <= lastStep; each++) {
            sum += rates.decayRate(run, group, each);
        }
        return sum;
    }

    /** The mean η over the steps of the interval that ends with {@code lastStep}. */
    public double learningRate(int run, long lastStep) {
        double sum = 0;
        for (long each = lastStep - stride + 1; each <= lastStep; each++) {
            sum += rates.learningRate(run, each);
        }
        return sum / stride;
    }
}
