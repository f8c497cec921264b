package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies, flat vectors, and rows against a window. */
interface VectorContract extends ContractPart {
    int ELEMENTS = 1003;
    /** Longer than one block of any accumulation, and no multiple of a lane count. */
    int LONG = 9001;

    int WINDOW = 3;
    /** Rows of a block: one more than a device's kernel takes at once, and no multiple of what a processor does. */
    int BLOCK = 9;
    /** What {@link Backend#gramRow} promises. */
    double GRAM_BOUND = 0x1p-52;

    @Test
    default void vectorOperationsAgree() {
        parity("vectors", (backend, operands) -> vectorOperations(backend, operands, ELEMENTS));
        parityOfSizes("vectors of all sizes", size -> (backend, operands) -> vectorOperations(backend, operands, size));
    }

    private static void vectorOperations(Backend backend, Operands operands, int elements) {
        Tensor x = operands.parameter(1, elements);
        Tensor y = operands.parameter(1, elements);
        Tensor sum = operands.accumulator(1, elements);
        Tensor scaled = operands.accumulator(1, elements);
        backend.axpy(0.3, x, sum);
        backend.scale(0.3, scaled);
        operands.sum("axpy", sum, null, 2);
        operands.sum("scale", scaled, null, 1);

        Tensor normalized = operands.accumulator(1, elements);
        Tensor zero = operands.accumulator(0, elements);
        backend.normalize(operands.doubles(i -> 0, operands.runs()), 1e-7, 0, zero);
        operands.output("normalize zeros", zero, 0);
        backend.normalize(operands.doubles(i -> 4 + i, operands.runs()), 0.5, 0, normalized);
        Tensor clamped = operands.accumulator(1, elements);
        backend.normalize(operands.doubles(i -> 1 + 8 * i, operands.runs()), 0, 2, clamped);
        operands.output(
                "normalize by no less than 2",
                clamped,
                Tolerances.elementwise(operands.epsilon(), Operands.largest(x)));
        operands.output("normalize", normalized, Tolerances.elementwise(operands.epsilon(), Operands.largest(x)));

        Tensor difference = operands.unwritten(elements);
        Tensor ontoX = operands.accumulator(1, elements);
        Tensor ontoY = operands.accumulator(1, elements);
        double bound = Tolerances.elementwise(operands.epsilon(), Operands.largest(x) + Operands.largest(y));
        backend.subtract(x, y, difference);
        backend.subtract(ontoX, y, ontoX);
        backend.subtract(x, ontoY, ontoY);
        operands.output("subtract", difference, bound);
        operands.output("subtract onto x", ontoX, bound);
        operands.output("subtract onto y", ontoY, bound);
    }

    @Test
    @Tag(EXCHANGE)
    default void productsOfLongVectorsAreAccumulatedInDouble() {
        parity("products", (backend, operands) -> products(backend, operands, LONG));
        parityOfSizes("products of all sizes", size -> (backend, operands) -> products(backend, operands, size));
    }

    private static void products(Backend backend, Operands operands, int elements) {
        Tensor x = operands.parameter(1, elements);
        Tensor y = operands.parameter(1, elements);
        Tensor window = operands.parameter(1, WINDOW, elements);
        Tensor dot = operands.doubles(i -> Double.NaN, operands.runs());
        Tensor squares = operands.doubles(i -> Double.NaN, operands.runs());
        Tensor gram = operands.doubles(i -> Double.NaN, operands.runs(), WINDOW);
        backend.dot(x, y, dot);
        backend.sumOfSquares(x, squares);
        backend.gramRow(window, x, gram);
        Tensor rows = operands.parameter(1, BLOCK, elements);
        Tensor block = operands.doubles(i -> Double.NaN, operands.runs(), BLOCK, WINDOW);
        backend.gramBlock(window, rows, block);
        double accumulated = Tolerances.sum(Tolerances.epsilon(DType.FLOAT64), elements, 1);
        operands.relative("dot", dot, null, accumulated);
        operands.relative("sumOfSquares", squares, null, accumulated);
        operands.relative("gramRow", gram, null, GRAM_BOUND);
        operands.relative("gramBlock", block, null, GRAM_BOUND);
    }

