package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Attention, plain and tiled: causal, bidirectional, and across sequences of other lengths. */
interface AttentionContract extends ContractPart {
    /** More than the longest key sequence of the settings with short ones, or with long ones. */
    int MAX_KEYS = 19;

    int MANY_KEYS = 133;

    AttentionShape CAUSAL = new AttentionShape(3, 5, true);
    AttentionShape BIDIRECTIONAL = new AttentionShape(2, 8, false);
    AttentionShape ONE_HEAD = new AttentionShape(1, 16, true);

    @Test
    @Tag(EXCHANGE)
    default void attentionAgreesOnPackedProjections() {
        packedProjection("attention, causal", CAUSAL);
        packedProjection("attention, bidirectional", BIDIRECTIONAL);
        packedProjection("attention, one head", ONE_HEAD);
    }

    /** Queries, keys and values are columns of one tensor, and their gradients of another. */
    private void packedProjection(String name, AttentionShape shape) {
        parity(name, (backend, operands) -> packedProjection(backend, operands, shape, MAX_KEYS));
    }

    private static void packedProjection(Backend backend, Operands operands, AttentionShape shape, int maxKeys) {
        PackedSequences rows = operands.rows();
        int width = shape.width();
        Tensor projection = operands.activation(rows, 3L * width, 1);
        Tensor gradient = operands.result(rows, 3L * width);
        agrees(
                backend,
                operands,
                shape,
                maxKeys,
                rows,
                rows,
                projection.slice(2, 0, width),
                projection.slice(2, width, 2L * width),
                projection.slice(2, 2L * width, 3L * width),
                gradient.slice(2, 0, width),
                gradient.slice(2, width, 2L * width),
                gradient.slice(2, 2L * width, 3L * width));
    }

    @Test
    @Tag(EXCHANGE)
    default void attentionAgreesAtAllHeadWidths() {
        parityOfSizes(
                "attention, all head widths",
                size -> (backend, operands) ->
                        packedProjection(backend, operands, new AttentionShape(2, size, true), MAX_KEYS));
    }

    @Test
    @Tag(EXCHANGE)
    default void attentionAgreesOnLongSequences() {
        for (boolean causal : new boolean[] {true, false}) {
            longSequences(new AttentionShape(2, 9, causal), Setting.longSequences(), MANY_KEYS);
        }
    }

    /** Keys and values beyond the fast memory of any device, at least in float64. */
    @Test
    @Tag(EXCHANGE)
    default void attentionAgreesOnLongSequencesOfWideHeads() {
        longSequences(new AttentionShape(1, 131, true), Setting.longAndShortSequences(), MANY_KEYS);
    }

    /** Sequences of given lengths with themselves, and with keys of the lengths in reverse. */
    default void attentionAgreesAtLengths(AttentionShape shape, int... lengths) {
        longSequences(
                shape, Setting.ofLengths(lengths), Arrays.stream(lengths).max().orElseThrow());
    }

    private void longSequences(AttentionShape shape, Setting setting, int maxKeys) {
        Parity parity = new Parity(backend(), type());
        parity.check(
                "attention, long sequences",
                setting,
                (backend, operands) -> packedProjection(backend, operands, shape, maxKeys));
        parity.check(
                "cross attention, long sequences",
                setting,
                (backend, operands) -> crossAttention(backend, operands, shape, maxKeys));
    }

    /** Of one length, with whole vectors in a head: fewer scores than lanes, and more than are computed together. */
    @Test
    @Tag(EXCHANGE)
    default void attentionAgreesOnShortSequencesOfOneLength() {
        shortSequences(new AttentionShape(2, 16, false), 3, 2, 2);
        shortSequences(new AttentionShape(4, 32, false), 5, 1, 2);
        shortSequences(new AttentionShape(32, 16, false), 5, 4, 4);
        shortSequences(new AttentionShape(3, 16, false), 5, 3, 1);
    }

    private void shortSequences(AttentionShape shape, int sequences, int queries, int keys) {
        new Parity(backend(), type())
                .check(
                        "attention, " + queries + " queries and " + keys + " keys",
                        Setting.ofOneLength(sequences, queries, keys),
                        (backend, operands) -> crossAttention(backend, operands, shape, keys));
    }

