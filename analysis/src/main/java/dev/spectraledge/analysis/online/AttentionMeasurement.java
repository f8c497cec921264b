package dev.spectraledge.analysis.online;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Workspace;
import dev.spectraledge.trainer.step.TrainingSetup;
import java.util.List;

/**
 * The entropy of attention on a fixed sample of what a run is trained on, in the precision of the training: {@code
 * attention_entropy}, in the mean over layers, heads and queries, as {@link AttentionEntropy} has it.
 */
final class AttentionMeasurement implements ModelProbe.Measurement {
    static final List<String> COLUMNS = List.of("attention_entropy");

    /** Tokens of the sample, about. */
    private static final int TOKENS = 1024;

    private final MemoryOwner owner = MemoryOwner.open("attention");
    private final Backend backend;
    private final Parameters parameters;
    private final PackedBatch batch;
    private final Model model;
    private final AttentionEntropy entropy = new AttentionEntropy();

    AttentionMeasurement(TrainingSetup setup, int run, Backend backend) {
        this.backend = backend;
        DType type = setup.precision();
        Examples data = setup.data().get(run).train();
        EvaluationSet sample = data.evaluation(TOKENS);
        int[] whole = sample.every(0, 1);
        batch = sample.room(backend, owner, type, 1, whole, false);
        sample.append(whole, batch, 0, setup.paddingToken());
        parameters = Parameters.allocate(
                backend, owner, type, 1, setup.architecture().layout());
        Workspace workspace =
                new Workspace(backend, owner, type, 1, batch.sequences().capacityRows(), parameters, null);
        model = setup.architecture()
                .create(workspace.withSourceRows(whole.length * data.form().sourceLength()));
    }

    @Override
    public void measure(long step, Tensor at, CsvTable row) {
        backend.copy(at, parameters.flat());
        model.forward(batch);
        row.set(1, entropy.mean(model.attention(batch)));
    }

    @Override
    public void close() {
        owner.close();
    }
}