    @Test
    @Tag(EXCHANGE)
    default void productsOfADifferenceHaveTheirOwnBits() {
        try (Operands operands = operands(Setting.plain())) {
            for (int elements : new int[] {1, 31, ELEMENTS, LONG}) {
                Tensor x = operands.parameter(1, elements);
                Tensor y = operands.parameter(1, elements);
                Tensor expected = operands.unwritten(elements);
                Tensor actual = operands.unwritten(elements);
                Tensor apart = operands.doubles(i -> Double.NaN, 2, 1);
                Tensor together = operands.doubles(i -> Double.NaN, 2, 1);
                backend().subtract(x, y, expected);
                backend().dot(x, expected, apart.at(0));
                backend().sumOfSquares(x, apart.at(1));
                backend().subtract(x, y, actual, together.at(0), together.at(1));
                for (int element = 0; element < elements; element++) {
                    assertThat(actual.get(0, element)).isEqualTo(expected.get(0, element));
                }
                Tensor advanced = operands.unwritten(elements);
                Tensor whileAdvancing = operands.doubles(i -> Double.NaN, 2, 1);
                backend().advance(x, y, advanced, whileAdvancing.at(0), whileAdvancing.at(1));
                for (int element = 0; element < elements; element++) {
                    assertThat(advanced.get(0, element)).isEqualTo(expected.get(0, element));
                    assertThat(y.get(0, element)).isEqualTo(x.get(0, element));
                }
                for (int product = 0; product < 2; product++) {
                    assertThat(together.get(product, 0)).isEqualTo(apart.get(product, 0));
                    assertThat(whileAdvancing.get(product, 0)).isEqualTo(apart.get(product, 0));
                }
            }
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void productsOfABandHaveTheBitsOfEachRow() {
        int size = 8;
        try (Operands operands = operands(Setting.plain())) {
            Tensor ring = operands.parameter(1, size, LONG);
            Tensor apart = operands.doubles(i -> 0, 1, size);
            for (int[] shape : new int[][] {{0, 1, 4}, {2, 1, 1}, {3, 5, 4}, {6, 4, 3}, {7, 2, 7}, {5, 8, 1}}) {
                int width = shape[2];
                Tensor band = operands.doubles(i -> 0, 1, size, size + 1)
                        .slice(1, 0, shape[1])
                        .slice(2, 0, width);
                backend().gramBand(ring, shape[0], band);
                for (int row = 0; row < shape[1]; row++) {
                    int newest = (shape[0] + row) % size;
                    backend().gramRow(ring, ring.slice(1, newest, newest + 1L).reshape(1, LONG), apart);
                    for (int place = 0; place < width; place++) {
                        assertThat(band.get(0, row, place))
                                .as("row %d of %s, place %d", row, Arrays.toString(shape), place)
                                .isEqualTo(apart.get(0, Math.floorMod(newest - (width - 1) + place, size)));
                    }
                }
            }
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void productsOfABlockHaveTheBitsOfEachRow() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor window = operands.parameter(1, WINDOW, LONG);
            Tensor rows = operands.parameter(1, BLOCK, LONG);
            Tensor apart = operands.doubles(i -> 0, 1, WINDOW);
            for (int count : new int[] {1, 2, 4, 7, BLOCK}) {
                Tensor together = operands.doubles(i -> 0, 1, BLOCK, WINDOW + 1).slice(1, 0, count);
                backend().gramBlock(window, rows.slice(1, 0, count), together.slice(2, 0, WINDOW));
                for (int row = 0; row < count; row++) {
                    backend().gramRow(window, rows.slice(1, row, row + 1L).reshape(1, LONG), apart);
                    for (int column = 0; column < WINDOW; column++) {
                        assertThat(together.get(0, row, column))
                                .as("row %d of %d, column %d", row, count, column)
                                .isEqualTo(apart.get(0, column));
                    }
                }
            }
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void gramRowResolvesSmallSumsOfLargeTerms() {
        try (Operands operands = operands(Setting.plain())) {
            // Pairs cancel exactly; what remains is 2⁻²⁰ times the first term.
            int count = 4099;
            Tensor window = operands.parameter(i -> i % 2 == 0 ? 1 : i == count - 2 ? 0x1p-20 - 1 : -1, 1, count - 1);
            Tensor x = operands.parameter(i -> 1, count - 1);
            Tensor result = operands.doubles(i -> Double.NaN, 1, 1);
            backend().gramRow(window, x, result);

            double expected = 0;
            for (double value : HostTensors.read(window)) {
                expected += value;
            }
            assertThat(result.get(0, 0)).isEqualTo(expected);
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void sumOfSquaresIsNotFiniteWhereAnElementIsNot() {
        double[] poisons = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        int[] places = {0, 500, ELEMENTS - 1};
        for (double poison : poisons) {
            for (int place : places) {
                try (Operands operands = operands(Setting.plain())) {
                    Tensor x = operands.parameter(i -> i == place ? poison : 1, ELEMENTS);
                    Tensor result = operands.doubles(i -> 0, 1);
                    backend().sumOfSquares(x, result);

                    assertThat(Double.isFinite(result.get(0)))
                            .as("%s at %d", poison, place)
                            .isFalse();
                }
            }
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void combineRowsAgrees() {
        parity("combineRows", (backend, operands) -> {
            Tensor window = operands.parameter(1, WINDOW, ELEMENTS);
            Tensor coefficients = operands.doubles(i -> 1.5 - 0.25 * i, operands.runs(), WINDOW);
            Tensor out = operands.unwritten(ELEMENTS);
            backend.combineRows(window, coefficients, out);
            // One rounding to the type, beside those of a sum in double.
            operands.output(
                    "out", out, Tolerances.elementwise(operands.epsilon(), WINDOW * 1.5 * Operands.largest(window)));
        });
    }

    @Test
    default void combineRowsIsInDoubleBeforeRounding() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor window = operands.parameter(i -> 1, WINDOW, ELEMENTS);
            double[] factors = {1, 0x1p-40, -1};
            Tensor coefficients = operands.doubles(i -> factors[i], 1, WINDOW);
            Tensor out = operands.unwritten(ELEMENTS);
            backend().combineRows(window, coefficients, out);

            assertThat(HostTensors.read(out)).containsOnly(0x1p-40);
        }
    }

    @Test
    default void copyConvertsBetweenTypesAndStrides() {
        for (Setting setting : Setting.all()) {
            try (Operands operands = operands(setting)) {
                Tensor source = operands.parameter(1, 7, ELEMENTS);
                Tensor same = operands.unwritten(7, ELEMENTS);
                Tensor asFloat = backend().allocate(operands.owner(), DType.FLOAT32, operands.runs(), 7, ELEMENTS);
                Tensor asDouble = backend().allocate(operands.owner(), DType.FLOAT64, operands.runs(), 7, ELEMENTS);
                backend().copy(source, same);
                backend().copy(source, asFloat);
                backend().copy(source, asDouble);

                double[] expected = HostTensors.read(source);
                assertThat(HostTensors.read(same)).isEqualTo(expected);
                assertThat(HostTensors.read(asDouble)).isEqualTo(expected);
                double[] rounded = new double[expected.length];
                for (int i = 0; i < rounded.length; i++) {
                    rounded[i] = (float) expected[i];
                }
                assertThat(HostTensors.read(asFloat)).isEqualTo(rounded);
                operands.assertNothingElseWritten();
            }
        }
    }

    @Test
    default void copyMovesColumnsAndIntegers() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor matrix = operands.parameter(1, 5, 37);
            Tensor columns = operands.unwritten(5, 9);
            backend().copy(matrix.slice(2, 11, 20), columns);
            for (int row = 0; row < 5; row++) {
                for (int column = 0; column < 9; column++) {
                    assertThat(columns.get(0, row, column)).isEqualTo(matrix.get(0, row, column + 11));
                }
            }

            Tensor integers = operands.numbers(operands.rows(), 1000);
            Tensor copy = backend().allocate(operands.owner(), DType.INT32, integers.shape());
            backend().copy(integers, copy);
            assertThat(HostTensors.read(copy)).isEqualTo(HostTensors.read(integers));
        }
    }

    @Test
    default void fillSetsEveryElementOfAView() {
        for (Setting setting : Setting.all()) {
            try (Operands operands = operands(setting)) {
                Tensor activation = operands.result(operands.rows(), 37);
                Tensor parameter = operands.unwritten(5, 37);
                Tensor integers = backend().allocate(operands.owner(), DType.INT32, 2, 37);
                backend().fill(activation, 0.1);
                backend().fill(parameter, -2);
                backend().fill(integers, 7);

                assertThat(HostTensors.read(activation)).containsOnly(type() == DType.FLOAT32 ? 0.1f : 0.1);
                assertThat(HostTensors.read(parameter)).containsOnly(-2);
                assertThat(HostTensors.read(integers)).containsOnly(7);
                operands.assertNothingElseWritten();
            }
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void fillOfRowsLeavesTheOthers() {
        parity("fill of rows", (backend, operands) -> {
            Tensor activation = operands.result(operands.rows(), 37);
            backend.fill(operands.rows(), activation, 0.1);
            operands.output("activation", activation, operands.rows(), Tolerances.elementwise(operands.epsilon(), 0.1));
        });
    }

    @Test
    default void newMemoryIsZero() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor tensor = backend().allocate(operands.owner(), type(), 3, 5, 7);

            assertThat(HostTensors.read(tensor)).hasSize(105).containsOnly(0);
        }
    }
}