    @Test
    @Tag(EXCHANGE)
    default void crossAttentionAgrees() {
        crossAttention("cross attention", BIDIRECTIONAL);
        crossAttention("cross attention, causal", CAUSAL);
    }

    private void crossAttention(String name, AttentionShape shape) {
        parity(name, (backend, operands) -> crossAttention(backend, operands, shape, MAX_KEYS));
    }

    private static void crossAttention(Backend backend, Operands operands, AttentionShape shape, int maxKeys) {
        PackedSequences queries = operands.rows();
        PackedSequences keys = operands.keys();
        int width = shape.width();
        agrees(
                backend,
                operands,
                shape,
                maxKeys,
                queries,
                keys,
                operands.activation(queries, width, 1),
                operands.activation(keys, width, 1),
                operands.activation(keys, width, 1),
                operands.result(queries, width),
                operands.result(keys, width),
                operands.result(keys, width));
    }

    private static void agrees(
            Backend backend,
            Operands operands,
            AttentionShape shape,
            int maxKeys,
            PackedSequences queries,
            PackedSequences keys,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient) {
        int width = shape.width();
        Tensor probabilities = probabilities(operands, queries, shape, maxKeys);
        Tensor output = operands.result(queries, width);
        Tensor outputGradient = operands.activation(queries, width, 1);
        backend.attention(shape, queries, keys, query, key, value, probabilities, output);
        backend.attentionBackward(
                shape,
                queries,
                keys,
                outputGradient,
                query,
                key,
                value,
                probabilities,
                queryGradient,
                keyGradient,
                valueGradient);

        double epsilon = operands.epsilon();
        double scale = 1 / Math.sqrt(shape.headWidth());
        double maxQuery = Operands.largest(query);
        double maxKey = Operands.largest(key);
        double maxValue = Operands.largest(value);
        double maxGradient = Operands.largest(outputGradient);
        double scoreError = Tolerances.sum(epsilon, shape.headWidth(), scale * shape.headWidth() * maxQuery * maxKey);
        double softmaxError = Tolerances.softmax(epsilon, maxKeys, scoreError)
                + Tolerances.sum(epsilon, Math.max(maxKeys, shape.headWidth()), 1);
        double maxDifference = 2 * shape.headWidth() * maxGradient * maxValue;
        int queryRows = Operands.capacity(queries);
        operands.output("probabilities", visibleOnly(operands, shape, queries, keys, probabilities), softmaxError);
        operands.output("output", output, queries, softmaxError * maxValue);
        operands.output(
                "queryGradient",
                queryGradient,
                queries,
                Tolerances.attentionGradient(1, softmaxError, maxDifference, scale * maxKey));
        operands.output(
                "keyGradient",
                keyGradient,
                keys,
                Tolerances.attentionGradient(queryRows, softmaxError, maxDifference, scale * maxQuery));
        operands.output("valueGradient", valueGradient, keys, queryRows * softmaxError * maxGradient);

        Tensor logSums = operands.result(queries, shape.heads());
        Tensor tiledOutput = operands.result(queries, width);
        Tensor tiledQueryGradient = operands.result(queries, width);
        Tensor tiledKeyGradient = operands.result(keys, width);
        Tensor tiledValueGradient = operands.result(keys, width);
        backend.tiledAttention(shape, queries, keys, query, key, value, logSums, tiledOutput);
        backend.tiledAttentionBackward(
                shape,
                queries,
                keys,
                outputGradient,
                query,
                key,
                value,
                tiledOutput,
                logSums,
                tiledQueryGradient,
                tiledKeyGradient,
                tiledValueGradient);
        // A sum's relative error is its logarithm's error; the probabilities that come from it are off by as much.
        operands.output(
                "logSums", logSums, queries, softmaxError + Tolerances.elementwise(epsilon, Operands.largest(logSums)));
        operands.output("tiled output", tiledOutput, queries, softmaxError * maxValue);
        operands.output(
                "tiled queryGradient",
                tiledQueryGradient,
                queries,
                Tolerances.attentionGradient(1, softmaxError, maxDifference, scale * maxKey));
        operands.output(
                "tiled keyGradient",
                tiledKeyGradient,
                keys,
                Tolerances.attentionGradient(queryRows, softmaxError, maxDifference, scale * maxQuery));
        operands.output("tiled valueGradient", tiledValueGradient, keys, 2 * queryRows * softmaxError * maxGradient);
    }

