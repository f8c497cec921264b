package dev.spectraledge.trainer;

import java.util.Optional;

/** An observer that knows where the spectral edge stands; its reading is shown while training. */
public interface EdgeGauge {
    /** The edge of the newest window of a run; empty before the first one. */
    Optional<EdgeReading> latest(int run);
}
