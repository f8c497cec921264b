package dev.spectraledge.analysis.report.plot;

/**
 * A series drawn as a line.
 *
 * @param x ascending
 * @param y as many values; NaN leaves a gap
 * @param colour index into {@link Palette}
 */
public record Line(String label, double[] x, double[] y, int colour, Stroke stroke) {

    /** How a line is drawn. */
    public enum Stroke {
        SOLID,
        DASHED,
        /** Horizontal until the next value: for integers such as k*. */
        STEPS
    }

    public Line {
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    "series " + label + " has " + x.length + " positions but " + y.length + " values");
        }
    }

    public static Line solid(String label, double[] x, double[] y, int colour) {
        return new Line(label, x, y, colour, Stroke.SOLID);
    }

    public static Line dashed(String label, double[] x, double[] y, int colour) {
        return new Line(label, x, y, colour, Stroke.DASHED);
    }

    public static Line steps(String label, double[] x, double[] y, int colour) {
        return new Line(label, x, y, colour, Stroke.STEPS);
    }
}
