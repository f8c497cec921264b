package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.ValueLayout;

/**
 * A step of a model of one block, by every operation that a training step has: embedding, norm, packed projection,
 * attention, residual, feed-forward, head, loss, all backwards, clipping, AdamW, and a row in a ring of results.
 */
final class TrainingStep {
    private static final int RUNS = 3;
    private static final int[] LENGTHS = {9, 1, 14};
    private static final int ROWS = 24;
    private static final int WIDTH = 20;
    private static final int HIDDEN = 36;
    private static final int TOKENS = 7;
    private static final int POSITIONS = 14;
    private static final AttentionShape SHAPE = new AttentionShape(2, WIDTH / 2, true);

    private final Backend backend;
    private final MemoryOwner owner;
    private final DType type;
    private final PackedSequences rows;
    private final Tensor parameters;
    private final Tensor gradients;
    private final Tensor firstMoment;
    private final Tensor secondMoment;
    private final Tensor decayPart;
    private final Tensor hyperparameters;
    private final Tensor tokens;
    private final Tensor positions;
    private final Tensor targets;
    private final Tensor weights;
    private final Tensor results;
    private final Tensor statistics;
    private final Tensor squares;
    private final Tensor counter;
    private final OptimizerArguments arguments;
    private long used;

    private final Named tokenTable;
    private final Named positionTable;
    private final Named gain;
    private final Named shift;
    private final Named projection;
    private final Named projectionBias;
    private final Named out;
    private final Named up;
    private final Named upBias;
    private final Named down;
    private final Named head;

    private final Tensor embedded;
    private final Tensor normalized;
    private final Tensor mean;
    private final Tensor inverse;
    private final Tensor projected;
    private final Tensor probabilities;
    private final Tensor attended;
    private final Tensor hidden;
    private final Tensor raised;
    private final Tensor activated;
    private final Tensor output;
    private final Tensor logits;
    private final Tensor[] gradientsOfWidth = new Tensor[3];
    private final Tensor raisedGradient;
    private final Tensor projectedGradient;
    private final Tensor logitsGradient;

    /** A parameter and its gradient, views of the flat vectors. */
    private record Named(Tensor value, Tensor gradient) {}

    TrainingStep(Backend backend, MemoryOwner owner, DType type) {
        this.backend = backend;
        this.owner = owner;
        this.type = type;
        rows = new PackedSequences(owner, RUNS, LENGTHS.length + 2, ROWS);
        for (int run = 0; run < RUNS; run++) {
            for (int i = 0; i < LENGTHS.length; i++) {
                rows.append(run, LENGTHS[(i + run) % LENGTHS.length]);
            }
        }
        parameters = backend.allocate(owner, type, RUNS, 8000);
        gradients = backend.allocate(owner, type, RUNS, 8000);
        firstMoment = backend.allocate(owner, type, RUNS, 8000);
        secondMoment = backend.allocate(owner, type, RUNS, 8000);
        decayPart = backend.allocate(owner, type, RUNS, 8000);
        PhiloxKey[] keys = {new PhiloxKey(1, 0), new PhiloxKey(2, 0), new PhiloxKey(3, 0)};
        backend.normal(keys, 0, 0.2, parameters);
        tokenTable = named(TOKENS, WIDTH);
        positionTable = named(POSITIONS, WIDTH);
        gain = named(WIDTH);
        shift = named(WIDTH);
        projection = named(3 * WIDTH, WIDTH);
        projectionBias = named(3 * WIDTH);
        out = named(WIDTH, WIDTH);
        up = named(HIDDEN, WIDTH);
        upBias = named(HIDDEN);
        down = named(WIDTH, HIDDEN);
        head = named(TOKENS, WIDTH);
        hyperparameters = backend.allocate(owner, DType.FLOAT64, RUNS, OptimizerArguments.HYPERPARAMETERS);
        double[] settings = {1e-2, 0.1, 0.9, 0.98, 1e-8, 0, 0, 1, 0.5};
        for (int run = 0; run < RUNS; run++) {
            for (int column = 0; column < settings.length; column++) {
                hyperparameters.set(settings[column], run, column);
            }
        }
        arguments = new OptimizerArguments(
                parameters, gradients, firstMoment, secondMoment, null, decayPart, hyperparameters);
        tokens = numbers(3, TOKENS);
        positions = numbers(1, POSITIONS);
        targets = numbers(5, TOKENS);
        weights = backend.allocate(owner, type, RUNS, ROWS);
        backend.fill(weights, 1.0 / ROWS);
        statistics = backend.allocate(owner, DType.FLOAT64, RUNS, 3);
        squares = backend.allocate(owner, DType.FLOAT64, RUNS);
        results = backend.allocate(owner, DType.FLOAT64, 8, RUNS, 3);
        counter = backend.allocate(owner, DType.FLOAT64, 1);
        embedded = activation(WIDTH);
        normalized = activation(WIDTH);
        mean = backend.allocate(owner, type, RUNS, ROWS);
        inverse = backend.allocate(owner, type, RUNS, ROWS);
        projected = activation(3 * WIDTH);
        probabilities = backend.allocate(owner, type, RUNS, ROWS, SHAPE.heads(), POSITIONS);
        attended = activation(WIDTH);
        hidden = activation(WIDTH);
        raised = activation(HIDDEN);
        activated = activation(HIDDEN);
        output = activation(WIDTH);
        logits = activation(TOKENS);
        for (int i = 0; i < gradientsOfWidth.length; i++) {
            gradientsOfWidth[i] = activation(WIDTH);
        }
        raisedGradient = activation(HIDDEN);
        projectedGradient = activation(3 * WIDTH);
        logitsGradient = activation(TOKENS);
    }

