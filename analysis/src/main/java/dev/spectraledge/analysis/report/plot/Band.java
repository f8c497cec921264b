package dev.spectraledge.analysis.report.plot;

/**
 * A shaded range, such as the quantiles of a null.
 *
 * @param label in the legend; where it is empty there is no entry
 * @param x ascending
 * @param low lower edge, as many values
 * @param high upper edge, as many values
 * @param colour index into {@link Palette}
 * @param outlined whether it stays visible where it has no height
 */
public record Band(String label, double[] x, double[] low, double[] high, int colour, boolean outlined) {
    public Band {
        if (x.length != low.length || x.length != high.length) {
            throw new IllegalArgumentException("band " + label + " has edges of different lengths");
        }
    }
}
