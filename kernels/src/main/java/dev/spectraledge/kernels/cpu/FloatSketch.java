package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.SketchEntries;
import dev.spectraledge.kernels.SketchOperator;

/** Random projections, column by column of the operator, added to the doubles at {@code out}. */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatSketch {
    private FloatSketch() {}

    /** out ← out + Ω·x with Gaussian entries. */
    static void gaussian(SketchOperator operator, long n, long x, long out, RandomScratch scratch) {
        int rows = operator.rows();
        double[] entries = scratch.values(rows);
        for (long column = 0; column < n; column++) {
            double factor = (double) FloatLanes.read(x + column * FloatLanes.ELEMENT);
            SketchEntries.gaussianColumn(operator, column, entries, scratch.words());
            for (int row = 0; row < rows; row++) {
                RawMemory.addDouble(out + (long) row * Double.BYTES, entries[row] * factor);
            }
        }
    }

    /** out ← out + Ω·x with sparse random signs; scratch as {@link SparseSignColumns#scratch} says. */
    static void sparseSign(SketchOperator operator, long n, long x, long out, long scratch) {
        int nonzeros = operator.nonzerosPerColumn();
        double magnitude = 1 / Math.sqrt(nonzeros);
        for (long first = 0; first < n; first += SparseSignColumns.COLUMNS) {
            SparseSignColumns.entries(operator, first, scratch);
            int columns = (int) Math.min(SparseSignColumns.COLUMNS, n - first);
            for (int column = 0; column < columns; column++) {
                double value = magnitude * (double) FloatLanes.read(x + (first + column) * FloatLanes.ELEMENT);
                addColumn(nonzeros, value, scratch + (long) column * Long.BYTES, out);
            }
        }
    }

    private static void addColumn(int nonzeros, double value, long entries, long out) {
        long bits = Double.doubleToRawLongBits(value);
        long at = entries;
        for (int index = 0; index < nonzeros; index++) {
            long entry = RawMemory.readLong(at);
            double signed = Double.longBitsToDouble(bits ^ (entry & Long.MIN_VALUE));
            RawMemory.addDouble(out + (entry & Long.MAX_VALUE), signed);
            at += SparseSignColumns.STRIDE;
        }
    }
}
