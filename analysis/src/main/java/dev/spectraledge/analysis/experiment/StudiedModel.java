package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.SequenceDataset;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Workspace;
import dev.spectraledge.trainer.training.Evaluation;

/**
 * The model of a run in FLOAT64 with weights that can be moved, on a fixed set of inputs: the first sequences of a data set,
 * in their order, each counted once.
 */
public final class StudiedModel implements AutoCloseable {
    private final MemoryOwner owner = MemoryOwner.open("studied model");
    private final Backend backend = new CpuBackend();
    private final StudiedRun run;
    private final Parameters parameters;
    private final Parameters base;
    private final Parameters gradients;
    private final PackedBatch batch;
    private final Model model;
    private final Tensor statistics;

    private StudiedModel(StudiedRun run, SequenceDataset data, int sequences, int paddedLength) {
        this.run = run;
        int count = Math.min(sequences, data.size());
        int rows = 0;
        for (int sequence = 0; sequence < count; sequence++) {
            rows += Math.max(data.length(sequence), paddedLength);
        }
        parameters = Parameters.allocate(backend, owner, DType.FLOAT64, 1, run.layout());
        base = Parameters.allocate(backend, owner, DType.FLOAT64, 1, run.layout());
        gradients = Parameters.allocate(backend, owner, DType.FLOAT64, 1, run.layout());
        batch = new PackedBatch(backend, owner, DType.FLOAT64, data.form(), 1, count, rows);
        for (int sequence = 0; sequence < count; sequence++) {
            batch.append(0, data, sequence, paddedLength, run.config().task().paddingToken(), 1);
        }
        model = run.architecture()
                .create(new Workspace(backend, owner, DType.FLOAT64, 1, rows, parameters, gradients)
                        .withSourceRows(count * data.form().sourceLength()));
        statistics = backend.allocate(owner, DType.FLOAT64, data.form().accuracies(), 1, 3);
    }

    /** Whose model this is. */
    public StudiedRun run() {
        return run;
    }

    /** On real tokens only. */
    public static StudiedModel of(StudiedRun run, SequenceDataset data, int sequences) {
        return new StudiedModel(run, data, sequences, 0);
    }

    /** With every sequence padded to the data set's context length, as the published code computes attention patterns. */
    public static StudiedModel padded(StudiedRun run, SequenceDataset data, int sequences) {
        return new StudiedModel(run, data, sequences, data.contextLength());
    }

    /** Takes the weights of a snapshot, from which they are moved. */
    public void load(long step) {
        run.read(step, base);
        restore();
    }

    /** Takes any weights {@code [1, P]}. */
    public void load(Tensor weights) {
        backend.copy(weights, base.flat());
        restore();
    }

    /** Back to the weights that were loaded last. */
    public void restore() {
        backend.copy(base.flat(), parameters.flat());
    }

    /** θ_A ← θ_A + amount·direction; the direction is {@code [1, p]}. */
    public void move(double amount, Tensor direction) {
        backend.axpy(amount, direction, attention());
    }

    /** θ_A, to be changed in place. */
    public Tensor attention() {
        return parameters.subset(ParameterSubset.ATTENTION);
    }

    /** The weights as they are now, to be changed in place. */
    public Parameters parameters() {
        return parameters;
    }

    /** Mean loss and accuracies, token by token. */
    public Evaluation evaluate() {
        backend.fill(statistics, 0);
        model.evaluate(batch, statistics);
        return evaluation();
    }

    /** The same; {@link #gradient} then holds the derivative of the mean loss. */
    public Evaluation differentiate() {
        backend.fill(statistics, 0);
        backend.fill(gradients.flat(), 0);
        model.differentiate(batch, statistics);
        backend.scale(1 / statistics.get(0, 0, 2), gradients.flat());
        return evaluation();
    }

    private Evaluation evaluation() {
        double[][] sums = new double[Math.toIntExact(statistics.size(0))][3];
        for (int accuracy = 0; accuracy < sums.length; accuracy++) {
            for (int column = 0; column < 3; column++) {
                sums[accuracy][column] = statistics.get(accuracy, 0, column);
            }
        }
        return Evaluation.of(batch.form(), sums);
    }

    /** Derivative of the mean loss at the last {@link #differentiate}. */
    public Parameters gradient() {
        return gradients;
    }

    /** What the model computed last is read from it, by those who know its kind. */
    public Model model() {
        return model;
    }

    /** The inputs. */
    public PackedBatch batch() {
        return batch;
    }

    public Backend backend() {
        return backend;
    }

    @Override
    public void close() {
        owner.close();
    }
}
