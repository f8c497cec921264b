package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import dev.spectraledge.trainer.model.Parameters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Right singular vectors of a layer's W_Q, the first rows of the packed projection; their signs are arbitrary. */
@SuppressWarnings("ArrayRecordComponent")
record QueryProjection(double[][] directions) {

    static QueryProjection of(Parameters parameters, int layer, int count) {
        Tensor packed = parameters.get("encoder.layers." + layer + ".self_attn.in_proj_weight");
        int width = Math.toIntExact(packed.size(2));
        double[][] directions = new double[count][width];
        try (MemoryOwner scratch = MemoryOwner.open("query projection")) {
            Tensor query = Tensor.allocate(scratch, DType.FLOAT64, width, width);
            query.segment()
                    .copyFrom(packed.run(0).segment().asSlice(0, query.segment().byteSize()));
            DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, width, width);
            svd.decompose(query);
            for (int index = 0; index < count; index++) {
                MemorySegment.copy(
                        svd.rightVectors().segment(),
                        ValueLayout.JAVA_DOUBLE,
                        (long) Double.BYTES * index * width,
                        directions[index],
                        0,
                        width);
            }
        }
        return new QueryProjection(directions);
    }

    /** The component of each row along a direction, as the only feature. */
    double[][] project(double[][] rows, int index) {
        double[] direction = directions[index];
        return Arrays.stream(rows)
                .map(row -> {
                    double sum = 0;
                    for (int column = 0; column < row.length; column++) {
                        sum += row[column] * direction[column];
                    }
                    return new double[] {sum};
                })
                .toArray(double[][]::new);
    }
}
