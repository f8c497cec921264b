package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Layer norm, RMS norm, GELU and SwiGLU. */
interface ActivationContract extends ContractPart {
    int WIDTH = 37;
    double LAYER_NORM_EPSILON = 1e-5;

    @Test
    @Tag(EXCHANGE)
    default void layerNormStandardisesRows() {
        parity("layerNorm", (backend, operands) -> layerNorm(backend, operands, WIDTH, 0));
        parityOfSizes("layerNorm of all sizes", size -> (backend, operands) -> layerNorm(backend, operands, size, 0));
    }

    @Test
    @Tag(EXCHANGE)
    default void layerNormIsAccurateForRowsFarFromZero() {
        parity("layerNorm of rows far from zero", (backend, operands) -> layerNorm(backend, operands, WIDTH, 1000));
    }

    private static void layerNorm(Backend backend, Operands operands, int width, double offset) {
        PackedSequences rows = operands.rows();
        Tensor noise = operands.activation(rows, width, 1);
        double[] values = used(noise);
        Tensor input = operands.activation(rows, width, i -> values[i] + offset);
        Tensor gain = operands.parameter(1, width);
        Tensor bias = operands.parameter(1, width);
        Tensor output = operands.result(rows, width);
        Tensor mean = operands.strip(rows);
        Tensor inverse = operands.strip(rows);
        backend.layerNorm(rows, LAYER_NORM_EPSILON, input, gain, bias, output, mean, inverse);

        double epsilon = operands.epsilon();
        double maxInput = Operands.largest(input);
        double maxInverse = Operands.largest(inverse);
        double meanError = Tolerances.mean(epsilon, width, maxInput);
        double normalizedError = Tolerances.normalized(epsilon, width, maxInput, maxInverse);
        operands.output("mean", mean, rows, meanError);
        operands.output("inverseDeviation", inverse, rows, normalizedError * maxInverse);
        operands.output(
                "output",
                output,
                rows,
                normalizedError * Operands.largest(gain) + Tolerances.elementwise(epsilon, Operands.largest(output)));
    }

    @Test
    default void layerNormOfAConstantRowIsTheBias() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            // Powers of two: their sums over 32 columns have no rounding.
            Tensor input = operands.activation(rows, 32, i -> 4);
            Tensor gain = operands.parameter(1, 32);
            Tensor bias = operands.parameter(1, 32);
            Tensor output = operands.result(rows, 32);
            Tensor mean = operands.strip(rows);
            Tensor inverse = operands.strip(rows);
            backend().layerNorm(rows, LAYER_NORM_EPSILON, input, gain, bias, output, mean, inverse);

            for (int row = 0; row < rows.rows(0); row++) {
                for (int column = 0; column < 32; column++) {
                    assertThat(output.get(0, row, column)).isEqualTo(bias.get(0, column));
                }
                assertThat(mean.get(0, row)).isEqualTo(4);
                double expected = 1 / Math.sqrt(LAYER_NORM_EPSILON);
                assertThat(Math.abs(inverse.get(0, row) - expected))
                        .isLessThanOrEqualTo(Tolerances.elementwise(epsilon(), expected));
            }
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void layerNormBackwardAgrees() {
        parity("layerNormBackward", (backend, operands) -> layerNormBackward(backend, operands, WIDTH));
        parityOfSizes(
                "layerNormBackward of all sizes",
                size -> (backend, operands) -> layerNormBackward(backend, operands, size));
    }

