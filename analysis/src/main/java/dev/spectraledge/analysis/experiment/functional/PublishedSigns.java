package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The signs of a window's directions in the published code. A singular vector has no sign of its own, but ‖h(θ + εv) − h(θ)‖²
 * differs a little between both; the published numbers are those for the sign that LAPACK's gesdd gives to a matrix with the
 * updates as rows, the oldest first.
 */
final class PublishedSigns {
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE;

    private PublishedSigns() {}

    /** 1 or −1 for each direction of the window. */
    static double[] of(UpdateWindow window) {
        int count = window.size();
        int size = Math.toIntExact(window.update(0).size(1));
        try (MemoryOwner scratch = MemoryOwner.open("signs of directions")) {
            // By rows of the transpose, LAPACK sees the updates themselves by columns.
            Tensor transpose = Tensor.allocate(scratch, DType.FLOAT64, size, count);
            for (int row = 0; row < count; row++) {
                MemorySegment update = window.update(row).segment();
                for (long i = 0; i < size; i++) {
                    transpose.segment().setAtIndex(DOUBLE, i * count + row, update.getAtIndex(DOUBLE, i));
                }
            }
            DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, size, count);
            svd.decompose(transpose);
            MemorySegment left = svd.leftVectors().segment();
            double[] signs = new double[count];
            for (int k = 0; k < count; k++) {
                MemorySegment direction = window.direction(k).segment();
                double product = 0;
                for (long i = 0; i < size; i++) {
                    product += left.getAtIndex(DOUBLE, i * count + k) * direction.getAtIndex(DOUBLE, i);
                }
                signs[k] = product < 0 ? -1 : 1;
            }
            return signs;
        }
    }
}
