package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/**
 * A GPT that reads one text and says after each part of it what could come next. It keeps the keys and values of all that it has
 * read, so that a token costs as much as one row of a batch.
 */
public final class GptDecoder {
    private final GptArchitecture architecture;
    private final TokenRows rows;
    private final PackedSequences read;
    private final TransformerStack blocks;
    private final PackedSequences lastRow;
    private final LayerNorm norm;
    private final Linear head;
    private final Tensor logits;

    /**
     * Makes room for as many tokens as the architecture's context is long.
     *
     * @param backend of this machine's processor
     * @param parameters of one run
     */
    public GptDecoder(
            Backend backend, MemoryOwner owner, DType precision, GptArchitecture architecture, Parameters parameters) {
        this.architecture = architecture;
        int longest = architecture.shape().contextLength();
        rows = TokenRows.ofText(backend, owner, longest);
        read = new PackedSequences(owner, 1, 1, longest);
        lastRow = new PackedSequences(owner, 1, 1, 1);
        lastRow.append(0, 1);
        Workspace workspace = new Workspace(backend, owner, precision, 1, longest, parameters, null);
        blocks = architecture.blocks(workspace, read);
        Workspace ofLastRow = workspace.withRows(1);
        norm = architecture.finalNorm(ofLastRow);
        head = architecture.head(ofLastRow);
        logits = ofLastRow.activation(architecture.shape().classes());
    }

    /** How many tokens it can read, until it has to {@link #forget}. */
    public int capacity() {
        return read.capacityRows();
    }

    /** How many tokens it has read. */
    public int length() {
        return read.rows(0);
    }

    /** Begins anew. */
    public void forget() {
        read.clear();
    }

    /**
     * Goes on reading.
     *
     * @param tokens at least one, of the vocabulary, and no more than there is room for
     * @return the logits {@code [classes]} of what follows the last of them, which the next call overwrites
     */
    public Tensor read(int... tokens) {
        int before = length();
        if (tokens.length == 0 || before + tokens.length > capacity()) {
            throw new IllegalArgumentException(
                    "cannot read " + tokens.length + " tokens after " + before + " with room for " + capacity());
        }
        read.clear();
        read.append(0, before + tokens.length);
        rows.setText(tokens, before, architecture.shape().vocabulary());
        blocks.forward(rows);
        Tensor last = blocks.output().values().slice(1, tokens.length - 1L, tokens.length);
        head.forward(lastRow, norm.forward(lastRow, last), logits);
        return logits.at(0).at(0);
    }
}
