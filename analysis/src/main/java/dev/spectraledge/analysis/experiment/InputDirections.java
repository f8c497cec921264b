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
    /**
     * The first {@code count}.
     *
     * @param parameters of a causal transformer, FLOAT64
     * @param kind such as {@link WeightMatrix#QUERY}
     */
    public static InputDirections of(Parameters parameters, int layer, String kind, int count) {
        WeightMatrix found = WeightMatrix.named(WeightMatrix.ofLastStack(parameters.layout(), layer), kind);
        int width = found.columns();
        Tensor matrix = found.matrix(parameters.flat());
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