    private static void layerNormBackward(Backend backend, Operands operands, int width) {
        PackedSequences rows = operands.rows();
        Tensor input = operands.activation(rows, width, 2);
        Tensor gain = operands.parameter(1, width);
        Tensor bias = operands.parameter(1, width);
        Tensor normalized = operands.result(rows, width);
        Tensor mean = operands.strip(rows);
        Tensor inverse = operands.strip(rows);
        backend.layerNorm(rows, LAYER_NORM_EPSILON, input, gain, bias, normalized, mean, inverse);
        Tensor outputGradient = operands.activation(rows, width, 1);
        Tensor residual = operands.activation(rows, width, 1);
        Tensor plain = operands.result(rows, width);
        Tensor added = operands.result(rows, width);
        Tensor inPlace = operands.writable(rows, width, i -> 0.25 * (i % 7));
        Tensor gainGradient = operands.accumulator(1, width);
        Tensor biasGradient = operands.accumulator(1, width);
        Tensor[] results = {plain, added, inPlace};
        Tensor[] residuals = {null, residual, inPlace};
        for (int i = 0; i < results.length; i++) {
            backend.layerNormBackward(
                    rows,
                    outputGradient,
                    input,
                    gain,
                    mean,
                    inverse,
                    residuals[i],
                    results[i],
                    gainGradient,
                    biasGradient);
        }

        double epsilon = operands.epsilon();
        double maxGradient = Operands.largest(outputGradient);
        double maxInverse = Operands.largest(inverse);
        double normalizedError = Tolerances.normalized(epsilon, width, Operands.largest(input), maxInverse);
        double bound = Tolerances.layerNormGradient(
                epsilon, width, maxInverse, maxGradient * Operands.largest(gain), normalizedError);
        double residualRounding = Tolerances.elementwise(epsilon, 8);
        operands.output("inputGradient", plain, rows, bound);
        operands.output("inputGradient with residual", added, rows, bound + residualRounding);
        operands.output("inputGradient onto itself", inPlace, rows, bound + residualRounding);
        // Three calls, each adding all rows.
        int terms = 3 * Operands.capacity(rows);
        double sumOfGradients = terms * maxGradient;
        operands.output(
                "gainGradient",
                gainGradient,
                Tolerances.sum(epsilon, terms, sumOfGradients * Math.sqrt(width)) + sumOfGradients * normalizedError);
        operands.output("biasGradient", biasGradient, Tolerances.sum(epsilon, terms, sumOfGradients));
    }

    @Test
    default void layerNormBackwardIsTheDerivative() {
        try (Operands operands = differentiable()) {
            int width = 6;
            PackedSequences rows = operands.rows();
            Tensor input = operands.activation(rows, width, 2);
            Tensor gain = operands.parameter(1, width);
            Tensor bias = operands.parameter(1, width);
            Tensor output = operands.result(rows, width);
            Tensor mean = operands.strip(rows);
            Tensor inverse = operands.strip(rows);
            Tensor outputGradient = operands.activation(rows, width, 1);
            Tensor inputGradient = operands.result(rows, width);
            Tensor gainGradient = operands.accumulator(0, width);
            Tensor biasGradient = operands.accumulator(0, width);
            // A large ε keeps the fifth derivative of narrow rows small; it takes part in the derivative as well.
            double epsilon = 0.5;
            backend().layerNorm(rows, epsilon, input, gain, bias, output, mean, inverse);
            backend()
                    .layerNormBackward(
                            rows,
                            outputGradient,
                            input,
                            gain,
                            mean,
                            inverse,
                            null,
                            inputGradient,
                            gainGradient,
                            biasGradient);

            DoubleSupplier function = () -> {
                backend().layerNorm(rows, epsilon, input, gain, bias, output, mean, inverse);
                return GradientCheck.weightedSum(output, outputGradient);
            };
            GradientCheck.check("layerNorm by input", function, input, inputGradient);
            GradientCheck.check("layerNorm by gain", function, gain, gainGradient);
            GradientCheck.check("layerNorm by bias", function, bias, biasGradient);
        }
    }

    /** Without a mean, without a bias, and without both, which is RMS norm. */
    @Test
    @Tag(EXCHANGE)
    default void normsWithoutMeanOrBiasAgree() {
        for (boolean hasMean : new boolean[] {true, false}) {
            for (boolean hasBias : new boolean[] {true, false}) {
                String name = "layerNorm" + (hasMean ? "" : " without mean") + (hasBias ? "" : " without bias");
                parity(name, (backend, operands) -> norm(backend, operands, WIDTH, hasMean, hasBias));
                parityOfSizes(
                        name + " of all sizes",
                        size -> (backend, operands) -> norm(backend, operands, size, hasMean, hasBias));
            }
        }
    }

