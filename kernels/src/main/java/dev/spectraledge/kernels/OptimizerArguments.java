package dev.spectraledge.kernels;

/**
 * What a fused optimiser step reads and writes. All vectors are {@code [runs, n]} slices of one type.
 *
 * <p>The step changes θ by the sum of two exact parts, Δθ = Δθ_grad + Δθ_decay, with Δθ_decay = −ηωθ where weight decay
 * is decoupled; {@link Backend#adam} says what it is where it is coupled. Where {@code gradientPart} or {@code decayPart} is given, the part of this step is <em>added</em> to it, so
 * that over any interval of steps it holds the exact sum.
 *
 * @param parameters θ, read and written
 * @param gradient the gradient before clipping; the step multiplies it by {@link #GRADIENT_SCALE}
 * @param firstMoment m of Adam, or the momentum buffer of SGD; null for plain SGD
 * @param secondMoment v of Adam; null for SGD
 * @param decayMoment m_θ of Adam with coupled weight decay; null for all others
 * @param gradientPart accumulator of Δθ_grad, or null
 * @param decayPart accumulator of Δθ_decay, or null
 * @param hyperparameters FLOAT64 {@code [runs, HYPERPARAMETERS]}: one row per run, columns as named here
 */
public record OptimizerArguments(
        Tensor parameters,
        Tensor gradient,
        Tensor firstMoment,
        Tensor secondMoment,
        Tensor decayMoment,
        Tensor gradientPart,
        Tensor decayPart,
        Tensor hyperparameters) {
    /** Column of the learning rate η of this step. */
    public static final int LEARNING_RATE = 0;
    /** Column of the weight decay ω of this step. */
    public static final int WEIGHT_DECAY = 1;
    /** Column of β₁ of Adam, or of the momentum of SGD. */
    public static final int BETA1 = 2;
    /** Column of β₂ of Adam. */
    public static final int BETA2 = 3;
    /** Column of ε of Adam. */
    public static final int EPSILON = 4;
    /** Column of the factor on the gradient, (1 − τ)·min(1, c/(‖g‖ + 1e-6)) for clipping at c and dampening by τ. */
    public static final int GRADIENT_SCALE = 5;
    /** Column of the number t ≥ 1 of this step, for Adam's bias correction. */
    public static final int STEP = 6;
    /** Column that is 0 where the run is to stay as it is, and 1 where it trains. */
    public static final int ACTIVE = 7;
    /** Column of the gradient norm c above which {@link Backend#beginOptimizerStep} clips; infinite for none. */
    public static final int MAXIMUM_NORM = 8;
    /** Column of the share τ of the clipped gradient that is left out; with τ = μ a momentum buffer is an average. */
    public static final int DAMPENING = 9;
    /** Number of columns; the last three are for what a device computes once a step. */
    public static final int HYPERPARAMETERS = 13;

    /** Column, of what a schedule says of a step, of its learning rate. */
    public static final int SCHEDULED_LEARNING_RATE = 0;
    /** Column, of what a schedule says of a step, of its weight decay. */
    public static final int SCHEDULED_WEIGHT_DECAY = 1;
    /** Column, of what a schedule says of a step, of its number. */
    public static final int SCHEDULED_STEP = 2;
    /** Number of columns of what a schedule says of a step. */
    public static final int SCHEDULED = 3;

    /** What PyTorch's clipping adds to the norm before it divides. */
    public static final double NORM_GUARD = 1e-6;

    /** For optimisers with decoupled weight decay. */
    public OptimizerArguments(
            Tensor parameters,
            Tensor gradient,
            Tensor firstMoment,
            Tensor secondMoment,
            Tensor gradientPart,
            Tensor decayPart,
            Tensor hyperparameters) {
        this(parameters, gradient, firstMoment, secondMoment, null, gradientPart, decayPart, hyperparameters);
    }
}
