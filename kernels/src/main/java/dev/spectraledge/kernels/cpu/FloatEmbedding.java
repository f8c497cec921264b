package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.Tensor;

/** Sums of a token's and a position's vector, or the token's alone where there are no positions. */
final class FloatEmbedding {
    private FloatEmbedding() {}

    static void forward(
            int rows, Tensor tokens, Tensor positions, Tensor tokenTable, Tensor positionTable, Tensor output) {
        int width = (int) tokenTable.size(1);
        long target = output.address();
        for (int row = 0; row < rows; row++) {
            long token = TableRows.address("token", tokens, row, tokenTable);
            if (positions == null) {
                FloatRows.copy(token, target, width);
            } else {
                long position = TableRows.address("position", positions, row, positionTable);
                FloatRows.sum(token, position, target, width);
            }
            target += FloatRows.stride(output);
        }
    }

    static void backward(
            int rows,
            Tensor tokens,
            Tensor positions,
            Tensor outputGradient,
            Tensor tokenTableGradient,
            Tensor positionTableGradient) {
        int width = (int) tokenTableGradient.size(1);
        long source = outputGradient.address();
        for (int row = 0; row < rows; row++) {
            long token = TableRows.address("token", tokens, row, tokenTableGradient);
            FloatRows.sum(token, source, token, width);
            if (positions != null) {
                long position = TableRows.address("position", positions, row, positionTableGradient);
                FloatRows.sum(position, source, position, width);
            }
            source += FloatRows.stride(outputGradient);
        }
    }
}
