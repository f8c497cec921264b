package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Backend;

/**
 * What computes for experiments; it belongs to whoever asks for them.
 *
 * @param measuring on the host: what is measured, mostly in FLOAT64, whose numbers are read one by one
 * @param training what trains on from snapshots: the same, or a device
 * @param threads of trainings on the host; 0 for as many as the run had
 */
public record Backends(Backend measuring, Backend training, int threads) {
    public Backends {
        if (measuring.isAsynchronous()) {
            throw new IllegalArgumentException("experiments measure on the host, not on " + measuring.name());
        }
    }

    /** Everything on the host, with as many threads as each run had. */
    public static Backends onHost(Backend host) {
        return new Backends(host, host, 0);
    }
}
