package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Operands that do not fit together are refused with one line that names the tensor. */
interface RefusalContract extends ContractPart {
    private static void assertRefused(String tensor, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(tensor)
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("\n"));
    }

    private DType otherType() {
        return type() == DType.FLOAT32 ? DType.FLOAT64 : DType.FLOAT32;
    }

    @Test
    default void layersRefuseWrongShapes() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor x5 = operands.result(rows, 5);
            Tensor x3 = operands.result(rows, 3);
            Tensor weight = operands.unwritten(3, 5);
            Tensor vector3 = operands.unwritten(3);
            Tensor vector5 = operands.unwritten(5);
            Tensor strip = operands.strip(rows);
            Tensor numbers = operands.numbers(rows, 2);
            Tensor table = operands.unwritten(4, 5);
            Tensor short5 = x5.slice(1, 0, rows.rows(0) - 1);
            Tensor other5 = backend().allocate(operands.owner(), otherType(), x5.shape());

            assertRefused("input", () -> backend().linear(rows, x3, weight, vector3, null, x3));
            assertRefused("input", () -> backend().linear(rows, short5, weight, vector3, null, x3));
            assertRefused("input", () -> backend().linear(rows, other5, weight, vector3, null, x3));
            assertRefused("bias", () -> backend().linear(rows, x5, weight, vector5, null, x3));
            assertRefused("residual", () -> backend().linear(rows, x5, weight, vector3, x5, x3));
            assertRefused("output", () -> backend().linear(rows, x5, weight, vector3, null, x5));
            assertRefused(
                    "weightGradient",
                    () -> backend().linearBackward(rows, x3, x5, weight, x5, operands.unwritten(5, 3), vector3));
            assertRefused("biasGradient", () -> backend().linearBackward(rows, x3, x5, weight, x5, weight, vector5));
            assertRefused("inputGradient", () -> backend().linearBackward(rows, x3, x5, weight, x3, weight, vector3));
            assertRefused("tokens", () -> backend().embedding(rows, strip, numbers, table, table, x5));
            assertRefused(
                    "positionTable",
                    () -> backend().embedding(rows, numbers, numbers, table, weight.slice(2, 0, 4), x5));
            assertRefused("bias", () -> backend().layerNorm(rows, 1e-5, x5, vector5, vector3, x5, strip, strip));
            assertRefused("mean", () -> backend().layerNorm(rows, 1e-5, x5, vector5, vector5, x5, vector5, strip));
            assertRefused(
                    "residualGradient",
                    () -> backend().layerNormBackward(rows, x5, x5, vector5, strip, strip, x3, x5, vector5, vector5));
            assertRefused("target", () -> backend().fill(rows, short5, 0));
            assertRefused("target", () -> backend().fill(rows, numbers, 0));
            assertRefused("output", () -> backend().gelu(rows, Gelu.ERF, x5, x3));
            assertRefused("outputGradient", () -> backend().geluBackward(rows, Gelu.ERF, x3, x5, x5));
            assertRefused("up", () -> backend().swiGlu(rows, x5, x3, x5));
            assertRefused("upGradient", () -> backend().swiGluBackward(rows, x5, x5, x5, x5, x3));
            assertRefused("gain", () -> backend().rmsNorm(rows, 1e-5, x5, x5, x5, strip));
        }
    }

    @Test
    default void rotaryRefusesWrongShapes() {
        assertThatThrownBy(() -> new RotaryShape(1, 4, 3, RotaryShape.Pairing.HALVES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("3 columns of heads of 4 cannot rotate, needs an even number of them");
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            RotaryShape shape = new RotaryShape(2, 3, 2, RotaryShape.Pairing.HALVES);
            Tensor x6 = operands.result(rows, 6);
            Tensor x5 = operands.result(rows, 5);
            Tensor numbers = operands.numbers(rows, i -> 3);
            Tensor angles = backend().allocate(operands.owner(), type(), 3, 2);
            Tensor wide = backend().allocate(operands.owner(), type(), 3, 4);

            assertRefused("input", () -> backend().rotary(rows, shape, numbers, angles, x5, x6));
            assertRefused("output", () -> backend().rotary(rows, shape, numbers, angles, x6, x5));
            assertRefused("angles", () -> backend().rotary(rows, shape, numbers, wide, x6, x6));
            assertRefused("positions", () -> backend().rotary(rows, shape, x6, angles, x6, x6));
            assertRefused("position", () -> {
                backend().rotary(rows, shape, numbers, angles, x6, x6);
                backend().synchronize();
            });
        }
    }

    @Test
    default void attentionRefusesWrongShapes() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            AttentionShape shape = new AttentionShape(2, 3, true);
            Tensor x = operands.result(rows, 6);
            Tensor narrow = operands.result(rows, 5);
            long capacity = Operands.capacity(rows);
            Tensor probabilities = operands.unwritten(capacity, 2, 9);
            Tensor fewKeys = operands.unwritten(capacity, 2, 8);
            Tensor fewRows = operands.unwritten(2, 2, 9);
            PackedSequences oneSequence = new PackedSequences(operands.owner(), 1, 1, 64);
            oneSequence.append(0, 3);

            assertRefused("query", () -> backend().attention(shape, rows, rows, narrow, x, x, probabilities, x));
            assertRefused("key", () -> backend().attention(shape, rows, rows, x, narrow, x, probabilities, x));
            assertRefused("value", () -> backend().attention(shape, rows, rows, x, x, narrow, probabilities, x));
            assertRefused("output", () -> backend().attention(shape, rows, rows, x, x, x, probabilities, narrow));
            assertRefused("probabilities", () -> backend().attention(shape, rows, rows, x, x, x, fewKeys, x));
            assertRefused("probabilities", () -> backend().attention(shape, rows, rows, x, x, x, fewRows, x));
            assertRefused("sequences", () -> backend().attention(shape, rows, oneSequence, x, x, x, probabilities, x));
            Tensor logSums = operands.result(rows, 2);
            assertRefused("logSums", () -> backend().tiledAttention(shape, rows, rows, x, x, x, x, x));
            assertRefused("output", () -> backend().tiledAttention(shape, rows, rows, x, x, x, logSums, narrow));
            assertRefused("sequences", () -> backend().tiledAttention(shape, rows, oneSequence, x, x, x, logSums, x));
            assertRefused(
                    "valueGradient",
                    () -> backend().tiledAttentionBackward(shape, rows, rows, x, x, x, x, x, logSums, x, x, narrow));
            assertRefused(
                    "keyGradient",
                    () -> backend().attentionBackward(shape, rows, rows, x, x, x, x, probabilities, x, narrow, x));
        }
    }

    @Test
    default void lossRefusesWrongShapes() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor logits = operands.result(rows, 5);
            Tensor targets = operands.numbers(rows, 5);
            Tensor weights = operands.perRow(rows, i -> 1);
            Tensor statistics = operands.doubles(i -> 0, 1, 3);
            Tensor narrow = operands.result(rows, 4);

            assertRefused("targets", () -> backend().crossEntropy(rows, logits, weights, weights, null, statistics));
            assertRefused("weights", () -> backend().crossEntropy(rows, logits, targets, targets, null, statistics));
            assertRefused(
                    "logitsGradient", () -> backend().crossEntropy(rows, logits, targets, weights, narrow, statistics));
            assertRefused(
                    "statistics",
                    () -> backend().crossEntropy(rows, logits, targets, weights, null, operands.doubles(i -> 0, 1, 2)));
        }
    }

    @Test
    default void vectorsRefuseWrongShapes() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor x = operands.unwritten(7);
            Tensor longer = operands.unwritten(8);
            Tensor window = operands.unwritten(3, 7);
            Tensor result = operands.doubles(i -> 0, 1);
            Tensor results = operands.doubles(i -> 0, 1, 3);
            Tensor wrongType = backend().allocate(operands.owner(), otherType(), 1, 7);
            Tensor integers = backend().allocate(operands.owner(), DType.INT32, 1, 7);
            SketchOperator operator = new SketchOperator(SketchOperator.Kind.SPARSE_SIGN, 5, 2, new PhiloxKey(1, 1));

            assertRefused("target", () -> backend().copy(x, longer));
            assertRefused("target", () -> backend().copy(x, integers));
            assertRefused("b", () -> backend().gemm(false, false, 1, window, window, 0, window));
            assertRefused("y", () -> backend().axpy(1, x, longer));
            assertRefused("y", () -> backend().axpy(1, x, wrongType));
            assertRefused("x", () -> backend().scale(1, integers));
            assertRefused("out", () -> backend().subtract(x, x, longer));
            assertRefused("result", () -> backend().dot(x, x, results));
            assertRefused("y", () -> backend().subtract(x, longer, x, result, result));
            assertRefused("y", () -> backend().advance(x, longer, x, result, result));
            assertRefused("result", () -> backend().subtract(x, x, window.at(0).slice(0, 0, 1), result, results));
            assertRefused("result", () -> backend().sumOfSquares(x, results));
            assertRefused("squares", () -> backend().normalize(results, 1, 0, x));
            assertRefused("window", () -> backend().gramRow(window, longer, results));
            assertRefused("result", () -> backend().gramRow(window, x, result));
            assertRefused("window", () -> backend().gramBlock(window, longer.reshape(1, 1, 8), results));
            assertRefused("result", () -> backend().gramBlock(window, window, results));
            assertRefused("result", () -> backend().gramBand(window, 0, window));
            assertRefused("result", () -> backend().gramBand(window, 0, operands.doubles(i -> 0, 1, 2, 3)));
            assertRefused("coefficients", () -> backend().combineRows(window, result, x));
            assertRefused("out", () -> backend().uniform(new PhiloxKey[2], 0, 1, x));
            assertRefused("out", () -> backend().sketch(operator, x, results));
        }
    }

    @Test
    default void optimisersRefuseWrongShapes() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor x = operands.unwritten(9);
            Tensor longer = operands.unwritten(OptimizerArguments.HYPERPARAMETERS + 1);
            Tensor table = operands.doubles(i -> 0, 1, OptimizerArguments.HYPERPARAMETERS);

            assertRefused(
                    "gradient", () -> backend().adamW(new OptimizerArguments(x, longer, x, x, null, null, table)));
            assertRefused(
                    "firstMoment", () -> backend().adamW(new OptimizerArguments(x, x, null, x, null, null, table)));
            assertRefused(
                    "secondMoment", () -> backend().adamW(new OptimizerArguments(x, x, x, longer, null, null, table)));
            assertRefused("decayMoment", () -> backend().adam(new OptimizerArguments(x, x, x, x, null, null, table)));
            assertRefused(
                    "decayPart",
                    () -> backend().sgd(new OptimizerArguments(x, x, null, null, null, longer, table), false));
            assertRefused(
                    "hyperparameters",
                    () -> backend().sgd(new OptimizerArguments(x, x, null, null, null, null, longer), false));
        }
    }

    @Test
    default void ringsRefuseWrongShapes() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor x = operands.unwritten(7);
            Tensor ring = operands.unwritten(3, 7).leading(1);
            Tensor narrow = operands.unwritten(3, 6).leading(1);
            Tensor counter = operands.doubles(i -> 0, 1);
            Tensor integers = backend().allocate(operands.owner(), DType.INT32, 3, 1, 7);
            Tensor table = operands.doubles(i -> 0, 1, OptimizerArguments.HYPERPARAMETERS);

            assertRefused("ring", () -> backend().store(x, narrow, counter));
            assertRefused("ring", () -> backend().store(x, x, counter));
            assertRefused("ring", () -> backend().load(integers, counter, x));
            assertRefused("counter", () -> backend().load(ring, x, x));
            assertRefused("counter", () -> backend().increment(x));
            Tensor scheduled = operands.doubles(i -> 0, 1, OptimizerArguments.SCHEDULED);
            assertRefused("squares", () -> backend().beginOptimizerStep(table, scheduled, table));
            assertRefused("scheduled", () -> backend().beginOptimizerStep(counter, x, table));
            assertRefused("hyperparameters", () -> backend().beginOptimizerStep(counter, scheduled, x));
        }
    }

    @Test
    default void tensorsOfAClosedOwnerAreRefused() {
        Tensor closed;
        try (MemoryOwner owner = MemoryOwner.open("closed early")) {
            closed = backend().allocate(owner, type(), 1, 7);
        }
        try (Operands operands = operands(Setting.plain())) {
            Tensor open = operands.unwritten(7);

            assertThatThrownBy(() -> backend().axpy(1, closed, open))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed early");
        }
    }
}