    /** Scores of 0 make each of n visible keys count 1/n, and the sum of their exponentials n. */
    @Test
    @Tag(EXCHANGE)
    default void sumsOfEqualScoresAreTheNumberOfKeys() {
        try (Operands operands = operands(Setting.longSequences())) {
            PackedSequences rows = operands.rows();
            Tensor query = operands.activation(rows, 16, i -> 0);
            Tensor value = operands.activation(rows, 16, i -> Math.floor(i / 16.0));
            Tensor logSums = operands.result(rows, 1);
            Tensor output = operands.result(rows, 16);
            backend().tiledAttention(ONE_HEAD, rows, rows, query, value, value, logSums, output);

            for (int sequence = 0; sequence < rows.sequences(0); sequence++) {
                int begin = rows.begin(0, sequence);
                for (int i = 0; i < rows.length(0, sequence); i++) {
                    double bound = Tolerances.softmax(epsilon(), i + 1, 0);
                    assertThat(Math.abs(logSums.get(0, begin + i, 0) - Math.log(i + 1)))
                            .isLessThanOrEqualTo(bound + Tolerances.elementwise(epsilon(), Math.log(i + 1)));
                    assertThat(Math.abs(output.get(0, begin + i, 3) - begin - i / 2.0))
                            .isLessThanOrEqualTo(bound * (begin + i + 1));
                }
            }
        }
    }

    private static Tensor probabilities(Operands operands, PackedSequences queries, AttentionShape shape, int maxKeys) {
        return operands.unwritten(Operands.capacity(queries), shape.heads(), maxKeys);
    }

    /** Checks that the visible keys, and only they, have a probability; returns a copy with zeros for the others. */
    private static Tensor visibleOnly(
            Operands operands,
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor probabilities) {
        double[] values = HostTensors.read(probabilities);
        int keyCount = Math.toIntExact(probabilities.size(3));
        int element = 0;
        for (int run = 0; run < operands.runs(); run++) {
            for (int row = 0; row < probabilities.size(1); row++) {
                int visible = visible(shape, queries, keys, run, row);
                for (int head = 0; head < shape.heads(); head++) {
                    for (int j = 0; j < keyCount; j++, element++) {
                        if (Double.isNaN(values[element]) != (j >= visible)) {
                            Assertions.fail(
                                    "run %d, row %d, head %d: key %d is %s",
                                    run, row, head, j, j < visible ? "not written" : "written");
                        }
                        values[element] = j < visible ? values[element] : 0;
                    }
                }
            }
        }
        Tensor copy = operands.accumulator(0, Operands.capacity(queries), shape.heads(), keyCount);
        HostTensors.write(copy, i -> values[i]);
        return copy;
    }

    private static int visible(AttentionShape shape, PackedSequences queries, PackedSequences keys, int run, int row) {
        for (int sequence = 0; sequence < queries.sequences(run); sequence++) {
            int position = row - queries.begin(run, sequence);
            if (position >= 0 && position < queries.length(run, sequence)) {
                int length = keys.length(run, sequence);
                int before = Math.max(0, length - queries.length(run, sequence));
                return shape.causal() ? Math.min(length, before + position + 1) : length;
            }
        }
        return 0;
    }

    @Test
    @Tag(EXCHANGE)
    default void equalKeysAreAveraged() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor query = operands.activation(rows, 16, 1);
            Tensor key = operands.activation(rows, 16, i -> i % 16);
            Tensor value = operands.activation(rows, 16, 1);
            Tensor probabilities = probabilities(operands, rows, ONE_HEAD, MAX_KEYS);
            Tensor output = operands.result(rows, 16);
            backend().attention(ONE_HEAD, rows, rows, query, key, value, probabilities, output);

