package dev.spectraledge.analysis.report.plot;

import java.util.Arrays;

/**
 * A series reduced to one entry per column of pixels: smallest, largest and middle value of every stretch of points that
 * falls into the column. However long the series, the drawing stays small, and no extreme is lost.
 */
final class PixelColumns {
    private final int[] column;
    private final double[] position;
    private final double[] low;
    private final double[] middle;
    private final double[] high;
    private int size;

    /**
     * @param x ascending
     * @param scaleX maps x to [0, 1]
     * @param scaleY decides which values can be drawn; the others leave a gap
     * @param width number of columns
     */
    PixelColumns(double[] x, double[] y, Scale scaleX, Scale scaleY, int width) {
        column = new int[width + 1];
        position = new double[width + 1];
        low = new double[width + 1];
        middle = new double[width + 1];
        high = new double[width + 1];
        double[] values = new double[Math.min(x.length, 16)];
        int i = 0;
        while (i < x.length) {
            int current = columnOf(x[i], scaleX, width);
            int count = 0;
            int first = i;
            while (i < x.length && columnOf(x[i], scaleX, width) == current) {
                if (current >= 0 && current <= width && scaleY.accepts(y[i])) {
                    if (count == values.length) {
                        values = Arrays.copyOf(values, count * 2);
                    }
                    values[count++] = y[i];
                }
                i++;
            }
            if (count > 0) {
                Arrays.sort(values, 0, count);
                column[size] = current;
                position[size] = x[(first + i - 1) / 2];
                low[size] = values[0];
                middle[size] = values[count / 2];
                high[size] = values[count - 1];
                size++;
            }
        }
    }

    int size() {
        return size;
    }

    int column(int index) {
        return column[index];
    }

    /** The x of the point in the middle of the stretch. */
    double position(int index) {
        return position[index];
    }

    double low(int index) {
        return low[index];
    }

    double middle(int index) {
        return middle[index];
    }

    double high(int index) {
        return high[index];
    }

    private static int columnOf(double x, Scale scaleX, int width) {
        return (int) Math.round(scaleX.position(x) * width);
    }
}
