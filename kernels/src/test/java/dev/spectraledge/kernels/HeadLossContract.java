package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loss of a head in chunks of rows, beside that of all rows at once. */
interface HeadLossContract extends ContractPart {
    int CLASSES = 21;
    int HEAD_WIDTH = 12;

    /** Chunks that end between the rows of a run, at their end and beyond, or take all. */
    List<Integer> CHUNK_ROWS = List.of(1, 5, 14, 64);

    @Test
    @Tag(EXCHANGE)
    default void chunksGiveWhatTheWholeGives() {
        for (Setting setting : Setting.all()) {
            for (int chunkRows : CHUNK_ROWS) {
                chunksGiveWhatTheWholeGives(setting, chunkRows);
            }
        }
    }

    private void chunksGiveWhatTheWholeGives(Setting setting, int chunkRows) {
        try (Operands operands = operands(setting)) {
            PackedSequences rows = operands.rows();
            Tensor input = operands.activation(rows, HEAD_WIDTH, 1);
            Tensor weight = operands.parameter(0.5, CLASSES, HEAD_WIDTH);
            Tensor targets = operands.numbers(rows, i -> i % 5 == 2 ? -1 : i * 7 % CLASSES);
            Tensor weights = operands.perRow(rows, i -> 0.5 + i % 3);
            Tensor start = operands.parameter(1, CLASSES, HEAD_WIDTH);
            Tensor[] inputGradient = {operands.result(rows, HEAD_WIDTH), operands.result(rows, HEAD_WIDTH)};
            Tensor[] weightGradient = {operands.unwritten(CLASSES, HEAD_WIDTH), operands.unwritten(CLASSES, HEAD_WIDTH)
            };
            Tensor[] statistics = {
                operands.doubles(i -> 0, operands.runs(), 3),
                operands.doubles(i -> 0, operands.runs(), 3),
                operands.doubles(i -> 0, operands.runs(), 3)
            };
            for (Tensor gradient : weightGradient) {
                backend().copy(start, gradient);
            }
            Tensor logits = operands.result(rows, CLASSES);
            backend().linear(rows, input, weight, null, null, logits);
            backend().crossEntropy(rows, logits, targets, weights, logits, statistics[0]);
            backend().linearBackward(rows, logits, input, weight, inputGradient[0], weightGradient[0], null);
            HeadLoss head = new HeadLoss(
                    backend(),
                    operands.owner(),
                    input,
                    weight,
                    targets,
                    weights,
                    inputGradient[1],
                    weightGradient[1],
                    chunkRows);
            head.differentiate(rows, LossGradient.ACCURATE, statistics[1]);
            head.evaluate(rows, statistics[2]);

            double epsilon = epsilon();
            double maxInput = Operands.largest(input);
            double maxWeight = Operands.largest(weight);
            double logitError = Tolerances.sum(epsilon, HEAD_WIDTH, HEAD_WIDTH * maxInput * maxWeight);
            double softmaxError = Tolerances.softmax(epsilon, CLASSES, logitError);
            double largestRowWeight = 2.5;
            int terms = Operands.capacity(rows);
            close(
                    "inputGradient",
                    inputGradient,
                    2 * largestRowWeight * maxWeight * (softmaxError + Tolerances.sum(epsilon, CLASSES, 1)));
            close(
                    "weightGradient",
                    weightGradient,
                    terms * largestRowWeight * maxInput * (softmaxError + Tolerances.sum(epsilon, terms, 1))
                            + Tolerances.sum(epsilon, terms, Operands.largest(start)));
            double lossBound = terms * largestRowWeight * (softmaxError + 2 * logitError);
            close("statistics", new Tensor[] {statistics[0], statistics[1]}, lossBound);
            close("statistics of an evaluation", new Tensor[] {statistics[0], statistics[2]}, lossBound);
        }
    }

    private static void close(String name, Tensor[] results, double bound) {
        double[] whole = HostTensors.read(results[0]);
        double[] chunked = HostTensors.read(results[1]);
        for (int i = 0; i < whole.length; i++) {
            if (Double.isNaN(whole[i])) {
                assertThat(chunked[i]).as("%s[%d], which is unused", name, i).isNaN();
            } else {
                assertThat(Math.abs(whole[i] - chunked[i]))
                        .as("%s[%d]", name, i)
                        .isLessThanOrEqualTo(bound);
            }
        }
    }

    /** Whatever the head has done since, a recording has the rows of its own batch. */
    @Test
    default void aRecordedHeadKeepsToTheRowsOfItsBatch() {
        try (Operands operands = operands(Setting.all().getLast())) {
            PackedSequences rows = operands.rows();
            Tensor input = operands.activation(rows, HEAD_WIDTH, 1);
            Tensor weight = operands.parameter(0.5, CLASSES, HEAD_WIDTH);
            Tensor targets = operands.numbers(rows, CLASSES);
            Tensor weights = operands.perRow(rows, i -> 0.5 + i % 3);
            Tensor inputGradient = operands.result(rows, HEAD_WIDTH);
            Tensor weightGradient = operands.unwritten(CLASSES, HEAD_WIDTH);
            Tensor statistics = operands.doubles(i -> 0, operands.runs(), 3);
            HeadLoss head = new HeadLoss(
                    backend(), operands.owner(), input, weight, targets, weights, inputGradient, weightGradient, 5);
            Runnable step = () -> {
                backend().fill(weightGradient, 0);
                backend().fill(statistics, 0);
                head.differentiate(rows, LossGradient.ACCURATE, statistics);
            };
            step.run();
            double[][] expected = {HostTensors.read(statistics), HostTensors.read(weightGradient)};
            PackedSequences fewer = new PackedSequences(operands.owner(), operands.runs(), 1, rows.capacityRows());
            fewer.append(0, 4);
            fewer.append(2, 8);
            try (Replay replay = backend().record(step)) {
                head.evaluate(fewer, statistics);
                replay.replay();
            }
            assertThat(HostTensors.read(statistics)).isEqualTo(expected[0]);
            assertThat(HostTensors.read(weightGradient)).isEqualTo(expected[1]);
        }
    }

    @Test
    default void gradientsOfChunksAreTheDerivative() {
        try (Operands operands = differentiable()) {
            PackedSequences rows = operands.rows();
            Tensor input = operands.activation(rows, 4, 1);
            Tensor weight = operands.parameter(1, 5, 4);
            Tensor targets = operands.numbers(rows, 5);
            Tensor weights = operands.perRow(rows, i -> 0.5 + i % 3);
            Tensor inputGradient = operands.result(rows, 4);
            Tensor weightGradient = operands.accumulator(0, 5, 4);
            Tensor statistics = operands.doubles(i -> 0, operands.runs(), 3);
            HeadLoss head = new HeadLoss(
                    backend(), operands.owner(), input, weight, targets, weights, inputGradient, weightGradient, 3);
            head.differentiate(rows, LossGradient.ACCURATE, statistics);

            DoubleSupplier loss = () -> {
                backend().fill(statistics, 0);
                head.evaluate(rows, statistics);
                double sum = 0;
                for (int run = 0; run < operands.runs(); run++) {
                    sum += statistics.get(run, 0);
                }
                return sum;
            };
            GradientCheck.check("head in chunks by input", loss, input, inputGradient);
            GradientCheck.check("head in chunks by weight", loss, weight, weightGradient);
        }
    }

    @Test
    default void chunksWithoutRowsAreRefused() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor x = operands.unwritten(3, 4);
            assertThatThrownBy(() -> new HeadLoss(backend(), operands.owner(), x, x, x, x, null, null, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("chunks of 0 rows, need at least one");
        }
    }
}
