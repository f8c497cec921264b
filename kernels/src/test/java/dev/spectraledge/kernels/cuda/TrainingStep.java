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
import java.util.List;
import java.util.stream.IntStream;

/**
 * A step of a model of one block, by every operation that a training step has: embedding, norm, packed projection,
 * attention, residual, feed-forward, head, loss, all backwards, clipping, AdamW, and a row in a ring of results.
 */
final class TrainingStep {
    private static final int TOKENS = 7;

    /** How large everything is; each run has sequences of these lengths. */
    record Sizes(int runs, List<Integer> lengths, int width, int hidden) {
        static final Sizes ODD = new Sizes(3, List.of(9, 1, 14), 20, 36);
        static final Sizes TINY = new Sizes(1, List.of(1), 2, 2);

        int rows() {
            return lengths.stream().mapToInt(Integer::intValue).sum();
        }

        int longest() {
            return lengths.stream().mapToInt(Integer::intValue).max().orElseThrow();
        }

        AttentionShape attention() {
            return new AttentionShape(2, width / 2, true);
        }

        /** Enough for all parameters of a run. */
        long parameters() {
            return (2L * TOKENS + longest() + 2 + 3L * width + 3 + width + hidden + 1 + hidden) * width + hidden;
        }
    }

    private final Sizes sizes;
    private final AttentionShape shape;
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
    private final Tensor scheduled;
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
    private final Tensor[] projectedParts;
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
    private final Tensor[] gradientParts;
    private final Tensor logitsGradient;

    /** A parameter and its gradient, views of the flat vectors. */
    private record Named(Tensor value, Tensor gradient) {}

    TrainingStep(Backend backend, MemoryOwner owner, DType type, Sizes sizes) {
        this.sizes = sizes;
        shape = sizes.attention();
        this.backend = backend;
        this.owner = owner;
        this.type = type;
        rows = new PackedSequences(owner, sizes.runs(), sizes.lengths().size() + 2, sizes.rows());
        for (int run = 0; run < sizes.runs(); run++) {
            for (int i = 0; i < sizes.lengths().size(); i++) {
                rows.append(run, sizes.lengths().get((i + run) % sizes.lengths().size()));
            }
        }
        parameters = backend.allocate(owner, type, sizes.runs(), sizes.parameters());
        gradients = backend.allocate(owner, type, sizes.runs(), sizes.parameters());
        firstMoment = backend.allocate(owner, type, sizes.runs(), sizes.parameters());
        secondMoment = backend.allocate(owner, type, sizes.runs(), sizes.parameters());
        decayPart = backend.allocate(owner, type, sizes.runs(), sizes.parameters());
        PhiloxKey[] keys = IntStream.range(0, sizes.runs())
                .mapToObj(run -> new PhiloxKey(run, 0))
                .toArray(PhiloxKey[]::new);
        backend.normal(keys, 0, 0.2, parameters);
        tokenTable = named(TOKENS, sizes.width());
        positionTable = named(sizes.longest(), sizes.width());
        gain = named(sizes.width());
        shift = named(sizes.width());
        projection = named(3L * sizes.width(), sizes.width());
        projectionBias = named(3L * sizes.width());
        out = named(sizes.width(), sizes.width());
        up = named(sizes.hidden(), sizes.width());
        upBias = named(sizes.hidden());
        down = named(sizes.width(), sizes.hidden());
        head = named(TOKENS, sizes.width());
        hyperparameters = backend.allocate(owner, DType.FLOAT64, sizes.runs(), OptimizerArguments.HYPERPARAMETERS);
        scheduled = backend.allocate(owner, DType.FLOAT64, sizes.runs(), OptimizerArguments.SCHEDULED);
        double[] settings = {1e-2, 0, 0.9, 0.98, 1e-8, 0, 0, 1, 0.5};
        for (int run = 0; run < sizes.runs(); run++) {
            for (int column = 0; column < settings.length; column++) {
                hyperparameters.set(settings[column], run, column);
            }
            scheduled.set(settings[OptimizerArguments.LEARNING_RATE], run, OptimizerArguments.SCHEDULED_LEARNING_RATE);
            scheduled.set(0.1, run, OptimizerArguments.SCHEDULED_WEIGHT_DECAY);
            scheduled.set(1, run, OptimizerArguments.SCHEDULED_STEP);
        }
        arguments = new OptimizerArguments(
                parameters, gradients, firstMoment, secondMoment, null, decayPart, hyperparameters);
        tokens = numbers(3, TOKENS);
        positions = numbers(1, sizes.longest());
        targets = numbers(5, TOKENS);
        weights = backend.allocate(owner, type, sizes.runs(), sizes.rows());
        backend.fill(weights, 1.0 / sizes.rows());
        statistics = backend.allocate(owner, DType.FLOAT64, sizes.runs(), 3);
        squares = backend.allocate(owner, DType.FLOAT64, sizes.runs());
        results = backend.allocate(owner, DType.FLOAT64, 8, sizes.runs(), 3);
        counter = backend.allocate(owner, DType.FLOAT64, 1);
        embedded = activation(sizes.width());
        normalized = activation(sizes.width());
        mean = backend.allocate(owner, type, sizes.runs(), sizes.rows());
        inverse = backend.allocate(owner, type, sizes.runs(), sizes.rows());
        projected = activation(3L * sizes.width());
        projectedParts = parts(projected);
        probabilities = backend.allocate(owner, type, sizes.runs(), sizes.rows(), shape.heads(), sizes.longest());
        attended = activation(sizes.width());
        hidden = activation(sizes.width());
        raised = activation(sizes.hidden());
        activated = activation(sizes.hidden());
        output = activation(sizes.width());
        logits = activation(TOKENS);
        for (int i = 0; i < gradientsOfWidth.length; i++) {
            gradientsOfWidth[i] = activation(sizes.width());
        }
        raisedGradient = activation(sizes.hidden());
        projectedGradient = activation(3L * sizes.width());
        gradientParts = parts(projectedGradient);
        logitsGradient = activation(TOKENS);
    }

