package dev.spectraledge.trainer.config;

/** Which backend computes. */
public enum DeviceChoice {
    /** The fastest one that works here. */
    AUTO,
    /** OpenBLAS and the Vector API. */
    CPU,
    /** Plain loops in double precision: slow, and the specification of the others. */
    REFERENCE
}
