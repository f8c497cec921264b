package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.MatrixCommutator;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.Places;
import java.util.List;

/** Two scalars of a causal model's attention: how spread out it is, and how far W_Q and W_K are from commuting. */
final class AttentionState implements AutoCloseable {
    private static final double GUARD = 1e-10;

    private final MemoryOwner owner = MemoryOwner.open("attention state");
    private final StudiedModel model;
    private final int layers;
    private final MatrixCommutator commutator;

    AttentionState(StudiedModel model) {
        this.model = model;
        layers = model.run().config().model().layers();
        commutator = new MatrixCommutator(
                model.backend(), owner, model.run().config().model().width());
    }

    /**
     * −Σ a log(a + 1e-10) over keys of what the model computed last, the mean over queries, heads and sequences, then over
     * layers; queries at padding count where the inputs are padded (Lifecycle §4.10).
     */
    double entropy() {
        double sum = 0;
        for (int layer = 0; layer < layers; layer++) {
            sum += entropy(model.places().get(Places.pattern(layer)).values());
        }
        return sum / layers;
    }

    private double entropy(Tensor probabilities) {
        PackedSequences sequences = model.batch().sequences();
        int heads = Math.toIntExact(probabilities.size(2));
        double sum = 0;
        int count = 0;
        for (int sequence = 0; sequence < sequences.sequences(0); sequence++) {
            for (int query = 0; query < sequences.length(0, sequence); query++) {
                int row = sequences.begin(0, sequence) + query;
                for (int head = 0; head < heads; head++) {
                    for (int key = 0; key <= query; key++) {
                        double attention = probabilities.get(0, row, head, key);
                        sum -= attention * Math.log(attention + GUARD);
                    }
                    count++;
                }
            }
        }
        return sum / count;
    }

    /** ‖W_Q W_K − W_K W_Q‖_F, the mean over layers. */
    double commutator() {
        double sum = 0;
        for (int layer = 0; layer < layers; layer++) {
            List<WeightMatrix> matrices = WeightMatrix.ofLastStack(model.run().layout(), layer);
            Tensor weights = model.parameters().flat();
            sum += commutator.norm(
                    WeightMatrix.named(matrices, WeightMatrix.QUERY).matrix(weights),
                    WeightMatrix.named(matrices, WeightMatrix.KEY).matrix(weights));
        }
        return sum / layers;
    }

    @Override
    public void close() {
        owner.close();
    }
}
