package dev.spectraledge.kernels;

import java.util.Arrays;
import java.util.Objects;

/**
 * Refuses operands that an operation of {@link Backend} cannot work on: one method per operation, called first by every
 * backend. After it has returned, all elements that the operation may touch lie inside the
 * tensors, except through token, position and target numbers, which the kernels check where they read them.
 *
 * <p>Nothing is allocated unless a check fails.
 */
public final class OperandChecks {
    private OperandChecks() {}

    public static void copy(Tensor source, Tensor target) {
        if (source.rank() != target.rank()) {
            throw refuse("target", target, "the shape of " + source);
        }
        for (int axis = 0; axis < source.rank(); axis++) {
            if (source.size(axis) != target.size(axis)) {
                throw refuse("target", target, "the shape of " + source);
            }
        }
        if (source.type().isFloating() != target.type().isFloating()) {
            throw refuse("target", target, "elements that " + source.type() + " converts to");
        }
    }

    public static void gemm(boolean transposeA, boolean transposeB, Tensor a, Tensor b, Tensor c) {
        floating("c", c);
        rank("c", c, 3);
        rank("a", a, 3);
        rank("b", b, 3);
        long inner = a.size(transposeA ? 1 : 2);
        if (transposeA) {
            exact("a", a, c.type(), c.size(0), inner, c.size(1));
        } else {
            exact("a", a, c.type(), c.size(0), c.size(1), inner);
        }
        if (transposeB) {
            exact("b", b, c.type(), c.size(0), c.size(2), inner);
        } else {
            exact("b", b, c.type(), c.size(0), inner, c.size(2));
        }
    }

    public static void linear(Rows rows, Tensor input, Tensor weight, Tensor bias, Tensor residual, Tensor output) {
        linearWeights(rows, weight);
        long width = weight.size(1);
        activations("input", input, rows, weight.type(), weight.size(2));
        if (bias != null) {
            exact("bias", bias, weight.type(), rows.runs(), width);
        }
        if (residual != null) {
            activations("residual", residual, rows, weight.type(), width);
        }
        activations("output", output, rows, weight.type(), width);
    }

    public static void linearBackward(
            Rows rows,
            Tensor outputGradient,
            Tensor input,
            Tensor weight,
            Tensor inputGradient,
            Tensor weightGradient,
            Tensor biasGradient) {
        linearWeights(rows, weight);
        long width = weight.size(1);
        activations("outputGradient", outputGradient, rows, weight.type(), width);
        activations("input", input, rows, weight.type(), weight.size(2));
        if (inputGradient != null) {
            activations("inputGradient", inputGradient, rows, weight.type(), weight.size(2));
        }
        exact("weightGradient", weightGradient, weight.type(), rows.runs(), width, weight.size(2));
        if (biasGradient != null) {
            exact("biasGradient", biasGradient, weight.type(), rows.runs(), width);
        }
    }

    /** For {@link Backend#embedding} and its backward, whose tensors play the same parts. */
    public static void embedding(
            Rows rows, Tensor tokens, Tensor positions, Tensor tokenTable, Tensor positionTable, Tensor output) {
        floating("tokenTable", tokenTable);
        rank("tokenTable", tokenTable, 3);
        long width = tokenTable.size(2);
        exact("tokenTable", tokenTable, tokenTable.type(), rows.runs(), tokenTable.size(1), width);
        rowNumbers("tokens", tokens, rows, DType.INT32);
        if ((positions == null) != (positionTable == null)) {
            throw new IllegalArgumentException("positions and positionTable go together: give both or neither");
        }
        if (positions != null) {
            rank("positionTable", positionTable, 3);
            exact("positionTable", positionTable, tokenTable.type(), rows.runs(), positionTable.size(1), width);
            rowNumbers("positions", positions, rows, DType.INT32);
        }
        activations("output", output, rows, tokenTable.type(), width);
    }

