package dev.spectraledge.trainer.config;

/** How the sequences of a batch are laid out in memory; all give the same result up to rounding. */
public enum Batching {
    /** Each distinct sequence once, weighted by its multiplicity, without padding. */
    DEDUPLICATED,
    /** Every drawn sequence, without padding. */
    PACKED,
    /** Every drawn sequence, padded to the context length; for comparison. */
    PADDED
}
