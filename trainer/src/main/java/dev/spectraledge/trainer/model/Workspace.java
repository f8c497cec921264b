package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HeadLoss;
import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.RotaryShape;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * What the layers of one model compute with: the backend, the parameters θ, the gradient that the model adds to, and room
 * for the activations of its largest batch.
 */
public final class Workspace {
    private final Backend backend;
    private final MemoryOwner owner;
    private final DType precision;
    private final int runs;
    private final int capacityRows;
    private final int capacitySourceRows;
    /** 0 where sequences share no prefixes. */
    private final int capacitySharingKeys;

    private final Parameters parameters;
    private final Parameters gradients;
    private final LossGradient lossGradient;
    private final Activations activations;

    /** Activations in the order in which a model asks for them; workspaces in turns have them in common. */
    private static final class Activations {
        private final List<Tensor> tensors;
        private int taken;

        Activations(List<Tensor> tensors) {
            this.tensors = tensors;
        }
    }

    /**
     * @param gradients null for a model that only predicts
     * @param capacityRows rows per run
     */
    public Workspace(
            Backend backend,
            MemoryOwner owner,
            DType precision,
            int runs,
            int capacityRows,
            Parameters parameters,
            Parameters gradients) {
        this(
                backend,
                owner,
                precision,
                runs,
                capacityRows,
                0,
                0,
                parameters,
                gradients,
                LossGradient.ACCURATE,
                new Activations(new ArrayList<>()));
    }

    private Workspace(
            Backend backend,
            MemoryOwner owner,
            DType precision,
            int runs,
            int capacityRows,
            int capacitySourceRows,
            int capacitySharingKeys,
            Parameters parameters,
            Parameters gradients,
            LossGradient lossGradient,
            Activations activations) {
        this.backend = backend;
        this.owner = owner;
        this.precision = precision;
        this.runs = runs;
        this.capacityRows = capacityRows;
        this.capacitySourceRows = capacitySourceRows;
        this.capacitySharingKeys = capacitySharingKeys;
        this.parameters = parameters;
        this.gradients = gradients;
        this.lossGradient = lossGradient;
        this.activations = activations;
    }

    /**
     * A workspace for another model of the same shape that reuses the activation memory of this one, which is then still in the
     * caches. The two must not compute at the same time.
     */
    public Workspace inTurns(Parameters otherParameters, Parameters otherGradients) {
        return new Workspace(
                backend,
                owner,
                precision,
                runs,
                capacityRows,
                capacitySourceRows,
                capacitySharingKeys,
                otherParameters,
                otherGradients,
                lossGradient,
                new Activations(activations.tensors));
    }

    /** The same with room for sources that the sequences answer. */
    public Workspace withSourceRows(int rows) {
        return with(capacityRows, rows, capacitySharingKeys, lossGradient);
    }

    /**
     * The same for batches in which the beginnings that sequences have in common are there once ({@link PackedBatch#of}), and
     * no others.
     *
     * @param keys sum of the whole lengths of the sequences of the largest batch; 0 for batches of whole sequences
     */
    public Workspace withSharedPrefixes(int keys) {
        return with(capacityRows, capacitySourceRows, keys, lossGradient);
    }

    /** The same, for a loss whose derivative is computed in some way. */
    public Workspace withLossGradient(LossGradient own) {
        return with(capacityRows, capacitySourceRows, capacitySharingKeys, own);
    }

    /** For a part of the same model that computes with another number of rows. */
    Workspace withRows(int rows) {
        return with(rows, capacitySourceRows, capacitySharingKeys, lossGradient);
    }

    /** The same model's in other respects. */
    private Workspace with(int rows, int sourceRows, int sharingKeys, LossGradient own) {
        return new Workspace(
                backend,
                owner,
                precision,
                runs,
                rows,
                sourceRows,
                sharingKeys,
                parameters,
                gradients,
                own,
                activations);
    }

    LossGradient lossGradient() {
        return lossGradient;
    }

    /** Rows per run. */
    int capacityRows() {
        return capacityRows;
    }

    /** Rows per run of the sources. */
    int capacitySourceRows() {
        return capacitySourceRows;
    }

    /** Whether sequences have their common beginnings once. */
    boolean sharesPrefixes() {
        return capacitySharingKeys > 0;
    }

    /** Rows per run that sequences see, each counted for every sequence. */
    int capacityKeys() {
        return sharesPrefixes() ? capacitySharingKeys : capacityRows;
    }

    /** All rows of each run, as one sequence. */
    PackedSequences allRows() {
        PackedSequences rows = new PackedSequences(owner, runs, 1, capacityRows);
        for (int run = 0; run < runs; run++) {
            rows.append(run, capacityRows);
        }
        return rows;
    }

    /** INT32 {@code [S, capacity]}: a number for each row, the same for all runs. */
    Tensor numbers(IntUnaryOperator ofRow) {
        Tensor result = backend.allocate(owner, DType.INT32, runs, capacityRows);
        try (MemoryOwner staging = MemoryOwner.open("numbers of rows")) {
            Tensor staged = Tensor.allocate(staging, DType.INT32, runs, capacityRows);
            for (int run = 0; run < runs; run++) {
                for (int row = 0; row < capacityRows; row++) {
                    staged.set(ofRow.applyAsInt(row), run, row);
                }
            }
            backend.copy(staged, result);
        }
        return result;
    }

    /** The angles of rotary positions, for all runs ({@link RotaryShape#angles}). */
    Tensor angles(RotaryShape shape, int positions, double base) {
        return shape.angles(backend, owner, precision, positions, base);
    }

    /** The loss of a batch, chunk by chunk of its rows; see {@link HeadLoss}. */
    HeadLoss headLoss(
            PackedBatch batch,
            Tensor input,
            Tensor weight,
            Tensor inputGradient,
            Tensor weightGradient,
            Tensor chunkLogits) {
        return new HeadLoss(
                backend,
                input,
                weight,
                batch.targets().run(0),
                batch.weights(),
                inputGradient,
                weightGradient,
                chunkLogits);
    }

    public Backend backend() {
        return backend;
    }

    public Parameters gradients() {
        return gradients;
    }

    /** A new activation {@code [S, capacity, widths…]}; a new value per row where there are no widths. */
    public Tensor activation(long... widths) {
        long[] shape = new long[2 + widths.length];
        shape[0] = runs;
        shape[1] = capacityRows;
        System.arraycopy(widths, 0, shape, 2, widths.length);
        if (activations.taken == activations.tensors.size()) {
            activations.tensors.add(backend.allocate(owner, precision, shape));
        }
        Tensor activation = activations.tensors.get(activations.taken++);
        if (!Arrays.equals(activation.shape(), shape)) {
            throw new IllegalArgumentException("models that take turns must have one shape: " + activation
                    + " cannot be an activation " + Arrays.toString(shape));
        }
        return activation;
    }

    Tensor parameter(String name) {
        return parameters.get(name);
    }

    /** Neighbours in the flat vector as one tensor {@code [S, shape…]}, from the first one's name on. */
    Tensor joined(String first, long... shape) {
        return parameters.joined(first, shape);
    }

    Tensor joinedGradient(String first, long... shape) {
        return gradients == null ? null : gradients.joined(first, shape);
    }

    Tensor gradient(String name) {
        return gradients == null ? null : gradients.get(name);
    }
}
