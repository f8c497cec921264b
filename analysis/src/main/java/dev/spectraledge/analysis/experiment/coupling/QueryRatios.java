package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.linalg.DenseSvd;
import dev.spectraledge.trainer.model.Parameters;
import java.util.NavigableMap;
import java.util.TreeMap;

/** σ₁/σ₂ of the first layer's W_Q, at every snapshot. */
final class QueryRatios {
    private QueryRatios() {}

    static NavigableMap<Long, Double> of(StudiedRun run) {
        WeightMatrix query = WeightMatrix.named(WeightMatrix.ofLastStack(run.layout(), 0), WeightMatrix.QUERY);
        NavigableMap<Long, Double> ratios = new TreeMap<>();
        try (MemoryOwner owner = MemoryOwner.open("ratios of a weight matrix")) {
            Parameters weights = Parameters.allocate(run.backend(), owner, DType.FLOAT64, 1, run.layout());
            DenseSvd svd = new DenseSvd(owner, DType.FLOAT64, query.rows(), query.columns());
            for (long step : run.steps()) {
                run.read(step, weights);
                svd.decompose(query.matrix(weights.flat()));
                ratios.put(
                        step, svd.singularValues().get(0) / svd.singularValues().get(1));
            }
        }
        return ratios;
    }
}
