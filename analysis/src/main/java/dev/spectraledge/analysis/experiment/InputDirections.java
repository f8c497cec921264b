package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import dev.spectraledge.trainer.model.Parameters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The strongest input directions of one of the matrices that a layer's packed projection holds one below the other: right
 * singular vectors, whose signs are arbitrary.
 *
 * @param singularValues descending
 * @param vectors of length 1, by row
 */
@SuppressWarnings("ArrayRecordComponent")
public record InputDirections(double[] singularValues, double[][] vectors) {
    /** Place of W_Q. */
    public static final int QUERY = 0;

    /** Place of W_K. */
    public static final int KEY = 1;

    /**
     * The first {@code count}.
     *
     * @param parameters of a causal transformer, FLOAT64
     * @param place of the matrix in the packed one
     */
    public static InputDirections of(Parameters parameters, int layer, int place, int count) {
        Tensor packed = parameters.get("encoder.layers." + layer + ".self_attn.in_proj_weight");
        int width = Math.toIntExact(packed.size(2));
        Tensor matrix = packed.at(0).slice(0, (long) place * width, (place + 1L) * width);
        try (MemoryOwner scratch = MemoryOwner.open("input directions")) {
            DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, width, width);
            svd.decompose(matrix);
            double[] values = new double[count];
            Arrays.setAll(values, svd.singularValues()::get);
            double[][] vectors = new double[count][width];
            for (int index = 0; index < count; index++) {
                MemorySegment.copy(
                        svd.rightVectors().segment(),
                        ValueLayout.JAVA_DOUBLE,
                        (long) Double.BYTES * index * width,
                        vectors[index],
                        0,
                        width);
            }
            return new InputDirections(values, vectors);
        }
    }
}