    public static void layerNorm(
            Rows rows, Tensor input, Tensor gain, Tensor bias, Tensor output, Tensor mean, Tensor inverseDeviation) {
        normalized(rows, input, gain, mean, inverseDeviation);
        if (bias != null) {
            exact("bias", bias, gain.type(), rows.runs(), gain.size(1));
        }
        activations("output", output, rows, gain.type(), gain.size(1));
    }

    public static void layerNormBackward(
            Rows rows,
            Tensor outputGradient,
            Tensor input,
            Tensor gain,
            Tensor mean,
            Tensor inverseDeviation,
            Tensor residualGradient,
            Tensor inputGradient,
            Tensor gainGradient,
            Tensor biasGradient) {
        normalized(rows, input, gain, mean, inverseDeviation);
        activations("outputGradient", outputGradient, rows, gain.type(), gain.size(1));
        if (residualGradient != null) {
            activations("residualGradient", residualGradient, rows, gain.type(), gain.size(1));
        }
        activations("inputGradient", inputGradient, rows, gain.type(), gain.size(1));
        exact("gainGradient", gainGradient, gain.type(), rows.runs(), gain.size(1));
        if (biasGradient != null) {
            exact("biasGradient", biasGradient, gain.type(), rows.runs(), gain.size(1));
        }
    }

    /** Rows of any width. */
    public static void rows(Rows rows, String name, Tensor tensor) {
        floating(name, tensor);
        rank(name, tensor, 3);
        activations(name, tensor, rows, tensor.type(), tensor.size(2));
    }

    public static void gelu(Rows rows, Tensor input, Tensor output) {
        sameActivations(rows, "input", input, "output", output);
    }

    public static void geluBackward(Rows rows, Tensor outputGradient, Tensor input, Tensor inputGradient) {
        sameActivations(rows, "input", input, "outputGradient", outputGradient);
        sameActivations(rows, "input", input, "inputGradient", inputGradient);
    }

    public static void swiGlu(Rows rows, Tensor gate, Tensor up, Tensor output) {
        sameActivations(rows, "gate", gate, "up", up);
        sameActivations(rows, "gate", gate, "output", output);
    }

    public static void swiGluBackward(
            Rows rows, Tensor outputGradient, Tensor gate, Tensor up, Tensor gateGradient, Tensor upGradient) {
        swiGlu(rows, gate, up, outputGradient);
        sameActivations(rows, "gate", gate, "gateGradient", gateGradient);
        sameActivations(rows, "gate", gate, "upGradient", upGradient);
    }

    /** For {@link Backend#rotary} and its backward, whose tensors play the same parts. */
    public static void rotary(
            Rows rows, RotaryShape shape, Tensor positions, Tensor angles, Tensor input, Tensor output) {
        floating("input", input);
        activations("input", input, rows, input.type(), shape.width());
        activations("output", output, rows, input.type(), shape.width());
        rowNumbers("positions", positions, rows, DType.INT32);
        rank("angles", angles, 2);
        exact("angles", angles, input.type(), angles.size(0), shape.rotatedWidth());
    }

    public static void attention(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor output) {
        heads(shape, queries, keys, query, key, value, output);
        DType type = query.type();
        rank("probabilities", probabilities, 4);
        if (probabilities.type() != type
                || probabilities.size(0) != queries.runs()
                || probabilities.size(2) != shape.heads()) {
            throw refuse(
                    "probabilities",
                    probabilities,
                    type + "[" + queries.runs() + ", capacity, " + shape.heads() + ", maxKeys]");
        }
        capacity("probabilities", probabilities, queries);
        pairs(queries, keys, probabilities.size(3));
    }

