package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Matrix products, linear layers, embeddings. */
interface DenseAlgebraContract extends ContractPart {
    /** No multiple of a lane count, and more than one block of any kernel's register tile. */
    int IN = 37;

    int OUT = 19;
    int VOCABULARY = 11;
    int POSITIONS = 23;
    /** Rows of a table in which a device does not search for each of them. */
    int LARGE = 2100;

    @Test
    default void gemmTransposesScalesAndAdds() {
        for (int variant = 0; variant < 4; variant++) {
            boolean transposeA = (variant & 1) != 0;
            boolean transposeB = (variant & 2) != 0;
            parity("gemm", (backend, operands) -> {
                Tensor a = operands.parameter(1, transposeA ? IN : OUT, transposeA ? OUT : IN);
                Tensor b = operands.parameter(1, transposeB ? 7 : IN, transposeB ? IN : 7);
                Tensor c = operands.accumulator(1, OUT, 7);
                Tensor unread = operands.unwritten(OUT, 7);
                backend.gemm(transposeA, transposeB, 0.5, a, b, 2, c);
                backend.gemm(transposeA, transposeB, 1, a, b, 0, unread);
                operands.sum("C", c, null, IN + 1);
                operands.sum("C, beta 0", unread, null, IN);
            });
        }
    }

    @Test
    default void linearAddsBiasAndResidualWhereGiven() {
        parity("linear", (backend, operands) -> {
            PackedSequences rows = operands.rows();
            Tensor input = operands.activation(rows, IN, 1);
            Tensor weight = operands.parameter(1, OUT, IN);
            Tensor bias = operands.parameter(1, OUT);
            Tensor residual = operands.activation(rows, OUT, 1);
            Tensor plain = operands.result(rows, OUT);
            Tensor biased = operands.result(rows, OUT);
            Tensor full = operands.result(rows, OUT);
            Tensor unbiased = operands.result(rows, OUT);
            Tensor inPlace = operands.writable(rows, OUT, i -> 0.25 * (i % 7));
            backend.linear(rows, input, weight, null, null, plain);
            backend.linear(rows, input, weight, bias, null, biased);
            backend.linear(rows, input, weight, bias, residual, full);
            backend.linear(rows, input, weight, null, residual, unbiased);
            backend.linear(rows, input, weight, bias, inPlace, inPlace);
            operands.sum("output", plain, rows, IN);
            operands.sum("output with bias", biased, rows, IN + 1);
            operands.sum("output with bias and residual", full, rows, IN + 2);
            operands.sum("output with residual", unbiased, rows, IN + 1);
            operands.sum("output onto itself", inPlace, rows, IN + 2);
        });
    }

    @Test
    default void linearAgreesAtAllSizes() {
        parityOfSizes("linear of all sizes", size -> (backend, operands) -> {
            PackedSequences rows = operands.rows();
            Tensor input = operands.activation(rows, size, 1);
            Tensor weight = operands.parameter(1, size, size);
            Tensor bias = operands.parameter(1, size);
            Tensor output = operands.result(rows, size);
            Tensor inputGradient = operands.result(rows, size);
            Tensor weightGradient = operands.accumulator(1, size, size);
            Tensor biasGradient = operands.accumulator(1, size);
            backend.linear(rows, input, weight, bias, null, output);
            backend.linearBackward(rows, input, input, weight, inputGradient, weightGradient, biasGradient);
            operands.sum("output", output, rows, size + 1);
            operands.sum("inputGradient", inputGradient, rows, size);
            operands.sum("weightGradient", weightGradient, null, Operands.capacity(rows));
            operands.sum("biasGradient", biasGradient, null, Operands.capacity(rows));
        });
    }

