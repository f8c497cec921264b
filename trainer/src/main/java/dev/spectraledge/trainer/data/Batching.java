package dev.spectraledge.trainer.data;

import java.util.Locale;

/** How the sequences of a batch are laid out; the results are equal up to rounding. */
public enum Batching {
    /** Real tokens only, and each distinct sequence once, weighted by how often it was drawn. */
    DEDUPLICATED,
    /** Real tokens only. */
    PACKED,
    /** Every sequence at the full context length, as the published code computes it. */
    PADDED,
    /**
     * Each distinct prefix once, forward and backward; for causal models, which compute a position from that and those before it
     * alone.
     */
    PREFIXES;

    /** Name in configuration files and on the command line. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