    public static void attentionBackward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient) {
        attention(shape, queries, keys, query, key, value, probabilities, outputGradient);
        activations("queryGradient", queryGradient, queries, query.type(), shape.width());
        activations("keyGradient", keyGradient, keys, query.type(), shape.width());
        activations("valueGradient", valueGradient, keys, query.type(), shape.width());
    }

    public static void tiledAttention(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor logSums,
            Tensor output) {
        heads(shape, queries, keys, query, key, value, output);
        activations("logSums", logSums, queries, query.type(), shape.heads());
        pairs(queries, keys, Integer.MAX_VALUE);
    }

    public static void tiledAttentionBackward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor output,
            Tensor logSums,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient) {
        tiledAttention(shape, queries, keys, query, key, value, logSums, output);
        activations("outputGradient", outputGradient, queries, query.type(), shape.width());
        activations("queryGradient", queryGradient, queries, query.type(), shape.width());
        activations("keyGradient", keyGradient, keys, query.type(), shape.width());
        activations("valueGradient", valueGradient, keys, query.type(), shape.width());
    }

    public static void crossEntropy(
            Rows rows, Tensor logits, Tensor targets, Tensor weights, Tensor logitsGradient, Tensor statistics) {
        floating("logits", logits);
        rank("logits", logits, 3);
        if (logits.size(2) == 0) {
            throw refuse("logits", logits, "at least one class");
        }
        activations("logits", logits, rows, logits.type(), logits.size(2));
        rowNumbers("targets", targets, rows, DType.INT32);
        rowNumbers("weights", weights, rows, logits.type());
        if (logitsGradient != null) {
            activations("logitsGradient", logitsGradient, rows, logits.type(), logits.size(2));
        }
        exact("statistics", statistics, DType.FLOAT64, rows.runs(), 3);
    }

    /** One flat vector {@code [S, n]}. */
    public static void flat(String name, Tensor vector) {
        floating(name, vector);
        rank(name, vector, 2);
    }

    /** Two flat vectors of one shape and type. */
    public static void flat(String name, Tensor vector, String otherName, Tensor other) {
        flat(name, vector);
        exact(otherName, other, vector.type(), vector.size(0), vector.size(1));
    }

    public static void dot(Tensor x, Tensor y, Tensor result) {
        flat("x", x, "y", y);
        exact("result", result, DType.FLOAT64, x.size(0));
    }

    public static void sumOfSquares(Tensor x, Tensor result) {
        flat("x", x);
        exact("result", result, DType.FLOAT64, x.size(0));
    }

    public static void normalize(Tensor squares, Tensor x) {
        flat("x", x);
        exact("squares", squares, DType.FLOAT64, x.size(0));
    }

    public static void adamW(OptimizerArguments arguments) {
        optimizer(arguments);
        Tensor parameters = arguments.parameters();
        vectorLike("firstMoment", arguments.firstMoment(), parameters);
        vectorLike("secondMoment", arguments.secondMoment(), parameters);
    }

    public static void adam(OptimizerArguments arguments) {
        adamW(arguments);
        vectorLike("decayMoment", arguments.decayMoment(), arguments.parameters());
    }

    public static void sgd(OptimizerArguments arguments) {
        optimizer(arguments);
        if (arguments.firstMoment() != null) {
            vectorLike("firstMoment", arguments.firstMoment(), arguments.parameters());
        }
    }

    public static void gramRow(Tensor window, Tensor x, Tensor result) {
        flat("x", x);
        rank("window", window, 3);
        exact("window", window, x.type(), x.size(0), window.size(1), x.size(1));
        exact("result", result, DType.FLOAT64, x.size(0), window.size(1));
    }

    public static void gramBlock(Tensor window, Tensor rows, Tensor result) {
        rank("rows", rows, 3);
        floating("rows", rows);
        rank("window", window, 3);
        exact("window", window, rows.type(), rows.size(0), window.size(1), rows.size(2));
        exact("result", result, DType.FLOAT64, rows.size(0), rows.size(1), window.size(1));
    }

    public static void gramBand(Tensor ring, int first, Tensor result) {
        rank("ring", ring, 3);
        floating("ring", ring);
        Objects.checkIndex(first, ring.size(1));
        rank("result", result, 3);
        exact("result", result, DType.FLOAT64, ring.size(0), result.size(1), result.size(2));
        if (result.size(1) < 1 || result.size(2) < 1 || result.size(1) + result.size(2) - 1 > ring.size(1)) {
            throw refuse("result", result, "one row or more, and no more rows and columns than the ring has rows");
        }
    }

    public static void combineRows(Tensor window, Tensor coefficients, Tensor out) {
        flat("out", out);
        rank("window", window, 3);
        exact("window", window, out.type(), out.size(0), window.size(1), out.size(1));
        exact("coefficients", coefficients, DType.FLOAT64, out.size(0), window.size(1));
    }

    public static void random(PhiloxKey[] keys, Tensor out) {
        floating("out", out);
        if (out.rank() == 0 || out.size(0) != keys.length) {
            throw refuse("out", out, "one run for each of the " + keys.length + " keys");
        }
    }

    public static void sketch(SketchOperator operator, Tensor x, Tensor out) {
        flat("x", x);
        exact("out", out, DType.FLOAT64, x.size(0), operator.rows());
    }

    /** {@code slot} is what is stored in the ring or loaded from it. */
    public static void ring(String name, Tensor slot, Tensor ring, Tensor counter) {
        counter(counter);
        if (ring.rank() != slot.rank() + 1 || ring.type() != slot.type() || ring.size(0) < 1) {
            throw refuse("ring", ring, "at least one slot like the " + name + " " + slot);
        }
        for (int axis = 0; axis < slot.rank(); axis++) {
            if (ring.size(axis + 1) != slot.size(axis)) {
                throw refuse("ring", ring, "slots like the " + name + " " + slot);
            }
        }
    }

    public static void counter(Tensor counter) {
        exact("counter", counter, DType.FLOAT64, 1);
    }

    public static void beginOptimizerStep(Tensor squares, Tensor scheduled, Tensor hyperparameters) {
        rank("squares", squares, 1);
        exact("squares", squares, DType.FLOAT64, squares.size(0));
        exact("scheduled", scheduled, DType.FLOAT64, squares.size(0), OptimizerArguments.SCHEDULED);
        exact("hyperparameters", hyperparameters, DType.FLOAT64, squares.size(0), OptimizerArguments.HYPERPARAMETERS);
    }

    private static void linearWeights(Rows rows, Tensor weight) {
        floating("weight", weight);
        rank("weight", weight, 3);
        exact("weight", weight, weight.type(), rows.runs(), weight.size(1), weight.size(2));
    }

    private static void normalized(Rows rows, Tensor input, Tensor gain, Tensor mean, Tensor inverseDeviation) {
        floating("gain", gain);
        rank("gain", gain, 2);
        exact("gain", gain, gain.type(), rows.runs(), gain.size(1));
        activations("input", input, rows, gain.type(), gain.size(1));
        if (mean != null) {
            rowNumbers("mean", mean, rows, gain.type());
        }
        rowNumbers("inverseDeviation", inverseDeviation, rows, gain.type());
    }

    private static void sameActivations(Rows rows, String name, Tensor tensor, String otherName, Tensor other) {
        rows(rows, name, tensor);
        activations(otherName, other, rows, tensor.type(), tensor.size(2));
    }

    private static void optimizer(OptimizerArguments arguments) {
        Tensor parameters = arguments.parameters();
        flat("parameters", parameters, "gradient", arguments.gradient());
        if (arguments.gradientPart() != null) {
            vectorLike("gradientPart", arguments.gradientPart(), parameters);
        }
        if (arguments.decayPart() != null) {
            vectorLike("decayPart", arguments.decayPart(), parameters);
        }
        exact(
                "hyperparameters",
                arguments.hyperparameters(),
                DType.FLOAT64,
                parameters.size(0),
                OptimizerArguments.HYPERPARAMETERS);
    }

    private static void heads(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor output) {
        floating("query", query);
        DType type = query.type();
        activations("query", query, queries, type, shape.width());
        activations("output", output, queries, type, shape.width());
        activations("key", key, keys, type, shape.width());
        activations("value", value, keys, type, shape.width());
    }

    private static void pairs(PackedSequences queries, PackedSequences keys, long maxKeys) {
        if (queries.runs() != keys.runs()) {
            throw new IllegalArgumentException("queries have " + queries.runs() + " runs, keys " + keys.runs());
        }
        for (int run = 0; run < queries.runs(); run++) {
            if (queries.sequences(run) != keys.sequences(run)) {
                throw new IllegalArgumentException("run " + run + " has " + queries.sequences(run)
                        + " query sequences and " + keys.sequences(run) + " key sequences, needs as many");
            }
            for (int sequence = 0; sequence < keys.sequences(run); sequence++) {
                int visible = keys.length(run, sequence);
                if (visible > maxKeys || (visible == 0 && queries.length(run, sequence) > 0)) {
                    throw new IllegalArgumentException("sequence " + sequence + " of run " + run + " has " + visible
                            + " keys, the probabilities hold 1 to " + maxKeys);
                }
            }
        }
    }

    private static void vectorLike(String name, Tensor tensor, Tensor parameters) {
        if (tensor == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        exact(name, tensor, parameters.type(), parameters.size(0), parameters.size(1));
    }

    private static void activations(String name, Tensor tensor, Rows rows, DType type, long width) {
        if (tensor.type() != type || tensor.rank() != 3 || tensor.size(0) != rows.runs() || tensor.size(2) != width) {
            throw refuse(name, tensor, type + "[" + rows.runs() + ", capacity, " + width + "]");
        }
        capacity(name, tensor, rows);
    }

    private static void rowNumbers(String name, Tensor tensor, Rows rows, DType type) {
        if (tensor.type() != type || tensor.rank() != 2 || tensor.size(0) != rows.runs()) {
            throw refuse(name, tensor, type + "[" + rows.runs() + ", capacity]");
        }
        capacity(name, tensor, rows);
    }

    private static void capacity(String name, Tensor tensor, Rows rows) {
        for (int run = 0; run < rows.runs(); run++) {
            if (rows.rows(run) > tensor.size(1)) {
                throw refuse(name, tensor, "room for " + rows.rows(run) + " rows");
            }
        }
    }

    private static void floating(String name, Tensor tensor) {
        if (!tensor.type().isFloating()) {
            throw refuse(name, tensor, "FLOAT32 or FLOAT64");
        }
    }

    private static void rank(String name, Tensor tensor, int rank) {
        if (tensor.rank() != rank) {
            throw refuse(name, tensor, rank + " axes");
        }
    }

    private static void exact(String name, Tensor tensor, DType type, long size0) {
        if (tensor.type() != type || tensor.rank() != 1 || tensor.size(0) != size0) {
            throw refuse(name, tensor, type + Arrays.toString(new long[] {size0}));
        }
    }

    private static void exact(String name, Tensor tensor, DType type, long size0, long size1) {
        if (tensor.type() != type || tensor.rank() != 2 || tensor.size(0) != size0 || tensor.size(1) != size1) {
            throw refuse(name, tensor, type + Arrays.toString(new long[] {size0, size1}));
        }
    }

    private static void exact(String name, Tensor tensor, DType type, long size0, long size1, long size2) {
        if (tensor.type() != type
                || tensor.rank() != 3
                || tensor.size(0) != size0
                || tensor.size(1) != size1
                || tensor.size(2) != size2) {
            throw refuse(name, tensor, type + Arrays.toString(new long[] {size0, size1, size2}));
        }
    }

    private static IllegalArgumentException refuse(String name, Tensor tensor, String needed) {
        return new IllegalArgumentException(name + " is " + tensor + ", needs " + needed);
    }
}
