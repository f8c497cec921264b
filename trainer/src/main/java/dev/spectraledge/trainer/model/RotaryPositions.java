package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.RotaryShape;

/**
 * Positions as angles by which queries and keys are turned (Su et al. 2021), columns i and i + rotatedWidth/2 of a head being a
 * pair, as in GPT-NeoX and Llama.
 *
 * @param rotatedWidth how many of the columns of each head turn; the others know no position
 * @param base the angle of pair i at position p is p·base^(−2i/rotatedWidth)
 */
public record RotaryPositions(int rotatedWidth, double base) {
    /** The base of the paper and of nearly all models. */
    public static final double USUAL_BASE = 10_000;

    public RotaryPositions {
        if (rotatedWidth < 2 || rotatedWidth % 2 != 0) {
            throw new IllegalArgumentException(
                    "rotary positions turn pairs of columns of a head, not " + rotatedWidth + " columns");
        }
        if (!(base > 1) || Double.isInfinite(base)) {
            throw new IllegalArgumentException("the base of rotary positions is more than 1, not " + base);
        }
    }

    /** A share of the columns of heads of some width, rounded down as GPT-NeoX does. */
    public static RotaryPositions ofShare(double share, int headWidth, double base) {
        return new RotaryPositions((int) (share * headWidth), base);
    }

    /** The share of which {@link #ofShare} makes these. */
    public double share(int headWidth) {
        double share = (double) rotatedWidth / headWidth;
        return (int) (share * headWidth) == rotatedWidth ? share : Math.nextUp(share);
    }

    RotaryShape shape(int heads, int headWidth) {
        return new RotaryShape(heads, headWidth, rotatedWidth, RotaryShape.Pairing.HALVES);
    }
}