            for (int sequence = 0; sequence < rows.sequences(0); sequence++) {
                int begin = rows.begin(0, sequence);
                for (int column = 0; column < 16; column++) {
                    double sum = 0;
                    for (int i = 0; i < rows.length(0, sequence); i++) {
                        sum += value.get(0, begin + i, column);
                        double error = Math.abs(output.get(0, begin + i, column) - sum / (i + 1));
                        assertThat(error)
                                .isLessThanOrEqualTo(Tolerances.softmax(epsilon(), i + 1, 0) * Operands.largest(value));
                    }
                }
            }
        }
    }

    @Test
    @Tag(EXCHANGE)
    default void scoresOfThousandsSelectOneKeyExactly() {
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            AttentionShape shape = new AttentionShape(1, 16, false);
            // Row r points along axis r mod 16, and no sequence has two rows with one axis.
            Tensor direction = operands.activation(rows, 16, i -> i / 16 % 16 == i % 16 ? 100 : -100);
            Tensor value = operands.activation(rows, 16, 1);
            Tensor probabilities = probabilities(operands, rows, shape, MAX_KEYS);
            Tensor output = operands.result(rows, 16);
            backend().attention(shape, rows, rows, direction, direction, value, probabilities, output);

            for (int row = 0; row < rows.rows(0); row++) {
                for (int column = 0; column < 16; column++) {
                    assertThat(output.get(0, row, column)).isEqualTo(value.get(0, row, column));
                }
            }
        }
    }

    @Test
    default void attentionBackwardIsTheDerivative() {
        differentiateAttention();
    }

    default void differentiateAttention() {
        for (AttentionShape shape :
                new AttentionShape[] {new AttentionShape(2, 3, true), new AttentionShape(2, 3, false)}) {
            String name = shape.causal() ? "causal attention" : "attention";
            try (Operands operands = differentiable()) {
                differentiate(name, operands, shape, operands.rows());
            }
            try (Operands operands = differentiable()) {
                differentiate("cross " + name, operands, shape, operands.keys());
            }
        }
    }

    private void differentiate(String name, Operands operands, AttentionShape shape, PackedSequences keys) {
        PackedSequences queries = operands.rows();
        int width = shape.width();
        Tensor query = operands.activation(queries, width, 1);
        Tensor key = operands.activation(keys, width, 1);
        Tensor value = operands.activation(keys, width, 1);
        Tensor probabilities = probabilities(operands, queries, shape, MAX_KEYS);
        Tensor output = operands.result(queries, width);
        Tensor outputGradient = operands.activation(queries, width, 1);
        Tensor queryGradient = operands.result(queries, width);
        Tensor keyGradient = operands.result(keys, width);
        Tensor valueGradient = operands.result(keys, width);
        DoubleSupplier function = () -> {
            backend().attention(shape, queries, keys, query, key, value, probabilities, output);
            return GradientCheck.weightedSum(output, outputGradient);
        };
        assertThat(function.getAsDouble()).isFinite();
        backend()
                .attentionBackward(
                        shape,
                        queries,
                        keys,
                        outputGradient,
                        query,
                        key,
                        value,
                        probabilities,
                        queryGradient,
                        keyGradient,
                        valueGradient);

        GradientCheck.check(name + " by query", function, query, queryGradient);
        GradientCheck.check(name + " by key", function, key, keyGradient);
        GradientCheck.check(name + " by value", function, value, valueGradient);

        Tensor logSums = operands.result(queries, shape.heads());
        DoubleSupplier tiled = () -> {
            backend().tiledAttention(shape, queries, keys, query, key, value, logSums, output);
            return GradientCheck.weightedSum(output, outputGradient);
        };
        assertThat(tiled.getAsDouble()).isFinite();
        backend()
                .tiledAttentionBackward(
                        shape,
                        queries,
                        keys,
                        outputGradient,
                        query,
                        key,
                        value,
                        output,
                        logSums,
                        queryGradient,
                        keyGradient,
                        valueGradient);
        GradientCheck.check("tiled " + name + " by query", tiled, query, queryGradient);
        GradientCheck.check("tiled " + name + " by key", tiled, key, keyGradient);
        GradientCheck.check("tiled " + name + " by value", tiled, value, valueGradient);
    }
}
