package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** The tables of token and position vectors, which enter a model as their sum; or that of the tokens alone. */
final class EmbeddingTables {
    private final Backend backend;
    private final Tensor tokenTable;
    private final Tensor positionTable;
    private final Tensor tokenGradient;
    private final Tensor positionGradient;

    /** @param positionName null for a model that has its positions elsewhere */
    EmbeddingTables(Workspace workspace, String tokenName, String positionName) {
        backend = workspace.backend();
        tokenTable = workspace.parameter(tokenName);
        positionTable = positionName == null ? null : workspace.parameter(positionName);
        tokenGradient = workspace.gradient(tokenName);
        positionGradient = positionName == null ? null : workspace.gradient(positionName);
    }

    void forward(Rows rows, Tensor tokens, Tensor positions, Tensor output) {
        backend.embedding(rows, tokens, positionTable == null ? null : positions, tokenTable, positionTable, output);
    }

    void backward(Rows rows, Tensor tokens, Tensor positions, Tensor outputGradient) {
        backend.embeddingBackward(
                rows,
                tokens,
                positionTable == null ? null : positions,
                outputGradient,
                tokenGradient,
                positionGradient);
    }
}
