package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.config.Precision;
import dev.spectraledge.trainer.warning.MedianWindow;
import java.util.Locale;

/**
 * Sees the training loss of every step and says where it has a spike: where it is above the median of the {@value #WINDOW}
 * losses before by {@value #DEVIATIONS} median absolute deviations, these in the usual scale, in which they are standard
 * deviations of normal noise: that is above the bound once in two million steps, and without the scale once in six thousand,
 * so that most runs would have spikes that are noise. The spike has recovered in the first step whose loss is
 * not above that median; until then its losses do not enter the window. After construction nothing is allocated but for an
 * event.
 */
final class LossSpikes {
    /** Losses of which the median is taken; there is no spike before there are so many. */
    static final int WINDOW = 100;
    /** Median absolute deviations that a spike is above the median. */
    static final double DEVIATIONS = 6;

    private static final long NONE = -1;

    private final RunEvents events;
    private final double roundoff;
    private final double smallest;
    private MedianWindow losses = new MedianWindow(WINDOW);
    /** Step in which the spike began that has not recovered, or {@link #NONE}. */
    private long begun = NONE;

    LossSpikes(Precision precision, RunEvents events) {
        this.events = events;
        roundoff = precision.roundoff();
        smallest = precision.type() == DType.FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    }

    /** Takes the loss of the next step. */
    void see(long step, double loss) {
        if (losses.isFull()) {
            double median = losses.median();
            if (begun != NONE && loss <= median) {
                events.raise(
                        RunEvents.RECOVERED,
                        step,
                        String.format(
                                Locale.ROOT, "training loss %.3g, %,d steps after the spike", loss, step - begun));
                begun = NONE;
            }
            double deviation = Math.max(losses.scaledDeviation(), rounding(median));
            if (begun == NONE && loss > median + DEVIATIONS * deviation) {
                begun = step;
                events.raise(
                        RunEvents.SPIKE,
                        step,
                        String.format(
                                Locale.ROOT,
                                "training loss %.3g > %.3g + %.0f × %.3g",
                                loss,
                                median,
                                DEVIATIONS,
                                deviation));
            }
        }
        if (begun == NONE) {
            losses.add(loss);
        }
    }

    /**
     * What rounding alone does to a loss, so that losses that differ by rounding have no spike. The loss of a token is a function
     * of the distances of logits, which are as long as |ln loss| and are known to the unit roundoff u times that; of a loss L
     * below 1 it changes a share u·|ln L|, and of a greater one at least u. A loss below the smallest normal number is 0.
     */
    private double rounding(double loss) {
        return loss > smallest ? roundoff * loss * Math.max(1, -Math.log(loss)) : smallest;
    }

    /** Everything that must survive an interruption, as text. */
    String state() {
        StringBuilder text = new StringBuilder().append(begun);
        for (int index = 0; index < losses.count(); index++) {
            text.append(' ').append(Double.toHexString(losses.value(index)));
        }
        return text.toString();
    }

    /** The inverse of {@link #state}. */
    void restore(String state) {
        String[] parts = state.split(" ", -1);
        begun = Long.parseLong(parts[0]);
        losses = new MedianWindow(WINDOW);
        for (int index = 1; index < parts.length; index++) {
            losses.add(Double.parseDouble(parts[index]));
        }
    }
}