    @Test
    default void linearOfKnownNumbers() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            // Row r is (r, 1); the outputs are 2r + 3 + 10 and −r + 0.5 + 20.
            Tensor input = operands.activation(rows, 2, i -> i % 2 == 0 ? i / 2 : 1);
            double[] weights = {2, 3, -1, 0.5};
            Tensor weight = operands.parameter(i -> weights[i], 2, 2);
            Tensor bias = operands.parameter(i -> 10 * (i + 1), 2);
            Tensor output = operands.result(rows, 2);
            backend().linear(rows, input, weight, bias, null, output);

            for (int row = 0; row < rows.rows(0); row++) {
                assertThat(output.get(0, row, 0)).isEqualTo(2 * row + 13);
                assertThat(output.get(0, row, 1)).isEqualTo(-row + 20.5);
            }
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void linearBackwardAddsParameterGradients() {
        parity("linearBackward", (backend, operands) -> {
            PackedSequences rows = operands.rows();
            Tensor outputGradient = operands.activation(rows, OUT, 1);
            Tensor input = operands.activation(rows, IN, 1);
            Tensor weight = operands.parameter(1, OUT, IN);
            Tensor inputGradient = operands.result(rows, IN);
            Tensor weightGradient = operands.accumulator(1, OUT, IN);
            Tensor biasGradient = operands.accumulator(1, OUT);
            Tensor weightGradientAlone = operands.accumulator(1, OUT, IN);
            backend.linearBackward(rows, outputGradient, input, weight, inputGradient, weightGradient, biasGradient);
            backend.linearBackward(rows, outputGradient, input, weight, null, weightGradientAlone, null);
            int terms = Operands.capacity(rows);
            operands.sum("inputGradient", inputGradient, rows, OUT);
            operands.sum("weightGradient", weightGradient, null, terms);
            operands.sum("biasGradient", biasGradient, null, terms);
            operands.sum("weightGradient alone", weightGradientAlone, null, terms);
        });
    }

    @Test
    @Tag(EXCHANGE)
    default void linearBackwardOfManyRows() {
        int outputs = 37;
        int inputs = 128;
        new Parity(backend(), type())
                .check("linearBackward of many rows", Setting.longSequences(), (backend, operands) -> {
                    PackedSequences rows = operands.rows();
                    Tensor outputGradient = operands.activation(rows, outputs, 1);
                    Tensor input = operands.activation(rows, inputs, 1);
                    Tensor weight = operands.parameter(1, outputs, inputs);
                    Tensor inputGradient = operands.result(rows, inputs);
                    Tensor weightGradient = operands.accumulator(1, outputs, inputs);
                    Tensor biasGradient = operands.accumulator(1, outputs);
                    backend.linearBackward(
                            rows, outputGradient, input, weight, inputGradient, weightGradient, biasGradient);
                    operands.sum("inputGradient", inputGradient, rows, outputs);
                    operands.sum("weightGradient", weightGradient, null, Operands.capacity(rows));
                    operands.sum("biasGradient", biasGradient, null, Operands.capacity(rows));
                });
    }

    @Test
    default void linearBackwardIsTheDerivative() {
        try (Operands operands = differentiable()) {
            PackedSequences rows = operands.rows();
            Tensor input = operands.activation(rows, 5, 1);
            Tensor weight = operands.parameter(1, 3, 5);
            Tensor bias = operands.parameter(1, 3);
            Tensor output = operands.result(rows, 3);
            Tensor outputGradient = operands.activation(rows, 3, 1);
            Tensor inputGradient = operands.result(rows, 5);
            Tensor weightGradient = operands.accumulator(0, 3, 5);
            Tensor biasGradient = operands.accumulator(0, 3);
            backend().linearBackward(rows, outputGradient, input, weight, inputGradient, weightGradient, biasGradient);

            DoubleSupplier function = () -> {
                backend().linear(rows, input, weight, bias, null, output);
                return GradientCheck.weightedSum(output, outputGradient);
            };
            GradientCheck.check("linear by input", function, input, inputGradient);
            GradientCheck.check("linear by weight", function, weight, weightGradient);
            GradientCheck.check("linear by bias", function, bias, biasGradient);
        }
    }