    private static void norm(Backend backend, Operands operands, int width, boolean hasMean, boolean hasBias) {
        PackedSequences rows = operands.rows();
        Tensor input = operands.activation(rows, width, 2);
        Tensor gain = operands.parameter(1, width);
        Tensor bias = hasBias ? operands.parameter(1, width) : null;
        Tensor output = operands.result(rows, width);
        Tensor mean = hasMean ? operands.strip(rows) : null;
        Tensor inverse = operands.strip(rows);
        Tensor outputGradient = operands.activation(rows, width, 1);
        Tensor inputGradient = operands.writable(rows, width, i -> 0.25 * (i % 7));
        Tensor gainGradient = operands.accumulator(1, width);
        Tensor biasGradient = hasBias ? operands.accumulator(1, width) : null;
        backend.layerNorm(rows, LAYER_NORM_EPSILON, input, gain, bias, output, mean, inverse);
        backend.layerNormBackward(
                rows,
                outputGradient,
                input,
                gain,
                mean,
                inverse,
                inputGradient,
                inputGradient,
                gainGradient,
                biasGradient);

        double epsilon = operands.epsilon();
        double maxInverse = Operands.largest(inverse);
        double normalizedError = hasMean
                ? Tolerances.normalized(epsilon, width, Operands.largest(input), maxInverse)
                : Tolerances.rootMeanSquareNormalized(epsilon, width);
        operands.output("inverseDeviation", inverse, rows, normalizedError * maxInverse);
        operands.output(
                "output",
                output,
                rows,
                normalizedError * Operands.largest(gain) + Tolerances.elementwise(epsilon, Operands.largest(output)));
        double maxGradient = Operands.largest(outputGradient);
        operands.output(
                "inputGradient",
                inputGradient,
                rows,
                Tolerances.layerNormGradient(
                                epsilon, width, maxInverse, maxGradient * Operands.largest(gain), normalizedError)
                        + Tolerances.elementwise(epsilon, 8));
        int terms = Operands.capacity(rows);
        double sumOfGradients = terms * maxGradient;
        operands.output(
                "gainGradient",
                gainGradient,
                Tolerances.sum(epsilon, terms, sumOfGradients * Math.sqrt(width)) + sumOfGradients * normalizedError);
        if (hasBias) {
            operands.output("biasGradient", biasGradient, Tolerances.sum(epsilon, terms, sumOfGradients));
        }
    }

    @Test
    default void rmsNormOfAConstantRowIsTheGain() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor input = operands.activation(rows, 32, i -> -4);
            Tensor gain = operands.parameter(1, 32);
            Tensor output = operands.result(rows, 32);
            Tensor inverse = operands.strip(rows);
            backend().rmsNorm(rows, 0, input, gain, output, inverse);

