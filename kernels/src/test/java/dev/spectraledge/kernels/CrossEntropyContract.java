package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loss. */
interface CrossEntropyContract extends ContractPart {
    int CLASSES = 13;

    @Test
    @Tag(EXCHANGE)
    default void crossEntropyAgrees() {
        parity("crossEntropy", (backend, operands) -> crossEntropy(backend, operands, CLASSES, 2));
        parityOfSizes(
                "crossEntropy of all sizes", size -> (backend, operands) -> crossEntropy(backend, operands, size, 2));
    }

    @Test
    @Tag(EXCHANGE)
    default void crossEntropyAgreesForLargeLogits() {
        parity("crossEntropy of large logits", (backend, operands) -> crossEntropy(backend, operands, CLASSES, 1000));
    }

    @Test
    @Tag(EXCHANGE)
    default void roundedDerivativesAgree() {
        parity("crossEntropy, rounded", (backend, operands) -> {
            PackedSequences rows = operands.rows();
            Tensor logits = operands.activation(rows, CLASSES, 2);
            Tensor targets = operands.numbers(rows, i -> i % CLASSES);
            Tensor weights = operands.perRow(rows, i -> 1);
            Tensor gradient = operands.result(rows, CLASSES);
            Tensor statistics = operands.doubles(i -> 0, operands.runs(), 3);
            backend.crossEntropy(rows, logits, targets, weights, gradient, LossGradient.ROUNDED, statistics);
            double scoreError = Tolerances.elementwise(operands.epsilon(), 2 * Operands.largest(logits));
            operands.output("gradient", gradient, rows, Tolerances.softmax(operands.epsilon(), CLASSES, scoreError));
        });
    }

