package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.SketchEntries;
import dev.spectraledge.kernels.SketchOperator;

/** Random projections, column by column of the operator. */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatSketch {
    private FloatSketch() {}

    /** out ← Ω·x with Gaussian entries; {@code out} is the address of as many doubles as the operator has rows. */
    static void gaussian(SketchOperator operator, long n, long x, long out, RandomScratch scratch) {
        double[] entries = scratch.values(operator.rows());
        for (long column = 0; column < n; column++) {
            double factor = (double) FloatLanes.read(x + column * FloatLanes.ELEMENT);
            SketchEntries.gaussianColumn(operator, column, entries, scratch.words());
            for (int row = 0; row < operator.rows(); row++) {
                RawMemory.addDouble(out + (long) row * Double.BYTES, entries[row] * factor);
            }
        }
    }

    /** out ← Ω·x with sparse random signs; {@code out} is the address of as many doubles as the operator has rows. */
    static void sparseSign(SketchOperator operator, long n, long x, long out, RandomScratch scratch) {
        int nonzeros = operator.nonzerosPerColumn();
        int[] rows = scratch.rows(nonzeros);
        double magnitude = 1 / Math.sqrt(nonzeros);
        for (long column = 0; column < n; column++) {
            double entry = magnitude * FloatLanes.read(x + column * FloatLanes.ELEMENT);
            SketchEntries.sparseColumn(operator, column, rows, scratch.words());
            for (int index = 0; index < nonzeros; index++) {
                int row = rows[index];
                int negative = row >> 31;
                RawMemory.addDouble(out + (long) (row ^ negative) * Double.BYTES, negative == 0 ? entry : -entry);
            }
        }
    }
}
