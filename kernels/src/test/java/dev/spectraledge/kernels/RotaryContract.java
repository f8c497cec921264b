package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** Rotary positions, with neighbours and with halves as pairs, of whole heads and of parts of them. */
interface RotaryContract extends ContractPart {
    int POSITIONS = 23;
    double BASE = 10_000;

    @Test
    default void rotaryAgrees() {
        for (RotaryShape.Pairing pairing : RotaryShape.Pairing.values()) {
            String name = "rotary " + pairing;
            parity(name, (backend, operands) -> rotary(backend, operands, new RotaryShape(3, 12, 8, pairing)));
            parityOfSizes(
                    name + " of all sizes",
                    size -> (backend, operands) ->
                            rotary(backend, operands, new RotaryShape(2, 2 * size + size % 3, 2 * size, pairing)));
        }
    }

    private static void rotary(Backend backend, Operands operands, RotaryShape shape) {
        PackedSequences rows = operands.rows();
        Tensor positions = operands.numbers(rows, POSITIONS);
        Tensor angles = angles(backend, operands, shape);
        Tensor input = operands.activation(rows, shape.width(), 1);
        Tensor output = operands.result(rows, shape.width());
        Tensor gradient = operands.result(rows, shape.width());
        Tensor inPlace = operands.writable(rows, shape.width(), i -> 0.25 * (i % 7));
        backend.rotary(rows, shape, positions, angles, input, output);
        backend.rotaryBackward(rows, shape, positions, angles, input, gradient);
        backend.rotary(rows, shape, positions, angles, inPlace, inPlace);

        double bound = Tolerances.sum(operands.epsilon(), 2, 2 * Operands.largest(input));
        operands.output("output", output, rows, bound);
        operands.output("inputGradient", gradient, rows, bound);
        operands.output("output in place", inPlace, rows, Tolerances.sum(operands.epsilon(), 2, 4));
    }

    /** Made in the type under test, so that every execution has the same angles. */
    private static Tensor angles(Backend backend, Operands operands, RotaryShape shape) {
        DType tested = operands.epsilon() == Math.ulp(1.0) ? DType.FLOAT64 : DType.FLOAT32;
        Tensor rounded = shape.angles(backend, operands.owner(), tested, POSITIONS, BASE);
        Tensor angles = backend.allocate(operands.owner(), operands.type(), POSITIONS, shape.rotatedWidth());
        backend.copy(rounded, angles);
        return angles;
    }

    /** What makes positions relative: the product of a query and a key depends on their distance alone. */
    @Test
    default void productsDependOnTheDistanceAlone() {
        for (RotaryShape.Pairing pairing : RotaryShape.Pairing.values()) {
            try (Operands operands = operands(Setting.plain())) {
                RotaryShape shape = new RotaryShape(1, 8, 8, pairing);
                PackedSequences rows = operands.rows();
                Tensor angles = angles(backend(), operands, shape);
                Tensor query = operands.activation(rows, 8, i -> 1 + i % 8);
                Tensor key = operands.activation(rows, 8, i -> 3 - i % 8);
                Tensor rotatedQuery = operands.result(rows, 8);
                Tensor rotatedKey = operands.result(rows, 8);
                backend().rotary(rows, shape, operands.numbers(rows, i -> i + 5), angles, query, rotatedQuery);
                backend().rotary(rows, shape, operands.numbers(rows, i -> i), angles, key, rotatedKey);

                double bound = Tolerances.sum(epsilon(), 8, 4 * 8 * 8 * 5);
                double first = product(rotatedQuery, rotatedKey, 0);
                for (int row = 1; row < rows.rows(0); row++) {
                    assertThat(Math.abs(product(rotatedQuery, rotatedKey, row) - first))
                            .isLessThanOrEqualTo(bound);
                }
                assertThat(Math.abs(product(query, key, 0) - first)).isGreaterThan(1);
            }
        }
    }

    private static double product(Tensor x, Tensor y, int row) {
        double sum = 0;
        for (int column = 0; column < x.size(2); column++) {
            sum += x.get(0, row, column) * y.get(0, row, column);
        }
        return sum;
    }

    @Test
    default void anglesFollowTheirFormula() {
        try (Operands operands = operands(Setting.plain())) {
            RotaryShape shape = new RotaryShape(1, 6, 4, RotaryShape.Pairing.HALVES);
            Tensor angles = shape.angles(backend(), operands.owner(), type(), 4, 100);
            // Pair 1 of two turns by 1/√100 of what pair 0 turns by.
            double[] expected = {Math.cos(3), Math.cos(0.3), Math.sin(3), Math.sin(0.3)};
            for (int column = 0; column < 4; column++) {
                assertThat(Math.abs(angles.get(3, column) - expected[column]))
                        .isLessThanOrEqualTo(Tolerances.elementwise(epsilon(), 1));
            }
        }
    }

    @Test
    default void rotaryBackwardIsTheDerivative() {
        for (RotaryShape.Pairing pairing : RotaryShape.Pairing.values()) {
            try (Operands operands = differentiable()) {
                RotaryShape shape = new RotaryShape(2, 5, 4, pairing);
                PackedSequences rows = operands.rows();
                Tensor positions = operands.numbers(rows, POSITIONS);
                Tensor angles = angles(backend(), operands, shape);
                Tensor input = operands.activation(rows, shape.width(), 1);
                Tensor output = operands.result(rows, shape.width());
                Tensor outputGradient = operands.activation(rows, shape.width(), 1);
                Tensor inputGradient = operands.result(rows, shape.width());
                backend().rotaryBackward(rows, shape, positions, angles, outputGradient, inputGradient);
                DoubleSupplier function = () -> {
                    backend().rotary(rows, shape, positions, angles, input, output);
                    return GradientCheck.weightedSum(output, outputGradient);
                };
                GradientCheck.check("rotary " + pairing, function, input, inputGradient);
            }
        }
    }
}
