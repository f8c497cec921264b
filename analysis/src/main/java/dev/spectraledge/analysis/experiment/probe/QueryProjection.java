package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.InputDirections;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.trainer.model.Parameters;
import java.util.Arrays;

/** Projections on the strongest input directions of a layer's W_Q. */
record QueryProjection(InputDirections directions) {

    static QueryProjection of(Parameters parameters, int layer, int count) {
        return new QueryProjection(InputDirections.of(parameters, layer, WeightMatrix.QUERY, count));
    }

    /** The component of each row along a direction, as the only feature. */
    double[][] project(double[][] rows, int index) {
        double[] direction = directions.vectors()[index];
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
