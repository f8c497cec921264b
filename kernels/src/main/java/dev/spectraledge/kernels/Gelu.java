package dev.spectraledge.kernels;

/** The two forms of the Gaussian error linear unit in use. */
public enum Gelu {
    /** x·Φ(x) with the exact normal distribution function Φ(x) = (1 + erf(x/√2))/2. */
    ERF,
    /** x·(1 + tanh(√(2/π)(x + 0.044715 x³)))/2 (Hendrycks and Gimpel 2016). */
    TANH
}
