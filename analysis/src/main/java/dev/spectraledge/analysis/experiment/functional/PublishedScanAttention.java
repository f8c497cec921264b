package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;
import dev.spectraledge.trainer.model.Parameters;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The attention that the published code attributes to the encoder–decoder (Lifecycle §4.11), which is not that of its forward
 * pass: padded source positions are hidden from cross-attention, the decoder reads the encoder's output without its final
 * norm, and the patterns of cross-attention are those of queries made from the layer's input by norm₂, before the layer's
 * attention to itself. Padding of the answers is hidden as a key, but counts as a query.
 */
final class PublishedScanAttention implements AutoCloseable {
    private static final double EPSILON = 1e-5;

    private final MemoryOwner owner = MemoryOwner.open("published attention");
    private final StudiedModel studied;
    private final Backend backend;
    private final Parameters parameters;
    private final int width;
    private final PackedSequences queries;
    private final PackedSequences answerKeys;
    private final Tensor answerKeyRows;
    private final PackedSequences sourceKeys;
    private final Tensor stream;
    private final Tensor normalised;
    private final Tensor answerKeyInput;
    private final Tensor memory;

    private PublishedScanAttention(StudiedModel studied, int[] real) {
        this.studied = studied;
        backend = studied.backend();
        parameters = studied.parameters();
        width = studied.run().config().model().width();
        TokenRows rows = studied.batch().rows();
        queries = rows.sequences();
        int count = queries.rows(0);
        answerKeys = new PackedSequences(owner, 1, real.length, count);
        answerKeyRows = backend.allocate(owner, DType.INT32, 1, count);
        for (int sequence = 0; sequence < real.length; sequence++) {
            int first = answerKeys.append(0, real[sequence]);
            for (int position = 0; position < real[sequence]; position++) {
                answerKeyRows
                        .run(0)
                        .segment()
                        .setAtIndex(ValueLayout.JAVA_INT, first + position, queries.begin(0, sequence) + position);
            }
        }
        stream = activation(count, width);
        normalised = activation(count, width);
        answerKeyInput = activation(answerKeys.rows(0), width);
        backend.embedding(
                queries,
                rows.tokens(),
                rows.positions(),
                parameters.get("tgt_tok_emb.weight"),
                parameters.get("tgt_pos_emb.weight"),
                stream);
        TokenRows source = studied.batch().source();
        sourceKeys = source.keys();
        memory = activation(sourceKeys.rows(0), width);
        int layers = studied.run().config().model().layers();
        Tensor encoded =
                studied.places().get("encoder." + (layers - 1) + ".resid_post").values();
        backend.embedding(sourceKeys, source.keyRows(), null, encoded, null, memory);
    }

    /** All heads of a model on its padded inputs, with the weights as they are now. */
    static List<AttentionHead> of(StudiedModel studied) {
        List<AttentionHead> heads = new ArrayList<>(AttentionHead.of(studied).stream()
                .filter(head -> head.kind().equals("encoder"))
                .toList());
        int[] real = AttentionHead.labelled(studied);
        try (PublishedScanAttention attention = new PublishedScanAttention(studied, real)) {
            for (int layer = 0; layer < studied.run().config().model().layers(); layer++) {
                heads.addAll(attention.layer(layer, real));
            }
        }
        return heads;
    }

    private Tensor activation(long... shapePerRun) {
        long[] shape = new long[shapePerRun.length + 1];
        shape[0] = 1;
        System.arraycopy(shapePerRun, 0, shape, 1, shapePerRun.length);
        return backend.allocate(owner, DType.FLOAT64, shape);
    }

    /** Patterns of a layer of the decoder; the stream then is its output. */
    private List<AttentionHead> layer(int layer, int[] real) {
        String name =
                WeightMatrix.ofLastStack(parameters.layout(), layer).getFirst().block();
        List<AttentionHead> heads = new ArrayList<>();
        norm(name + ".norm2");
        Tensor cross = attend(name + ".multihead_attn", memory, sourceKeys, false, null);
        heads.addAll(AttentionHead.read(
                "cross", layer, cross, queries, real, (sequence, query) -> sourceKeys.length(0, sequence)));
        norm(name + ".norm1");
        backend.embedding(answerKeys, answerKeyRows, null, normalised, null, answerKeyInput);
        Tensor self = attend(name + ".self_attn", answerKeyInput, answerKeys, true, stream);
        heads.addAll(AttentionHead.read(
                "decoder", layer, self, queries, real, (sequence, query) -> Math.min(query + 1, real[sequence])));
        norm(name + ".norm2");
        attend(name + ".multihead_attn", memory, sourceKeys, false, stream);
        norm(name + ".norm3");
        feedForward(name);
        return heads;
    }

    private void norm(String name) {
        int count = queries.rows(0);
        backend.layerNorm(
                queries,
                EPSILON,
                stream,
                parameters.get(name + ".weight"),
                parameters.get(name + ".bias"),
                normalised,
                activation(count),
                activation(count));
    }

    /** Probabilities of the normalised stream's attention to keys; its output is added to {@code residual} if that is given. */
    private Tensor attend(String module, Tensor keyInput, PackedSequences keys, boolean causal, Tensor residual) {
        int count = queries.rows(0);
        int heads = studied.run().config().model().heads();
        Tensor weight = parameters.get(module + ".in_proj_weight");
        Tensor bias = parameters.get(module + ".in_proj_bias");
        Tensor query = activation(count, width);
        Tensor keyValue = activation(keys.rows(0), 2L * width);
        backend.linear(queries, normalised, weight.slice(1, 0, width), bias.slice(1, 0, width), null, query);
        backend.linear(
                keys, keyInput, weight.slice(1, width, 3L * width), bias.slice(1, width, 3L * width), null, keyValue);
        int longest = 0;
        for (int sequence = 0; sequence < keys.sequences(0); sequence++) {
            longest = Math.max(longest, keys.length(0, sequence));
        }
        Tensor probabilities = activation(count, heads, Math.max(longest, positions(causal)));
        Tensor mixed = activation(count, width);
        backend.attention(
                new AttentionShape(heads, width / heads, causal),
                queries,
                keys,
                query,
                keyValue.slice(2, 0, width),
                keyValue.slice(2, width, 2L * width),
                probabilities,
                mixed);
        if (residual != null) {
            backend.linear(
                    queries,
                    mixed,
                    parameters.get(module + ".out_proj.weight"),
                    parameters.get(module + ".out_proj.bias"),
                    residual,
                    residual);
        }
        return probabilities;
    }

    private int positions(boolean causal) {
        return causal
                ? studied.run().data().test().contextLength()
                : studied.batch().form().sourceLength();
    }

    private void feedForward(String name) {
        Tensor hidden =
                activation(queries.rows(0), studied.run().config().model().feedForwardWidth());
        backend.linear(
                queries,
                normalised,
                parameters.get(name + ".linear1.weight"),
                parameters.get(name + ".linear1.bias"),
                null,
                hidden);
        backend.gelu(queries, studied.run().config().model().gelu(), hidden, hidden);
        backend.linear(
                queries,
                hidden,
                parameters.get(name + ".linear2.weight"),
                parameters.get(name + ".linear2.bias"),
                stream,
                stream);
    }

    @Override
    public void close() {
        owner.close();
    }
}
