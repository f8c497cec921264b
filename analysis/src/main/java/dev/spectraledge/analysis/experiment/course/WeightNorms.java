package dev.spectraledge.analysis.experiment.course;

import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sums of squares of weights, FLOAT64. */
final class WeightNorms {
    private WeightNorms() {}

    /** Of a contiguous tensor of one run. */
    static double square(Tensor vector) {
        MemorySegment segment = vector.run(0).segment();
        double sum = 0;
        for (long offset = 0; offset < segment.byteSize(); offset += Double.BYTES) {
            double value = segment.get(ValueLayout.JAVA_DOUBLE, offset);
            sum += value * value;
        }
        return sum;
    }
}
