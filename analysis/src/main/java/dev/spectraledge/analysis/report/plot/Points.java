package dev.spectraledge.analysis.report.plot;

import java.util.List;

/**
 * Single marks.
 *
 * @param label in the legend; where it is empty there is no entry
 * @param x in any order
 * @param y as many values
 * @param names as many, shown where somebody points at a mark; none for marks that are too many to point at: of those that
 *     fall on the same pixel one is drawn
 * @param colour index into {@link Palette}
 */
public record Points(String label, double[] x, double[] y, List<String> names, int colour, Mark mark) {

    /** How a point is drawn. */
    public enum Mark {
        DOT,
        /** A hollow triangle that points upwards: the value is not known but greater than all others. */
        BEYOND,
        /** A short horizontal line: the middle of several points. */
        BAR
    }

    public Points {
        if (x.length != y.length || (!names.isEmpty() && x.length != names.size())) {
            throw new IllegalArgumentException("points " + label + ": " + x.length + " positions, " + y.length
                    + " values and " + names.size() + " names");
        }
    }
}
