package dev.spectraledge.kernels;

import java.util.stream.DoubleStream;

/** Embedding, attention and loss with their backward operations, all results kept: a training step in miniature. */
final class RecordedLayer {
    static final int TOKENS = 11;

    private final Backend backend;
    private final AttentionShape shape;
    private final PackedSequences rows;
    private final Tensor tokens;
    private final Tensor weights;
    private final Tensor tokenTable;
    private final Tensor positionTable;
    private final Tensor embedded;
    private final Tensor probabilities;
    private final Tensor attended;
    private final Tensor gradient;
    private final Tensor[] projectionGradients;
    private final Tensor tokenGradient;
    private final Tensor positionGradient;
    private final Tensor statistics;

    RecordedLayer(Backend backend, Operands operands, AttentionShape shape) {
        this.backend = backend;
        this.shape = shape;
        rows = operands.rows();
        int width = shape.width();
        long capacity = rows.rows(0);
        tokens = backend.allocate(operands.owner(), DType.INT32, 1, capacity);
        weights = operands.perRow(rows, i -> 1).slice(1, 0, capacity);
        tokenTable = operands.parameter(1, TOKENS, width);
        positionTable = operands.parameter(1, TOKENS, width);
        embedded = operands.result(rows, width);
        probabilities = operands.unwritten(capacity, shape.heads(), capacity);
        attended = operands.result(rows, width);
        gradient = operands.result(rows, width);
        projectionGradients =
                new Tensor[] {operands.result(rows, width), operands.result(rows, width), operands.result(rows, width)};
        tokenGradient = operands.accumulator(0, TOKENS, width);
        positionGradient = operands.accumulator(0, TOKENS, width);
        statistics = operands.doubles(i -> 0, 1, 3);
    }

    Tensor tokens() {
        return tokens;
    }

    /** Calls the operations once and reads their results. */
    double[] run() {
        enqueue();
        return results();
    }

    void enqueue() {
        backend.fill(statistics, 0);
        backend.fill(tokenGradient, 0);
        backend.fill(positionGradient, 0);
        backend.embedding(rows, tokens, tokens, tokenTable, positionTable, embedded);
        backend.attention(shape, rows, rows, embedded, embedded, embedded, probabilities, attended);
        backend.crossEntropy(rows, attended, tokens, weights, gradient, statistics);
        backend.attentionBackward(
                shape,
                rows,
                rows,
                gradient,
                embedded,
                embedded,
                embedded,
                probabilities,
                projectionGradients[0],
                projectionGradients[1],
                projectionGradients[2]);
        backend.embeddingBackward(rows, tokens, tokens, projectionGradients[1], tokenGradient, positionGradient);
    }

    double[] results() {
        long count = rows.rows(0);
        return concatenated(
                statistics,
                attended.slice(1, 0, count),
                tokenGradient,
                positionGradient,
                projectionGradients[0].slice(1, 0, count),
                projectionGradients[2].slice(1, 0, count));
    }

    private static double[] concatenated(Tensor... tensors) {
        DoubleStream.Builder values = DoubleStream.builder();
        for (Tensor tensor : tensors) {
            for (double value : HostTensors.read(tensor)) {
                values.add(value);
            }
        }
        return values.build().toArray();
    }
}