    @Test
    default void embeddingAddsTokenAndPosition() {
        parity("embedding", (backend, operands) -> {
            PackedSequences rows = operands.rows();
            Tensor tokens = operands.numbers(rows, VOCABULARY);
            Tensor positions = operands.numbers(rows, POSITIONS);
            Tensor tokenTable = operands.parameter(1, VOCABULARY, IN);
            Tensor positionTable = operands.parameter(1, POSITIONS, IN);
            Tensor output = operands.result(rows, IN);
            backend.embedding(rows, tokens, positions, tokenTable, positionTable, output);
            operands.sum("output", output, rows, 2);
        });
    }

    @Test
    @Tag(EXCHANGE)
    default void embeddingBackwardAddsRowsOfRepeatedTokens() {
        parity("embeddingBackward", (backend, operands) -> {
            PackedSequences rows = operands.rows();
            Tensor tokens = operands.numbers(rows, 3);
            Tensor positions = operands.numbers(rows, POSITIONS);
            Tensor outputGradient = operands.activation(rows, IN, 1);
            Tensor tokenTableGradient = operands.accumulator(1, VOCABULARY, IN);
            Tensor positionTableGradient = operands.accumulator(1, POSITIONS, IN);
            backend.embeddingBackward(
                    rows, tokens, positions, outputGradient, tokenTableGradient, positionTableGradient);
            int terms = Operands.capacity(rows);
            operands.sum("tokenTableGradient", tokenTableGradient, null, terms);
            operands.sum("positionTableGradient", positionTableGradient, null, terms);
        });
    }

    /** Some numbers occur once, others often, one in most rows; a device has another way for large tables. */
    @Test
    @Tag(EXCHANGE)
    default void embeddingBackwardAddsRowsToLargeTables() {
        for (Setting setting : List.of(Setting.all().getLast(), Setting.longSequences())) {
            new Parity(backend(), type()).check("embeddingBackward of large tables", setting, (backend, operands) -> {
                PackedSequences rows = operands.rows();
                Tensor tokens = operands.numbers(rows, i -> i % 3 == 0 ? i * i % LARGE : LARGE - 1);
                Tensor positions = operands.numbers(rows, i -> i * 7 % 10);
                Tensor outputGradient = operands.activation(rows, IN, 1);
                Tensor large = operands.accumulator(1, LARGE, IN);
                Tensor small = operands.accumulator(1, POSITIONS, IN);
                Tensor otherSmall = operands.accumulator(1, LARGE, IN);
                Tensor otherLarge = operands.accumulator(1, LARGE, IN);
                backend.embeddingBackward(rows, tokens, positions, outputGradient, large, small);
                backend.embeddingBackward(rows, positions, tokens, outputGradient, otherSmall, otherLarge);
                int terms = Operands.capacity(rows);
                operands.sum("token table", large, null, terms);
                operands.sum("position table", small, null, terms);
                operands.sum("token table of both large", otherSmall, null, terms);
                operands.sum("position table of both large", otherLarge, null, terms);
            });
        }
    }

    @Test
    default void embeddingWithoutPositionsGathersRows() {
        parity("embedding without positions", (backend, operands) -> {
            PackedSequences rows = operands.rows();
            Tensor numbers = operands.numbers(rows, VOCABULARY);
            Tensor table = operands.parameter(1, VOCABULARY, IN);
            Tensor output = operands.result(rows, IN);
            backend.embedding(rows, numbers, null, table, null, output);
            operands.sum("output", output, rows, 1);
        });
    }

