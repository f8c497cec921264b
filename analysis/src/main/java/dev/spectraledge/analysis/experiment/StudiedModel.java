package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.PrefixTree;
import dev.spectraledge.trainer.data.TokenRows;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Places;
import dev.spectraledge.trainer.model.Workspace;
import dev.spectraledge.trainer.step.Evaluation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The model of a run in FLOAT64 with weights that can be moved, on a fixed set of inputs: the first sequences of a data set,
 * in their order, each counted once.
 */
public final class StudiedModel implements AutoCloseable {
    private final MemoryOwner owner = MemoryOwner.open("studied model");
    private final Backend backend;
    private final StudiedRun run;
    private final Parameters parameters;
    private final Parameters base;
    private final Parameters gradients;
    private final PackedBatch batch;
    /** Of each sequence the one of the batch that has its tokens. */
    private final int[] inBatch;
    /** Of each sequence the rows of the batch that have its tokens. */
    private final int[][] rows;

    private final Model model;
    private final Places places;
    private final Tensor statistics;

    private StudiedModel(StudiedRun run, Examples data, long sequences, boolean shares, int paddedLength) {
        this.run = run;
        backend = run.backend();
        parameters = Parameters.allocate(backend, owner, DType.FLOAT64, 1, run.layout());
        base = Parameters.allocate(backend, owner, DType.FLOAT64, 1, run.layout());
        gradients = Parameters.allocate(backend, owner, DType.FLOAT64, 1, run.layout());
        inBatch = new int[(int) Math.min(sequences, data.size())];
        batch = shares ? shared(data) : tokenByToken(data, paddedLength);
        rows = IntStream.of(inBatch).mapToObj(this::rowsInBatch).toArray(int[][]::new);
        Workspace workspace = new Workspace(
                        backend, owner, DType.FLOAT64, 1, batch.sequences().capacityRows(), parameters, gradients)
                .withSourceRows(inBatch.length * data.form().sourceLength());
        model = run.architecture()
                .create(
                        shares
                                ? workspace.withSharedPrefixes(
                                        batch.rows().keys().capacityRows())
                                : workspace);
        places = model.places();
        statistics = backend.allocate(owner, DType.FLOAT64, data.form().accuracies(), 1, 3);
    }

    private PackedBatch shared(Examples data) {
        PrefixTree.Part tree = PrefixTree.of(EvaluationSet.of(data, LongStream.range(0, inBatch.length)))
                .whole();
        Map<Long, Integer> branches = new HashMap<>();
        for (PrefixTree.Branch branch : tree.branches()) {
            branches.put(branch.sequence(), branches.size());
        }
        Arrays.setAll(inBatch, sequence -> branches.get(data.representative(sequence)));
        return PackedBatch.of(backend, owner, DType.FLOAT64, data, tree);
    }

    private PackedBatch tokenByToken(Examples data, int paddedLength) {
        Arrays.setAll(inBatch, sequence -> sequence);
        int rows = IntStream.of(inBatch)
                .map(sequence -> Math.max(data.length(sequence), paddedLength))
                .sum();
        PackedBatch whole = new PackedBatch(backend, owner, DType.FLOAT64, data.form(), 1, inBatch.length, rows);
        for (int sequence : inBatch) {
            whole.append(0, data, sequence, paddedLength, run.config().task().paddingToken(), 1);
        }
        return whole;
    }

    /** Whose model this is. */
    public StudiedRun run() {
        return run;
    }

    /** On real tokens only; where the architecture allows it, what sequences begin with in common is computed once. */
    public static StudiedModel of(StudiedRun run, Examples data, long sequences) {
        return new StudiedModel(run, data, sequences, run.architecture().sharesPrefixes(), 0);
    }

    /** On real tokens only, one row for each. */
    public static StudiedModel tokenByToken(StudiedRun run, Examples data, long sequences) {
        return new StudiedModel(run, data, sequences, false, 0);
    }

    /** With every sequence padded to the data set's context length, as the published code computes attention patterns. */
    public static StudiedModel padded(StudiedRun run, Examples data, long sequences) {
        return new StudiedModel(run, data, sequences, false, data.contextLength());
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

    /** What the model computed last. */
    public Places places() {
        return places;
    }

    /** The inputs as the model computes them. */
    public PackedBatch batch() {
        return batch;
    }

    /** Number of sequences. */
    public int sequences() {
        return inBatch.length;
    }

    /** The rows of the batch that have the tokens of a sequence. */
    public int[] rows(int sequence) {
        return rows[sequence].clone();
    }

    private int[] rowsInBatch(int index) {
        TokenRows tokens = batch.rows();
        int begin = tokens.keys().begin(0, index);
        return IntStream.range(begin, begin + tokens.keys().length(0, index))
                .map(key ->
                        tokens.keyRows() == null ? key : tokens.keyRows().run(0).getInt(key))
                .toArray();
    }

    public Backend backend() {
        return backend;
    }

    @Override
    public void close() {
        owner.close();
    }
}