    @Test
    @Tag(EXCHANGE)
    default void onlyTheAccurateDerivativeKnowsHowFarAProbabilityIsFromOne() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor logits = operands.activation(rows, 3, i -> i % 3 == 0 ? 20 : 0);
            Tensor targets = operands.numbers(rows, i -> 0);
            Tensor weights = operands.perRow(rows, i -> 1);
            Tensor statistics = operands.doubles(i -> 0, 1, 3);
            Tensor gradient = operands.result(rows, 3);
            double rest = 2 * Math.exp(-20);
            double derivative = -rest / (1 + rest);
            backend().crossEntropy(rows, logits, targets, weights, gradient, LossGradient.ACCURATE, statistics);
            assertThat(gradient.get(0, 0, 0)).isCloseTo(derivative, within(rest * 16 * epsilon()));
            backend().crossEntropy(rows, logits, targets, weights, gradient, LossGradient.ROUNDED, statistics);
            boolean isSingle = epsilon() > 1e-10;
            assertThat(gradient.get(0, 0, 0))
                    .isCloseTo(isSingle ? 0 : derivative, within(isSingle ? 0 : 8 * epsilon()));
            backend().crossEntropy(rows, logits, targets, weights, gradient, LossGradient.ROUNDED_DOUBLE, statistics);
            assertThat(gradient.get(0, 0, 0)).isCloseTo(derivative, within(rest * 16 * epsilon() + 8 * Math.ulp(1.0)));
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void aProbabilityThatIsOneInDoublePrecisionLeavesNoRoundedDerivative() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor logits = operands.activation(rows, 3, i -> i % 3 == 0 ? 40 : 0);
            Tensor targets = operands.numbers(rows, i -> 0);
            Tensor weights = operands.perRow(rows, i -> 1);
            Tensor statistics = operands.doubles(i -> 0, 1, 3);
            Tensor gradient = operands.result(rows, 3);
            for (LossGradient lossGradient : LossGradient.values()) {
                backend().crossEntropy(rows, logits, targets, weights, gradient, lossGradient, statistics);
                double derivative = gradient.get(0, 0, 0);
                double rest = 2 * Math.exp(-40);
                assertThat(derivative)
                        .isCloseTo(lossGradient == LossGradient.ACCURATE ? -rest : 0, within(rest * 32 * epsilon()));
            }
        }
    }

    private static void crossEntropy(Backend backend, Operands operands, int classes, double scale) {
        PackedSequences rows = operands.rows();
        Tensor logits = operands.activation(rows, classes, scale);
        double[] drawn = HostTensors.read(operands.numbers(rows, classes + 2));
        // Two in fifteen targets are negative, which masks their rows.
        Tensor targets = masked(operands, rows, drawn, classes);
        Tensor weights = operands.perRow(rows, i -> i % 4);
        Tensor statistics = operands.doubles(i -> i + 1, operands.runs(), 3);
        Tensor statisticsAlone = operands.doubles(i -> 0, operands.runs(), 3);
        Tensor statisticsInPlace = operands.doubles(i -> 0, operands.runs(), 3);
        Tensor gradient = operands.result(rows, classes);
        double[] values = used(logits);
        Tensor inPlace = operands.writable(rows, classes, i -> values[i]);
        backend.crossEntropy(rows, logits, targets, weights, gradient, statistics);
        backend.crossEntropy(rows, logits, targets, weights, null, statisticsAlone);
        backend.crossEntropy(rows, inPlace, targets, weights, inPlace, statisticsInPlace);

        double epsilon = operands.epsilon();
        double maxWeight = 3;
        double scoreError = Tolerances.elementwise(epsilon, 2 * Operands.largest(logits));
        double softmaxError = Tolerances.softmax(epsilon, classes, scoreError);
        double lossError = Operands.capacity(rows) * maxWeight * (softmaxError + scoreError);
        operands.output("gradient", gradient, rows, maxWeight * softmaxError);
        operands.output("gradient onto the logits", inPlace, rows, maxWeight * softmaxError);
        operands.output("statistics", statistics, lossError);
        operands.output("statistics without gradient", statisticsAlone, lossError);
        operands.output("statistics in place", statisticsInPlace, lossError);
    }

    private static Tensor masked(Operands operands, PackedSequences rows, double[] drawn, int classes) {
        int capacity = Operands.capacity(rows);
        double[] targets = new double[drawn.length];
        int count = 0;
        for (int run = 0; run < rows.runs(); run++) {
            for (int row = 0; row < rows.rows(run); row++) {
                double target = drawn[run * capacity + row];
                targets[count++] = target >= classes ? -1 : target;
            }
        }
        IntToDoubleFunction values = i -> targets[i];
        return operands.numbers(rows, values);
    }

    private static double[] used(Tensor activation) {
        return Arrays.stream(HostTensors.read(activation))
                .filter(value -> !Double.isNaN(value))
                .toArray();
    }

    @Test
    @Tag(EXCHANGE)
    default void sequenceAccuracyAgrees() {
        parity("sequenceAccuracy", (backend, operands) -> {
            PackedSequences rows = operands.rows();
            Tensor logits = operands.activation(rows, CLASSES, i -> i / CLASSES % CLASSES == i % CLASSES ? 1 : -i % 7);
            // Some rows are masked, and some are wrong.
            Tensor targets = operands.numbers(rows, i -> i % 11 == 5 ? -1 : i % 17 == 3 ? 0 : i % CLASSES);
            Tensor weights = operands.perRow(rows, i -> 1 + i % 4);
            Tensor statistics = operands.doubles(i -> i + 1, operands.runs(), 3);
            backend.sequenceAccuracy(rows, logits, targets, weights, statistics);
            operands.output("statistics", statistics, 0);
        });
    }

    @Test
    @Tag(EXCHANGE)
    default void aSequenceIsRightIfAllItsLabelledRowsAre() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor logits = operands.activation(rows, 3, i -> i % 3 == 2 ? 1 : 0);
            Tensor weights = operands.perRow(rows, i -> 2);
            Tensor statistics = operands.doubles(i -> 0, 1, 3);
            int last = rows.rows(0) - 1;
            int sequences = rows.sequences(0);
            backend().sequenceAccuracy(rows, logits, operands.numbers(rows, i -> 2), weights, statistics);
            assertThat(HostTensors.read(statistics)).containsExactly(0, 2 * sequences, 2 * sequences);

            Tensor oneWrong = operands.numbers(rows, i -> i == last ? 1 : 2);
            backend().sequenceAccuracy(rows, logits, oneWrong, weights, statistics);
            assertThat(HostTensors.read(statistics)).containsExactly(0, 4 * sequences - 2, 4 * sequences);

            backend().sequenceAccuracy(rows, logits, operands.numbers(rows, i -> -1), weights, statistics);
            assertThat(HostTensors.read(statistics)).containsExactly(0, 4 * sequences - 2, 4 * sequences);
        }
    }

    @Test
    default void equalLogitsLoseTheLogarithmOfTheNumberOfClasses() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor logits = operands.activation(rows, CLASSES, i -> -3);
            Tensor targets = operands.numbers(rows, i -> i % CLASSES);
            Tensor weights = operands.perRow(rows, i -> 2);
            Tensor statistics = operands.doubles(i -> 0, 1, 3);
            Tensor gradient = operands.result(rows, CLASSES);
            backend().crossEntropy(rows, logits, targets, weights, gradient, statistics);

            int count = rows.rows(0);
            double relative = Tolerances.softmax(epsilon(), CLASSES, 0);
            double loss = 2 * count * Math.log(CLASSES);
            assertThat(Math.abs(statistics.get(0, 0) - loss)).isLessThanOrEqualTo(loss * relative);
            for (int row = 0; row < count; row++) {
                for (int column = 0; column < CLASSES; column++) {
                    double expected = 2 * (1.0 / CLASSES - (row % CLASSES == column ? 1 : 0));
                    assertThat(Math.abs(gradient.get(0, row, column) - expected))
                            .isLessThanOrEqualTo(2 * relative);
                }
            }
        }
    }

    @Test
    default void crossEntropyOfLargeLogitsIsTheirDifference() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            // Class 0 leads by 20,000; the target is class 1.
            Tensor logits = operands.activation(rows, 3, i -> i % 3 == 0 ? 1e4 : -1e4);
            Tensor targets = operands.numbers(rows, i -> 1);
            Tensor weights = operands.perRow(rows, i -> 1);
            Tensor statistics = operands.doubles(i -> 0, 1, 3);
            Tensor gradient = operands.result(rows, 3);
            backend().crossEntropy(rows, logits, targets, weights, gradient, statistics);

            int count = rows.rows(0);
            assertThat(HostTensors.read(statistics)).containsExactly(count * 2e4, 0, count);
            for (int row = 0; row < count; row++) {
                assertThat(gradient.get(0, row, 0)).isEqualTo(1);
                assertThat(gradient.get(0, row, 1)).isEqualTo(-1);
                assertThat(gradient.get(0, row, 2)).isEqualTo(0);
            }
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void firstOfEqualLogitsCountsAsThePrediction() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            // More classes than a vector has lanes, with equal maxima at 5 and 21.
            Tensor logits = operands.activation(rows, 40, i -> i % 40 == 5 || i % 40 == 21 ? 1 : 0);
            Tensor weights = operands.perRow(rows, i -> 2);
            Tensor first = operands.numbers(rows, i -> 5);
            Tensor second = operands.numbers(rows, i -> 21);
            Tensor statistics = operands.doubles(i -> 0, 1, 3);
            backend().crossEntropy(rows, logits, first, weights, null, statistics);
            assertThat(statistics.get(0, 1)).isEqualTo(2 * rows.rows(0));

            backend().crossEntropy(rows, logits, second, weights, null, statistics);
            assertThat(statistics.get(0, 1)).isEqualTo(2 * rows.rows(0));
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void lossOfNonFiniteLogitsIsNotFinite() {
        for (double poison : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            try (Operands operands = operands(Setting.plain())) {
                PackedSequences rows = operands.rows();
                Tensor logits = operands.activation(rows, CLASSES, i -> i == 3 ? poison : 0);
                Tensor targets = operands.numbers(rows, i -> 1);
                Tensor weights = operands.perRow(rows, i -> 1);
                Tensor statistics = operands.doubles(i -> 0, 1, 3);
                backend().crossEntropy(rows, logits, targets, weights, null, statistics);

                assertThat(Double.isFinite(statistics.get(0, 0))).isFalse();
            }
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void targetsThatAreNoClassAreRefused() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor logits = operands.activation(rows, CLASSES, 1);
            Tensor targets = operands.numbers(rows, i -> i == 2 ? CLASSES : 0);
            Tensor weights = operands.perRow(rows, i -> 1);
            Tensor statistics = operands.doubles(i -> 0, 1, 3);

            assertThatThrownBy(() -> {
                        backend().crossEntropy(rows, logits, targets, weights, null, statistics);
                        backend().synchronize();
                    })
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("target")
                    .hasMessageContaining(Integer.toString(CLASSES));
        }
    }

    @Test
    default void crossEntropyGradientIsTheDerivative() {
        try (Operands operands = differentiable()) {
            PackedSequences rows = operands.rows();
            Tensor logits = operands.activation(rows, 5, 1.5);
            Tensor targets = operands.numbers(rows, i -> i % 6 - 1);
            Tensor weights = operands.perRow(rows, i -> 0.5 + i % 3);
            Tensor statistics = operands.doubles(i -> 0, operands.runs(), 3);
            Tensor gradient = operands.result(rows, 5);
            backend().crossEntropy(rows, logits, targets, weights, gradient, statistics);

            DoubleSupplier function = () -> {
                backend().fill(statistics, 0);
                backend().crossEntropy(rows, logits, targets, weights, null, statistics);
                double loss = 0;
                for (int run = 0; run < operands.runs(); run++) {
                    loss += statistics.get(run, 0);
                }
                return loss;
            };
            GradientCheck.check("crossEntropy", function, logits, gradient);
        }
    }
}
