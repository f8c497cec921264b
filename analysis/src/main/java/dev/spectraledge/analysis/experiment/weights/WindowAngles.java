package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.spectrum.DirectionOverlap;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;

/** Angles between the directions of two windows whose updates are rows of one Gram matrix. */
public final class WindowAngles {
    /** Directions that are compared. */
    public static final int DIRECTIONS = 3;

    private final GramSpectrum first;
    private final GramSpectrum second;
    private final DirectionOverlap overlap;

    /** @param capacity most updates of a window */
    public WindowAngles(int capacity) {
        first = new GramSpectrum(capacity);
        second = new GramSpectrum(capacity);
        overlap = new DirectionOverlap(capacity);
    }

    /** Two windows one update apart: all rows but the last, and all but the first. */
    public void slide(GramMatrix gram) {
        compare(gram, 0, gram.rows() - 1, 1, gram.rows());
    }

    /** The first half of the rows, rounded down, and the rest. */
    public void halves(GramMatrix gram) {
        compare(gram, 0, gram.rows() / 2, gram.rows() / 2, gram.rows());
    }

    private void compare(GramMatrix gram, int from, int to, int otherFrom, int otherTo) {
        first.compute(gram, from, to);
        second.compute(gram, otherFrom, otherTo);
        overlap.compute(gram, first, second, DIRECTIONS);
    }

    /** Number of directions that both windows have, at most {@value #DIRECTIONS}. */
    public int directions() {
        return overlap.modes();
    }

    /** Between v_k and v_k of the other window, in degrees, k from 0. */
    public double angle(int k) {
        return overlap.angleDegrees(k);
    }

    /** |⟨v_k, v′_k⟩|. */
    public double cosine(int k) {
        return overlap.cosine(k);
    }

    /** Largest principal angle between the spans of the first directions, in degrees. */
    public double spanAngle(int dimension) {
        return overlap.largestPrincipalAngleDegrees(dimension);
    }
}
