package dev.spectraledge.analysis.report.plot;

/**
 * The scales of a panel's two axes, from what the axes say and from the data where they leave an end open.
 *
 * @param x of positions
 * @param y of values
 */
record PanelScales(Scale x, Scale y) {
    private static final double MARGIN_X = 0.0;
    private static final double MARGIN_Y = 0.06;

    static PanelScales of(Panel panel) {
        Range rangeX = new Range(panel.x().logarithmic());
        Range rangeY = new Range(panel.y().logarithmic());
        Range bandsY = new Range(panel.y().logarithmic());
        for (Line line : panel.lines()) {
            rangeX.include(line.x());
            rangeY.include(line.y());
        }
        for (Points points : panel.points()) {
            rangeX.include(points.x());
            rangeY.include(points.y());
        }
        for (Band band : panel.bands()) {
            rangeX.include(band.x());
            bandsY.include(band.low());
            bandsY.include(band.high());
        }
        rangeY.widenTowards(bandsY);
        return new PanelScales(
                panel.x().scale(rangeX.low, rangeX.high, MARGIN_X), panel.y().scale(rangeY.low, rangeY.high, MARGIN_Y));
    }

    /** Smallest and largest of many values; NaN while there are none. */
    private static final class Range {
        private final boolean logarithmic;
        private double low = Double.NaN;
        private double high = Double.NaN;

        Range(boolean logarithmic) {
            this.logarithmic = logarithmic;
        }

        void include(double[] values) {
            for (double value : values) {
                if (Double.isFinite(value) && (value > 0 || !logarithmic)) {
                    low = Double.isNaN(low) ? value : Math.min(low, value);
                    high = Double.isNaN(high) ? value : Math.max(high, value);
                }
            }
        }

        /** Makes room for the bands, but at most doubles the height at either end: lines must stay readable. */
        void widenTowards(Range bands) {
            if (Double.isNaN(bands.low)) {
                return;
            }
            if (Double.isNaN(low)) {
                low = bands.low;
                high = bands.high;
            } else if (logarithmic) {
                double factor = Math.max(high / low, 2);
                low = Math.min(low, Math.max(bands.low, low / factor));
                high = Math.max(high, Math.min(bands.high, high * factor));
            } else {
                double height = high - low;
                low = Math.min(low, Math.max(bands.low, low - height));
                high = Math.max(high, Math.min(bands.high, high + height));
            }
        }
    }
}
