package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.ValueLayout;

/** Adds what workers have computed of one number, in their order, with a correction for rounding (Knuth's two-sum). */
final class CorrectedSum {
    private CorrectedSum() {}

    /** Σ of {@code count} elements of a contiguous FLOAT64 tensor, from {@code first} on and {@code stride} apart. */
    static double of(Tensor values, long first, long stride, int count) {
        double sum = 0;
        double correction = 0;
        for (int index = 0; index < count; index++) {
            double term = values.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, first + index * stride);
            double next = sum + term;
            double part = next - sum;
            correction += (sum - (next - part)) + (term - part);
            sum = next;
        }
        return sum + correction;
    }
}