            for (int row = 0; row < rows.rows(0); row++) {
                assertThat(inverse.get(0, row)).isEqualTo(0.25);
                for (int column = 0; column < 32; column++) {
                    assertThat(output.get(0, row, column)).isEqualTo(-gain.get(0, column));
                }
            }
        }
    }

    @Test
    default void rmsNormBackwardIsTheDerivative() {
        try (Operands operands = differentiable()) {
            int width = 6;
            double epsilon = 0.5;
            PackedSequences rows = operands.rows();
            Tensor input = operands.activation(rows, width, 2);
            Tensor gain = operands.parameter(1, width);
            Tensor output = operands.result(rows, width);
            Tensor inverse = operands.strip(rows);
            Tensor outputGradient = operands.activation(rows, width, 1);
            Tensor inputGradient = operands.result(rows, width);
            Tensor gainGradient = operands.accumulator(0, width);
            DoubleSupplier function = () -> {
                backend().rmsNorm(rows, epsilon, input, gain, output, inverse);
                return GradientCheck.weightedSum(output, outputGradient);
            };
            assertThat(function.getAsDouble()).isFinite();
            backend().rmsNormBackward(rows, outputGradient, input, gain, inverse, null, inputGradient, gainGradient);
            GradientCheck.check("rmsNorm by input", function, input, inputGradient);
            GradientCheck.check("rmsNorm by gain", function, gain, gainGradient);
        }
    }

    @Test
    default void swiGluAgrees() {
        swiGluAgrees("swiGlu", i -> 6.0 * Math.sin(i));
        swiGluAgrees("swiGlu of large values", i -> EXTREMES.get(i % EXTREMES.size()));
    }

    private void swiGluAgrees(String name, IntToDoubleFunction values) {
        parity(name, (backend, operands) -> swiGlu(backend, operands, WIDTH, values));
        parityOfSizes(name, size -> (backend, operands) -> swiGlu(backend, operands, size, values));
    }

    private static void swiGlu(Backend backend, Operands operands, int width, IntToDoubleFunction values) {
        PackedSequences rows = operands.rows();
        Tensor gate = operands.activation(rows, width, values);
        Tensor up = operands.activation(rows, width, 1);
        Tensor outputGradient = operands.activation(rows, width, 1);
        Tensor output = operands.result(rows, width);
        Tensor gateGradient = operands.result(rows, width);
        Tensor upGradient = operands.result(rows, width);
        Tensor gateInPlace = operands.writable(rows, width, values);
        Tensor upInPlace = operands.writable(rows, width, i -> 0.25 * (i % 7));
        backend.swiGlu(rows, gate, up, output);
        backend.swiGluBackward(rows, outputGradient, gate, up, gateGradient, upGradient);
        backend.swiGluBackward(rows, outputGradient, gateInPlace, upInPlace, gateInPlace, upInPlace);

        double epsilon = operands.epsilon();
        double maxGate = Operands.largest(gate);
        double maxGradient = Operands.largest(outputGradient);
        double gateBound = Tolerances.swiGluGradient(epsilon, maxGradient, Operands.largest(up));
        double upBound = Tolerances.swiGluGradient(epsilon, maxGradient, maxGate);
        operands.relative("output", output, rows, Tolerances.swiGlu(epsilon));
        operands.output("gateGradient", gateGradient, rows, gateBound);
        operands.output("upGradient", upGradient, rows, upBound);
        operands.output("gateGradient in place", gateInPlace, rows, Tolerances.swiGluGradient(epsilon, maxGradient, 2));
        operands.output("upGradient in place", upInPlace, rows, upBound);
    }

    @Test
    default void swiGluHasItsKnownValues() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            // The sigmoid of ln 3 is 3/4, of −ln 3 it is 1/4.
            Tensor gate = operands.activation(rows, 1, i -> i % 2 == 0 ? Math.log(3) : -Math.log(3));
            Tensor up = operands.activation(rows, 1, i -> 2);
            Tensor output = operands.result(rows, 1);
            backend().swiGlu(rows, gate, up, output);
            for (int row = 0; row < rows.rows(0); row++) {
                double expected = row % 2 == 0 ? 1.5 * Math.log(3) : -0.5 * Math.log(3);
                assertThat(Math.abs(output.get(0, row, 0) - expected))
                        .isLessThanOrEqualTo(2 * Tolerances.swiGlu(epsilon()));
            }
        }
    }

    @Test
    default void swiGluBackwardIsTheDerivative() {
        try (Operands operands = differentiable()) {
            PackedSequences rows = operands.rows();
            Tensor gate = operands.activation(rows, 5, 1.5);
            Tensor up = operands.activation(rows, 5, 1);
            Tensor output = operands.result(rows, 5);
            Tensor outputGradient = operands.activation(rows, 5, 1);
            Tensor gateGradient = operands.result(rows, 5);
            Tensor upGradient = operands.result(rows, 5);
            backend().swiGluBackward(rows, outputGradient, gate, up, gateGradient, upGradient);
            DoubleSupplier function = () -> {
                backend().swiGlu(rows, gate, up, output);
                return GradientCheck.weightedSum(output, outputGradient);
            };
            GradientCheck.check("swiGlu by gate", function, gate, gateGradient);
            GradientCheck.check("swiGlu by up", function, up, upGradient);
        }
    }

    @Test
    default void geluAgrees() {
        for (Gelu kind : Gelu.values()) {
            geluAgrees(kind, "gelu " + kind, i -> 6.0 * Math.sin(i));
            geluAgrees(kind, "gelu of large values " + kind, i -> EXTREMES.get(i % EXTREMES.size()));
        }
    }

    /** Both tails, both zeros, where functions change their approximation, and beyond where they are constant. */
    List<Double> EXTREMES = List.of(
            0.0, -0.0, 1e-30, -1e-30, 0.5, -0.5, 4.0, -4.0, 5.5, -5.5, 9.0, -9.0, 40.0, -40.0, 300.0, -300.0, 1e4,
            -1e4);

    private void geluAgrees(Gelu kind, String name, IntToDoubleFunction values) {
        parity(name, (backend, operands) -> gelu(backend, operands, kind, WIDTH, values));
        parityOfSizes(name, size -> (backend, operands) -> gelu(backend, operands, kind, size, values));
    }

    private static void gelu(Backend backend, Operands operands, Gelu kind, int width, IntToDoubleFunction values) {
        PackedSequences rows = operands.rows();
        Tensor input = operands.activation(rows, width, values);
        Tensor output = operands.result(rows, width);
        Tensor outputGradient = operands.activation(rows, width, 1);
        Tensor inputGradient = operands.result(rows, width);
        Tensor inPlace = operands.writable(rows, width, i -> 0.25 * (i % 7));
        backend.gelu(rows, kind, input, output);
        backend.geluBackward(rows, kind, outputGradient, input, inputGradient);
        backend.geluBackward(rows, kind, inPlace, input, inPlace);

        double epsilon = operands.epsilon();
        operands.relative("output", output, rows, Tolerances.gelu(epsilon, 1));
        operands.output(
                "inputGradient",
                inputGradient,
                rows,
                Tolerances.geluGradient(epsilon, Operands.largest(outputGradient)));
        operands.output("inputGradient onto itself", inPlace, rows, Tolerances.geluGradient(epsilon, 2));
    }

    @Test
    default void geluHasItsKnownValues() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor input = operands.activation(rows, 1, i -> i % 2 == 0 ? 1 : -1);
            Tensor output = operands.result(rows, 1);
            for (Gelu kind : Gelu.values()) {
                double positive = kind == Gelu.ERF ? 0.8413447460685429 : 0.8411919906082768;
                backend().gelu(rows, kind, input, output);
                for (int row = 0; row < rows.rows(0); row++) {
                    double expected = row % 2 == 0 ? positive : positive - 1;
                    assertThat(Math.abs(output.get(0, row, 0) - expected))
                            .isLessThanOrEqualTo(Tolerances.gelu(epsilon(), 1));
                }
            }
        }
    }

    @Test
    default void geluBackwardIsTheDerivative() {
        try (Operands operands = differentiable()) {
            PackedSequences rows = operands.rows();
            Tensor input = operands.activation(rows, 5, 1.5);
            Tensor output = operands.result(rows, 5);
            Tensor outputGradient = operands.activation(rows, 5, 1);
            Tensor inputGradient = operands.result(rows, 5);
            for (Gelu kind : Gelu.values()) {
                backend().geluBackward(rows, kind, outputGradient, input, inputGradient);
                DoubleSupplier function = () -> {
                    backend().gelu(rows, kind, input, output);
                    return GradientCheck.weightedSum(output, outputGradient);
                };
                GradientCheck.check("gelu " + kind, function, input, inputGradient);
            }
        }
    }

    private static double[] used(Tensor activation) {
        return Arrays.stream(HostTensors.read(activation))
                .filter(value -> !Double.isNaN(value))
                .toArray();
    }
}
