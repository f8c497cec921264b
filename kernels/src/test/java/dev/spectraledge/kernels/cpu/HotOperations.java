package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.HeadLoss;
import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.RotaryShape;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The operations that a step of training and observing calls, on small operands whose sizes are not whole vectors. */
final class HotOperations {
    private static final int ROWS = 45;
    private static final int WIDTH = 36;
    private static final int HIDDEN = 70;
    private static final int PANELS = 128;
    private static final int CLASSES = 13;
    private static final int PARAMETERS = 5001;
    private static final int WINDOW = 3;

    /** An operation, and what it writes; {@link #run} clears that first, so that it gives the same every time. */
    record Operation(String name, Backend backend, Runnable call, Tensor... outputs) {
        void run() {
            for (Tensor output : outputs) {
                backend.fill(output, 0);
            }
            call.run();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final Backend backend = new CpuBackend();
    private final MemoryOwner owner;
    private final DType type;
    private final List<Operation> operations = new ArrayList<>();
    private final PackedSequences rows;
    private long stream;

    private HotOperations(MemoryOwner owner, DType type) {
        this.owner = owner;
        this.type = type;
        this.rows = new PackedSequences(owner, 1, 3, ROWS);
        rows.append(0, 24);
        rows.append(0, 3);
        rows.append(0, 18);
    }

    static List<Operation> all(MemoryOwner owner, DType type) {
        HotOperations hot = new HotOperations(owner, type);
        hot.addLayers();
        hot.addAttention();
        hot.addTiledAttention();
        hot.addEnds();
        hot.addFlat();
        return hot.operations;
    }

    private Tensor random(long... shape) {
        Tensor tensor = Tensor.allocate(owner, type, shape);
        backend.normal(new PhiloxKey[] {new PhiloxKey(7, stream++)}, 0, 1, tensor);
        return tensor;
    }

    private Tensor integers(int bound) {
        Tensor tensor = Tensor.allocate(owner, DType.INT32, 1, ROWS);
        for (int row = 0; row < ROWS; row++) {
            tensor.set(row * 7 % bound, 0, row);
        }
        return tensor;
    }

    private Tensor doubles(long... shape) {
        return Tensor.allocate(owner, DType.FLOAT64, shape);
    }

    private void add(String name, Runnable call, Tensor... outputs) {
        operations.add(new Operation(type + " " + name, backend, call, outputs));
    }

    private void addLayers() {
        Tensor x = random(1, ROWS, WIDTH);
        Tensor weight = random(1, HIDDEN, WIDTH);
        Tensor bias = random(1, HIDDEN);
        Tensor gain = random(1, WIDTH);
        Tensor hidden = random(1, ROWS, HIDDEN);
        Tensor mean = random(1, ROWS);
        Tensor inverse = random(1, ROWS);
        Tensor dx = random(1, ROWS, WIDTH);
        Tensor dw = random(1, HIDDEN, WIDTH);
        Tensor db = random(1, HIDDEN);
        Tensor y = random(1, ROWS, HIDDEN);
        Tensor shift = random(1, WIDTH);
        add("linear", () -> backend.linear(rows, x, weight, bias, null, y), y);
        add("linear with residual", () -> backend.linear(rows, x, weight, bias, hidden, y), y);
        add("linearBackward", () -> backend.linearBackward(rows, hidden, x, weight, dx, dw, db), dx, dw, db);
        Tensor wide = random(1, ROWS, PANELS);
        Tensor wideWeight = random(1, WIDTH, PANELS);
        Tensor wideGradient = random(1, ROWS, PANELS);
        Tensor dWide = random(1, WIDTH, PANELS);
        Tensor dWideBias = random(1, WIDTH);
        add(
                "linearBackward of whole panels",
                () -> backend.linearBackward(rows, x, wide, wideWeight, wideGradient, dWide, dWideBias),
                wideGradient,
                dWide,
                dWideBias);
        Tensor normalized = random(1, ROWS, WIDTH);
        Tensor ownMean = random(1, ROWS);
        Tensor ownInverse = random(1, ROWS);
        add(
                "layerNorm",
                () -> backend.layerNorm(rows, 1e-5, x, gain, shift, normalized, ownMean, ownInverse),
                normalized,
                ownMean,
                ownInverse);
        Tensor dGain = random(1, WIDTH);
        Tensor dShift = random(1, WIDTH);
        add(
                "layerNormBackward",
                () -> backend.layerNormBackward(rows, normalized, x, gain, mean, inverse, x, dx, dGain, dShift),
                dx,
                dGain,
                dShift);
        add("rmsNorm", () -> backend.rmsNorm(rows, 1e-5, x, gain, normalized, ownInverse), normalized, ownInverse);
        add(
                "rmsNormBackward",
                () -> backend.rmsNormBackward(rows, normalized, x, gain, inverse, x, dx, dGain),
                dx,
                dGain);
        Tensor up = random(1, ROWS, HIDDEN);
        Tensor dUp = random(1, ROWS, HIDDEN);
        add("swiGlu", () -> backend.swiGlu(rows, hidden, up, y), y);
        add("swiGluBackward", () -> backend.swiGluBackward(rows, up, hidden, up, y, dUp), y, dUp);
        Tensor positions = integers(24);
        for (RotaryShape.Pairing pairing : RotaryShape.Pairing.values()) {
            RotaryShape shape = new RotaryShape(1, WIDTH, WIDTH - 2, pairing);
            Tensor angles = shape.angles(backend, owner, type, 24, 10_000);
            add("rotary " + pairing, () -> backend.rotary(rows, shape, positions, angles, x, dx), dx);
            add("rotaryBackward " + pairing, () -> backend.rotaryBackward(rows, shape, positions, angles, x, dx), dx);
        }
        for (Gelu kind : Gelu.values()) {
            add("gelu " + kind, () -> backend.gelu(rows, kind, hidden, y), y);
            add("geluBackward " + kind, () -> backend.geluBackward(rows, kind, hidden, hidden, y), y);
        }
    }

    private void addAttention() {
        AttentionShape shape = new AttentionShape(2, WIDTH / 2, true);
        Tensor query = random(1, ROWS, WIDTH);
        Tensor key = random(1, ROWS, WIDTH);
        Tensor value = random(1, ROWS, WIDTH);
        Tensor probabilities = random(1, ROWS, 2, 24);
        Tensor gradient = random(1, ROWS, WIDTH);
        Tensor[] outputs = {random(1, ROWS, WIDTH), random(1, ROWS, WIDTH), random(1, ROWS, WIDTH)};
        Tensor ownProbabilities = random(1, ROWS, 2, 24);
        add(
                "attention",
                () -> backend.attention(shape, rows, rows, query, key, value, ownProbabilities, outputs[0]),
                ownProbabilities,
                outputs[0]);
        add(
                "attentionBackward",
                () -> backend.attentionBackward(
                        shape,
                        rows,
                        rows,
                        gradient,
                        query,
                        key,
                        value,
                        probabilities,
                        outputs[0],
                        outputs[1],
                        outputs[2]),
                outputs);
    }

    private void addTiledAttention() {
        AttentionShape shape = new AttentionShape(2, WIDTH / 2, true);
        Tensor query = random(1, ROWS, WIDTH);
        Tensor key = random(1, ROWS, WIDTH);
        Tensor value = random(1, ROWS, WIDTH);
        Tensor gradient = random(1, ROWS, WIDTH);
        Tensor logSums = random(1, ROWS, 2);
        Tensor ownLogSums = random(1, ROWS, 2);
        Tensor[] outputs = {random(1, ROWS, WIDTH), random(1, ROWS, WIDTH), random(1, ROWS, WIDTH)};
        add(
                "tiledAttention",
                () -> backend.tiledAttention(shape, rows, rows, query, key, value, ownLogSums, outputs[0]),
                ownLogSums,
                outputs[0]);
        add(
                "tiledAttentionBackward",
                () -> backend.tiledAttentionBackward(
                        shape,
                        rows,
                        rows,
                        gradient,
                        query,
                        key,
                        value,
                        gradient,
                        logSums,
                        outputs[0],
                        outputs[1],
                        outputs[2]),
                outputs);
    }

    private void addEnds() {
        Tensor tokens = integers(5);
        Tensor positions = integers(24);
        Tensor tokenTable = random(1, 5, WIDTH);
        Tensor positionTable = random(1, 24, WIDTH);
        Tensor y = random(1, ROWS, WIDTH);
        Tensor dTokens = random(1, 5, WIDTH);
        Tensor dPositions = random(1, 24, WIDTH);
        Tensor dy = random(1, ROWS, WIDTH);
        add("fill of rows", () -> backend.fill(rows, y, 0.5), y);
        add("embedding", () -> backend.embedding(rows, tokens, positions, tokenTable, positionTable, y), y);
        add(
                "embeddingBackward",
                () -> backend.embeddingBackward(rows, tokens, positions, dy, dTokens, dPositions),
                dTokens,
                dPositions);
        Tensor logits = random(1, ROWS, CLASSES);
        Tensor targets = integers(CLASSES);
        Tensor weights = random(1, ROWS);
        Tensor gradient = random(1, ROWS, CLASSES);
        Tensor statistics = doubles(1, 3);
        add(
                "crossEntropy",
                () -> backend.crossEntropy(rows, logits, targets, weights, gradient, statistics),
                gradient,
                statistics);
        Tensor dWeight = random(1, CLASSES, WIDTH);
        Tensor dInput = random(1, ROWS, WIDTH);
        HeadLoss head = new HeadLoss(
                backend, owner, dy, random(1, CLASSES, WIDTH), targets, weights, dInput, dWeight, ROWS / 4);
        add("HeadLoss", () -> head.differentiate(rows, LossGradient.ACCURATE, statistics), dInput, dWeight, statistics);
        add("sequenceAccuracy", () -> backend.sequenceAccuracy(rows, logits, targets, weights, statistics), statistics);
    }

    private void addFlat() {
        Tensor gradient = random(1, PARAMETERS);
        Tensor other = random(1, PARAMETERS);
        Tensor window = random(1, WINDOW, PARAMETERS);
        Tensor one = doubles(1);
        Tensor products = doubles(1, WINDOW);
        Tensor coefficients = doubles(1, WINDOW);
        coefficients.set(0.5, 0, 1);
        Tensor combination = random(1, PARAMETERS);
        SketchOperator operator = new SketchOperator(SketchOperator.Kind.SPARSE_SIGN, 20, 4, new PhiloxKey(1, 2));
        Tensor sketch = doubles(1, operator.rows());
        add("dot", () -> backend.dot(gradient, other, one), one);
        add("sumOfSquares", () -> backend.sumOfSquares(gradient, one), one);
        add("axpy", () -> backend.axpy(0.5, gradient, combination), combination);
        add("subtract", () -> backend.subtract(gradient, other, combination), combination);
        Tensor two = doubles(1);
        add(
                "subtract with products",
                () -> backend.subtract(gradient, other, combination, one, two),
                combination,
                one,
                two);
        Tensor before = random(1, PARAMETERS);
        add("advance", () -> backend.advance(gradient, before, combination, one, two), before, combination, one, two);
        add("gramRow", () -> backend.gramRow(window, gradient, products), products);
        Tensor blockProducts = doubles(1, WINDOW, WINDOW);
        add("gramBlock", () -> backend.gramBlock(window, window, blockProducts), blockProducts);
        Tensor band = doubles(1, 2, 2);
        add("gramBand", () -> backend.gramBand(window, WINDOW - 1, band), band);
        add("combineRows", () -> backend.combineRows(window, coefficients, combination), combination);
        add("sketch", () -> backend.sketch(operator, gradient, sketch), sketch);
        Tensor[] state = {
            random(1, PARAMETERS),
            random(1, PARAMETERS),
            random(1, PARAMETERS),
            random(1, PARAMETERS),
            random(1, PARAMETERS),
            random(1, PARAMETERS)
        };
        Tensor hyperparameters = doubles(1, OptimizerArguments.HYPERPARAMETERS);
        double[] values = {1e-3, 0.1, 0.9, 0.98, 1e-8, 0.5, 3, 1, 1, 0};
        for (int column = 0; column < values.length; column++) {
            hyperparameters.set(values[column], 0, column);
        }
        Tensor squares = doubles(1);
        Tensor scheduled = doubles(1, OptimizerArguments.SCHEDULED);
        Tensor begun = doubles(1, OptimizerArguments.HYPERPARAMETERS);
        Runnable begin = () -> {
            backend.copy(hyperparameters, begun);
            backend.beginOptimizerStep(squares, scheduled, begun);
        };
        add("normalize", () -> backend.normalize(squares, 0.5, 0, combination), combination);
        add("beginOptimizerStep", begin, begun);
        OptimizerArguments arguments =
                new OptimizerArguments(state[0], gradient, state[1], state[2], state[3], state[4], hyperparameters);
        add("adamW", () -> backend.adamW(arguments), state);
        OptimizerArguments coupled = new OptimizerArguments(
                state[0], gradient, state[1], state[2], state[5], state[3], state[4], hyperparameters);
        add("adam", () -> backend.adam(coupled), state);
        add("sgd", () -> backend.sgd(arguments, true), state);
    }
}
