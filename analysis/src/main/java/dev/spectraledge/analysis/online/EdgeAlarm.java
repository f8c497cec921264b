package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.trainer.RunEvents;
import java.util.Locale;

/** Raises an event in a run at the first window in which the gap at the edge reaches a ratio. */
final class EdgeAlarm {
    private final RunEvents events;
    private final String name;
    private final double ratio;

    /** @param ratio σ at k* over the σ that follows it */
    EdgeAlarm(RunEvents events, String name, double ratio) {
        this.events = events;
        this.name = name;
        this.ratio = ratio;
    }

    /** Looks at the window that ends with {@code step}. */
    void look(long step, GramSpectrum spectrum) {
        if (events.has(name)) {
            return;
        }
        int position = SpectralEdge.position(spectrum);
        double reached = SpectralEdge.ratio(spectrum, position);
        if (reached >= ratio) {
            events.raise(name, step, String.format(Locale.ROOT, "gap ratio %.3f at k* = %d", reached, position));
        }
    }
}
