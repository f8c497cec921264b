package dev.spectraledge.kernels;

/** How the derivative of a cross-entropy by the logit of the target, p − 1, is computed. */
public enum LossGradient {
    /** From what is missing to 1: it has its full digits however near p comes to 1. */
    ACCURATE,
    /**
     * From p rounded to the type of the logits, as PyTorch and most programs do. In single precision a derivative below 1e-7 is
     * then nothing but rounding, and a training whose loss has come to that is moved by it.
     */
    ROUNDED,
    /**
     * From p rounded to double precision, whatever the type of the logits, as where a program converts logits to double precision
     * before the loss and its derivative back: a derivative below 1e-16 is nothing but rounding.
     */
    ROUNDED_DOUBLE
}