    @Test
    @Tag(EXCHANGE)
    default void embeddingBackwardWithoutPositionsAddsRows() {
        parity("embeddingBackward without positions", (backend, operands) -> {
            PackedSequences rows = operands.rows();
            Tensor numbers = operands.numbers(rows, 3);
            Tensor outputGradient = operands.activation(rows, IN, 1);
            Tensor tableGradient = operands.accumulator(1, VOCABULARY, IN);
            backend.embeddingBackward(rows, numbers, null, outputGradient, tableGradient, null);
            operands.sum("tableGradient", tableGradient, null, Operands.capacity(rows));
        });
    }

    @Test
    default void embeddingWantsPositionsWithTheirTable() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor numbers = operands.numbers(rows, i -> 0);
            Tensor table = operands.parameter(1, VOCABULARY, IN);
            Tensor output = operands.result(rows, IN);
            assertThatThrownBy(() -> backend().embedding(rows, numbers, numbers, table, null, output))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("positionTable");
        }
    }

    @Test
    default void embeddingBackwardIsTheDerivative() {
        try (Operands operands = differentiable()) {
            PackedSequences rows = operands.rows();
            Tensor tokens = operands.numbers(rows, 3);
            Tensor positions = operands.numbers(rows, 4);
            Tensor tokenTable = operands.parameter(1, 3, 5);
            Tensor positionTable = operands.parameter(1, 4, 5);
            Tensor output = operands.result(rows, 5);
            Tensor outputGradient = operands.activation(rows, 5, 1);
            Tensor tokenTableGradient = operands.accumulator(0, 3, 5);
            Tensor positionTableGradient = operands.accumulator(0, 4, 5);
            backend()
                    .embeddingBackward(
                            rows, tokens, positions, outputGradient, tokenTableGradient, positionTableGradient);

            DoubleSupplier function = () -> {
                backend().embedding(rows, tokens, positions, tokenTable, positionTable, output);
                return GradientCheck.weightedSum(output, outputGradient);
            };
            GradientCheck.check("embedding by tokens", function, tokenTable, tokenTableGradient);
            GradientCheck.check("embedding by positions", function, positionTable, positionTableGradient);
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void embeddingRefusesNumbersOutsideTheTables() {
        int[] wrong = {-1, VOCABULARY};
        for (int number : wrong) {
            try (Operands operands = operands(Setting.plain())) {
                PackedSequences rows = operands.rows();
                Tensor numbers = operands.numbers(rows, i -> i == 5 ? number : 0);
                Tensor zeros = operands.numbers(rows, i -> 0);
                Tensor table = operands.accumulator(1, VOCABULARY, IN);
                Tensor other = operands.accumulator(1, VOCABULARY, IN);
                Tensor activation = operands.activation(rows, IN, 1);
                Tensor output = operands.result(rows, IN);

                assertThatThrownBy(() -> {
                            backend().embedding(rows, numbers, zeros, table, table, output);
                            backend().synchronize();
                        })
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("token")
                        .hasMessageContaining(Integer.toString(number));
                assertThatThrownBy(() -> {
                            backend().embedding(rows, zeros, numbers, table, table, output);
                            backend().synchronize();
                        })
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("position");
                assertThatThrownBy(() -> {
                            backend().embeddingBackward(rows, numbers, zeros, activation, table, other);
                            backend().synchronize();
                        })
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("token");
                assertThat(Operands.largest(table)).isFinite();
            }
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void embeddingBackwardRefusesNumbersOutsideLargeTables() {
        for (int number : new int[] {-1, LARGE}) {
            try (Operands operands = operands(Setting.plain())) {
                PackedSequences rows = operands.rows();
                Tensor numbers = operands.numbers(rows, i -> i == 5 ? number : i);
                Tensor table = operands.accumulator(1, LARGE, IN);
                Tensor activation = operands.activation(rows, IN, 1);
                assertThatThrownBy(() -> {
                            backend().embeddingBackward(rows, numbers, null, activation, table, null);
                            backend().synchronize();
                        })
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("token")
                        .hasMessageContaining(Integer.toString(number));
                assertThat(Operands.largest(table)).isFinite();
            }
        }
    }
}