    private Named named(long... shape) {
        Tensor value = parameters.viewPerRun(used, shape);
        Named named = new Named(value, gradients.viewPerRun(used, shape));
        used += value.elements() / sizes.runs();
        return named;
    }

    private Tensor activation(long width) {
        return backend.allocate(owner, type, sizes.runs(), sizes.rows(), width);
    }

    private Tensor numbers(int factor, int bound) {
        Tensor numbers = backend.allocate(owner, DType.INT32, sizes.runs(), sizes.rows());
        for (int run = 0; run < sizes.runs(); run++) {
            for (int row = 0; row < sizes.rows(); row++) {
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
        backend.beginOptimizerStep(squares, scheduled, hyperparameters);
        backend.adamW(arguments);
        backend.store(statistics, results, counter);
        backend.increment(counter);
    }

    private void forward() {
        backend.embedding(rows, tokens, positions, tokenTable.value(), positionTable.value(), embedded);
        backend.layerNorm(rows, 1e-5, embedded, gain.value(), shift.value(), normalized, mean, inverse);
        backend.linear(rows, normalized, projection.value(), projectionBias.value(), null, projected);
        backend.attention(
                shape, rows, rows, projectedParts[0], projectedParts[1], projectedParts[2], probabilities, attended);
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
                shape,
                rows,
                rows,
                third,
                projectedParts[0],
                projectedParts[1],
                projectedParts[2],
                probabilities,
                gradientParts[0],
                gradientParts[1],
                gradientParts[2]);
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

    /** The three parts of a packed projection. */
    private Tensor[] parts(Tensor packed) {
        return IntStream.range(0, 3)
                .mapToObj(index -> packed.slice(2, (long) index * sizes.width(), (index + 1L) * sizes.width()))
                .toArray(Tensor[]::new);
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
