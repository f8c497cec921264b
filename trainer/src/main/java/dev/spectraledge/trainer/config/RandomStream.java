package dev.spectraledge.trainer.config;

/** Which random numbers initial weights and batches are made of. */
public enum RandomStream {
    /** Our own, by position: every tensor and every step has numbers of its own (Philox). */
    PHILOX,
    /** Those of {@code torch.manual_seed(seed)} on the CPU: weights and batches are the ones of a PyTorch program. */
    PYTORCH
}
