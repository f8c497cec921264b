package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * What the first block starts with where there are fewer pairs of a token and a position than rows in a batch: embedding,
 * layer norm and projection of each pair, once, whose results the rows of the batch look up by {@link TokenRows#inputs}.
 * Backward, the gradients of all rows are added up pair by pair before they go on. The results are those of {@link
 * EmbeddedInput} up to rounding.
 */
final class DistinctInputs implements AttentionInput {
    private final Backend backend;
    private final EmbeddingTables tables;
    private final AttentionGradients scratch;
    private final PackedSequences pairs;
    private final Tensor tokens;
    private final Tensor positions;
    private final LayerNorm norm;
    private final Linear projection;
    /** Of the pairs: the embedding, and beside it its projection. */
    private final Tensor pairValues;

    private final Tensor pairEmbedded;
    private final Tensor pairProjected;
    /** Of both. */
    private final Tensor pairGradients;

    private final Tensor pairEmbeddedGradient;
    private final Tensor pairProjectedGradient;
    private final Tensor pairNormalisedGradient;
    /** The same of the rows. */
    private final Tensor values;

    private final ResidualStream embedded;
    private final Tensor keysAndValues;
    private final AttentionOperands operands;

    /**
     * Makes room.
     *
     * @param gradient of the residual stream
     */
    DistinctInputs(
            Workspace workspace,
            BlockNames names,
            TransformerShape shape,
            EmbeddingTables tables,
            Tensor gradient,
            AttentionGradients scratch) {
        backend = workspace.backend();
        this.tables = tables;
        this.scratch = scratch;
        int count = count(shape);
        int width = shape.width();
        Workspace ofPairs = workspace.withRows(count);
        pairs = ofPairs.allRows();
        tokens = ofPairs.numbers(pair -> pair % shape.vocabulary());
        positions = ofPairs.numbers(pair -> pair / shape.vocabulary());
        norm = new LayerNorm(ofPairs, names.attentionNorm(), width);
        projection = new Linear(ofPairs, names.attentionInput());
        pairValues = ofPairs.activation(4L * width);
        pairEmbedded = pairValues.slice(2, 0, width);
        pairProjected = pairValues.slice(2, width, 4L * width);
        boolean trains = workspace.gradients() != null;
        pairGradients = trains ? ofPairs.activation(4L * width) : null;
        pairEmbeddedGradient = trains ? pairGradients.slice(2, 0, width) : null;
        pairProjectedGradient = trains ? pairGradients.slice(2, width, 4L * width) : null;
        pairNormalisedGradient = trains ? ofPairs.activation(width) : null;
        values = workspace.activation(4L * width);
        embedded = new ResidualStream(values.slice(2, 0, width), gradient);
        keysAndValues = values.slice(2, 2L * width, 4L * width);
        operands = AttentionOperands.of(
                values.slice(2, width, 2L * width),
                values.slice(2, 2L * width, 3L * width),
                values.slice(2, 3L * width, 4L * width),
                scratch);
    }

    private static int count(TransformerShape shape) {
        return shape.vocabulary() * shape.contextLength();
    }

    /** Whether there are fewer pairs of a token and a position than rows. */
    static boolean areFewerThan(int rows, TransformerShape shape) {
        return count(shape) < rows;
    }

    /** The embedding of the rows. */
    ResidualStream stream() {
        return embedded;
    }

    /** Keys and values of the rows, side by side. */
    Tensor keysAndValues() {
        return keysAndValues;
    }

    @Override
    public void forward(TokenRows rows) {
        tables.forward(pairs, tokens, positions, pairEmbedded);
        projection.forward(pairs, norm.forward(pairs, pairEmbedded), pairProjected);
        backend.embedding(rows.sequences(), rows.inputs(), null, pairValues, null, values);
    }

    @Override
    public void backward(TokenRows rows) {
        backend.fill(pairGradients, 0);
        addUp(rows, embedded.gradient(), pairEmbeddedGradient);
        addUp(rows, scratch.projected(), pairProjectedGradient);
        projection.backward(pairs, pairProjectedGradient, norm.output(), pairNormalisedGradient);
        norm.backward(pairs, pairNormalisedGradient, pairEmbedded, pairEmbeddedGradient, pairEmbeddedGradient);
        tables.backward(pairs, tokens, positions, pairEmbeddedGradient);
    }

    private void addUp(TokenRows rows, Tensor ofRows, Tensor ofPairs) {
        backend.embeddingBackward(rows.sequences(), rows.inputs(), null, ofRows, ofPairs, null);
    }

    @Override
    public AttentionOperands operands() {
        return operands;
    }
}
