package dev.spectraledge.trainer.config;

/** Which backend computes. */
public enum DeviceChoice {
    /** The fastest one that works here. */
    AUTO,
    /** OpenBLAS and the Vector API. */
    CPU,
    /** An NVIDIA GPU: cuBLAS and kernels of our own, one graph per step. */
    CUDA,
    /** Plain loops in double precision: slow, and the specification of the others. */
    REFERENCE
}
