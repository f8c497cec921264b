package dev.spectraledge.analysis.gradient;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.BatchPacker;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.ShareCapacity;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Workspace;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.SampledBatches;
import java.util.List;

/**
 * Gradients of the mean loss of minibatches, drawn with replacement from the training set as in training and as large as
 * there, without clipping.
 */
public final class MinibatchGradients implements GradientSource, AutoCloseable {
    /** Keeps these draws apart from those that the run was trained on. */
    private static final long OTHER_DRAWS = 0x5DEFEC7L;

    private final MemoryOwner owner = MemoryOwner.open("minibatch gradients");
    private final Backend backend;
    private final Examples data;
    private final Parameters parameters;
    private final Parameters gradients;
    private final PackedBatch[] batch;
    private final Model model;
    private final Tensor statistics;
    private final BatchPacker packer;
    private final SampledBatches batches;
    private final long[] draws;

    /**
     * Of one of the runs that a setup describes.
     *
     * @param type in which the model computes
     */
    public MinibatchGradients(TrainingSetup setup, int run, Backend backend, DType type) {
        this.backend = backend;
        data = setup.data().get(run).train();
        int batchSize = setup.batchSize();
        Batching batching = setup.batching();
        ParameterLayout layout = setup.architecture().layout();
        ShareCapacity capacity = ShareCapacity.of(List.of(data), batching, batchSize, data.contextLength(), 1);
        parameters = Parameters.allocate(backend, owner, type, 1, layout);
        gradients = Parameters.allocate(backend, owner, type, 1, layout);
        batch = new PackedBatch[] {new PackedBatch(backend, owner, type, data.form(), 1, capacity)};
        model = setup.architecture()
                .create(new Workspace(backend, owner, type, 1, capacity.rows(), parameters, gradients)
                        .withSourceRows(capacity.sourceRows())
                        .withSharedPrefixes(capacity.keys()));
        statistics = backend.allocate(owner, DType.FLOAT64, data.form().accuracies(), 1, 3);
        packer = new BatchPacker(data.contextLength(), batching, setup.paddingToken(), batchSize, 1);
        draws = new long[batchSize];
        batches = new SampledBatches(new long[] {setup.seeds()[run] ^ OTHER_DRAWS}, data::draws);
    }

    /** The same number is always the same batch. */
    @Override
    public void gradient(long number, Tensor at, Tensor gradient) {
        pack(number);
        differentiate(at, gradient);
    }

    /** Gradients of the loss of one objective alone, where there are several; with a backend of the host. */
    public GradientSource of(int objective) {
        return (number, at, gradient) -> {
            pack(number);
            for (int other = 0; other < data.form().objectives(); other++) {
                if (other != objective) {
                    // Targets of −1 count for nothing.
                    batch[0].targets().run(other).segment().fill((byte) -1);
                }
            }
            differentiate(at, gradient);
        };
    }

    private void pack(long number) {
        batches.draw(number, 0, draws);
        batch[0].clear();
        packer.pack(data, 0, draws, 0, draws.length, BatchPacker.countedTargets(data, draws), batch);
    }

    private void differentiate(Tensor at, Tensor gradient) {
        backend.copy(at, parameters.flat());
        backend.fill(gradients.flat(), 0);
        backend.fill(statistics, 0);
        model.differentiate(batch[0], statistics);
        backend.copy(gradients.flat(), gradient);
    }

    @Override
    public void close() {
        owner.close();
    }
}
