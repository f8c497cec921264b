package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random tensors and random projections. */
interface RandomContract extends ContractPart {
    private static PhiloxKey[] keys(Operands operands) {
        PhiloxKey[] keys = new PhiloxKey[operands.runs()];
        for (int run = 0; run < keys.length; run++) {
            keys[run] = new PhiloxKey(42 + run, 7);
        }
        return keys;
    }

    @Test
    default void randomNumbersAreThoseOfTheirStreams() {
        parity("random", (backend, operands) -> {
            // An odd number of elements, and more than one row.
            Tensor uniform = operands.unwritten(7, 37);
            Tensor normal = operands.unwritten(7, 37);
            Tensor vector = operands.unwritten(1003);
            backend.uniform(keys(operands), -0.25, 0.5, uniform);
            backend.normal(keys(operands), 0.5, 2, normal);
            backend.normal(keys(operands), 0, 0.02, vector);
            double epsilon = operands.epsilon();
            operands.output("uniform", uniform, Tolerances.elementwise(epsilon, 0.5));
            operands.output("normal", normal, Tolerances.elementwise(epsilon, Operands.largest(normal)));
            operands.output("normal vector", vector, Tolerances.elementwise(epsilon, Operands.largest(vector)));
        });
    }

    @Test
    default void elementsAreNumberedFromTheBeginningOfTheirRun() {
        try (Operands operands = operands(Setting.all().getLast())) {
            Tensor out = operands.unwritten(5, 3);
            backend().normal(keys(operands), 0, 1, out);

            int[] words = new int[Philox.WORDS];
            for (int run = 0; run < operands.runs(); run++) {
                for (int i = 0; i < 15; i++) {
                    double expected = Philox.normal(keys(operands)[run], i, words);
                    assertThat(Math.abs(out.get(run, i / 3, i % 3) - expected))
                            .isLessThanOrEqualTo(Tolerances.elementwise(epsilon(), 8));
                }
            }
        }
    }

    @Test
    default void uniformStaysBelowItsUpperEnd() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor out = operands.unwritten(100_003);
            backend().uniform(keys(operands), 0, 0.1, out);
            double[] values = HostTensors.read(out);

            assertThat(Arrays.stream(values).max().orElseThrow())
                    .isLessThan(0.1)
                    .isGreaterThan(0.0999);
            assertThat(Arrays.stream(values).min().orElseThrow())
                    .isGreaterThanOrEqualTo(0)
                    .isLessThan(0.0001);

            double high = 1 + 0x1p-22;
            backend().uniform(keys(operands), 1, high, out);
            assertThat(Arrays.stream(HostTensors.read(out)).max().orElseThrow()).isLessThan(high);
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void sketchesAgree() {
        SketchOperator[] operators = {
            new SketchOperator(SketchOperator.Kind.GAUSSIAN, 10, 0, new PhiloxKey(3, 4)),
            new SketchOperator(SketchOperator.Kind.GAUSSIAN, 17, 0, new PhiloxKey(3, 4)),
            new SketchOperator(SketchOperator.Kind.SPARSE_SIGN, 50, 4, new PhiloxKey(3, 4)),
            new SketchOperator(SketchOperator.Kind.SPARSE_SIGN, 23, 5, new PhiloxKey(3, 4)),
            new SketchOperator(SketchOperator.Kind.SPARSE_SIGN, 1, 1, new PhiloxKey(3, 4)),
        };
        for (SketchOperator operator : operators) {
            parity("sketch " + operator.kind(), (backend, operands) -> {
                int elements = 1003;
                Tensor x = operands.parameter(1, elements);
                Tensor out = operands.doubles(i -> Double.NaN, operands.runs(), operator.rows());
                backend.sketch(operator, x, out);
                // Entries do not exceed 6.5/√d or 1/√ζ, Σ|x| is below n·max|x|; all in double.
                double largest = operator.kind() == SketchOperator.Kind.GAUSSIAN ? 6.5 : 1;
                double magnitude = elements * Operands.largest(x) * largest;
                operands.output("out", out, Tolerances.sum(Tolerances.epsilon(DType.FLOAT64), elements, magnitude));
            });
        }
    }

    /** E‖Ωx‖² = ‖x‖², with relative variance 2/d for the Gaussian map and less for the sparse one. */
    @Test
    default void sketchesKeepNorms() {
        int rows = 400;
        for (SketchOperator.Kind kind : SketchOperator.Kind.values()) {
            try (Operands operands = operands(Setting.plain())) {
                SketchOperator operator = new SketchOperator(kind, rows, 4, new PhiloxKey(5, 6));
                Tensor x = operands.parameter(1, 501);
                Tensor out = operands.doubles(i -> Double.NaN, 1, rows);
                backend().sketch(operator, x, out);

                double norm = squares(HostTensors.read(x));
                double kept = squares(HostTensors.read(out));
                assertThat(Math.abs(kept / norm - 1)).isLessThan(5 * Math.sqrt(2.0 / rows));
            }
        }
    }

    private static double squares(double[] values) {
        return Arrays.stream(values).map(value -> value * value).sum();
    }
}