    private Named named(long... shape) {
        Tensor value = parameters.viewPerRun(used, shape);
        Named named = new Named(value, gradients.viewPerRun(used, shape));
        used += value.elements() / RUNS;
        return named;
    }

    private Tensor activation(long width) {
        return backend.allocate(owner, type, RUNS, ROWS, width);
    }

    private Tensor numbers(int factor, int bound) {
        Tensor numbers = backend.allocate(owner, DType.INT32, RUNS, ROWS);
        for (int run = 0; run < RUNS; run++) {
            for (int row = 0; row < ROWS; row++) {
                numbers.set((factor * row + run) % bound, run, row);
            }
        }
        return numbers;
    }

    void run() {
        backend.fill(gradients, 0);
        backend.fill(statistics, 0);
        forward();
        backend.crossEntropy(rows, logits, targets, weights, logitsGradient, statistics);
        backward();
        backend.sumOfSquares(gradients, squares);
        backend.beginOptimizerStep(squares, hyperparameters);
        backend.adamW(arguments);
        backend.store(statistics, results, counter);
        backend.increment(counter);
    }

    private void forward() {
        backend.embedding(rows, tokens, positions, tokenTable.value(), positionTable.value(), embedded);
        backend.layerNorm(rows, 1e-5, embedded, gain.value(), shift.value(), normalized, mean, inverse);
        backend.linear(rows, normalized, projection.value(), projectionBias.value(), null, projected);
        backend.attention(
                SHAPE, rows, rows, part(projected, 0), part(projected, 1), part(projected, 2), probabilities, attended);
        backend.linear(rows, attended, out.value(), null, embedded, hidden);
        backend.linear(rows, hidden, up.value(), upBias.value(), null, raised);
        backend.gelu(rows, Gelu.ERF, raised, activated);
        backend.linear(rows, activated, down.value(), null, hidden, output);
        backend.linear(rows, output, head.value(), null, null, logits);
    }

    private void backward() {
        Tensor first = gradientsOfWidth[0];
        Tensor second = gradientsOfWidth[1];
        Tensor third = gradientsOfWidth[2];
        backend.linearBackward(rows, logitsGradient, output, head.value(), first, head.gradient(), null);
        backend.linearBackward(rows, first, activated, down.value(), raisedGradient, down.gradient(), null);
        backend.geluBackward(rows, Gelu.ERF, raisedGradient, raised, raisedGradient);
        backend.linearBackward(rows, raisedGradient, hidden, up.value(), second, up.gradient(), upBias.gradient());
        backend.linearBackward(rows, second, attended, out.value(), third, out.gradient(), null);
        backend.attentionBackward(
                SHAPE,
                rows,
                rows,
                third,
                part(projected, 0),
                part(projected, 1),
                part(projected, 2),
                probabilities,
                part(projectedGradient, 0),
                part(projectedGradient, 1),
                part(projectedGradient, 2));
        backend.linearBackward(
                rows,
                projectedGradient,
                normalized,
                projection.value(),
                third,
                projection.gradient(),
                projectionBias.gradient());
        backend.layerNormBackward(
                rows, third, embedded, gain.value(), mean, inverse, second, second, gain.gradient(), shift.gradient());
        backend.embeddingBackward(rows, tokens, positions, second, tokenTable.gradient(), positionTable.gradient());
    }

    private static Tensor part(Tensor packed, int index) {
        return packed.slice(2, (long) index * WIDTH, (index + 1L) * WIDTH);
    }

    /** Everything that the steps have changed for good. */
    byte[] state() {
        Tensor[] tensors = {parameters, firstMoment, secondMoment, decayPart, hyperparameters, results};
        int bytes = 0;
        for (Tensor tensor : tensors) {
            bytes += Math.toIntExact(tensor.elements() * tensor.type().bytes());
        }
        byte[] state = new byte[bytes];
        int offset = 0;
        for (Tensor tensor : tensors) {
            Tensor host = Tensor.allocate(owner, tensor.type(), tensor.shape());
            backend.copy(tensor, host);
            byte[] part = host.segment().toArray(ValueLayout.JAVA_BYTE);
            System.arraycopy(part, 0, state, offset, part.length);
            offset += part.length;
        }
        return state;
    }
}
