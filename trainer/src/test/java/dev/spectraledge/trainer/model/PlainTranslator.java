package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import java.util.Map;

/** The encoder–decoder of Lifecycle §2.2 for one example, padded and masked as PyTorch computes it, in {@link PlainLayers}. */
final class PlainTranslator {
    private final PlainLayers layers;
    private final EncoderDecoderShape shape;

    PlainTranslator(Map<String, Tensor> parameters, EncoderDecoderShape shape) {
        layers = new PlainLayers(parameters, shape.source().heads());
        this.shape = shape;
    }

    /**
     * Sum over the targets of −log of their probabilities.
     *
     * @param source with padding
     * @param sourceLength without
     */
    double loss(int[] source, int sourceLength, int[] tokens, int[] targets) {
        double[][] memory = layers.embedding("src_tok_emb.weight", "src_pos_emb.weight", source);
        for (int layer = 0; layer < shape.source().layers(); layer++) {
            String name = "transformer.encoder.layers." + layer + ".";
            double[][] normalised = layers.norm(name + "norm1", memory);
            memory = layers.attention(
                    name + "self_attn", memory, normalised, normalised, (query, key) -> key < sourceLength);
            memory = layers.feedForward(name, name + "norm2", memory);
        }
        memory = layers.norm("transformer.encoder.norm", memory);
        double[][] hidden = layers.embedding("tgt_tok_emb.weight", "tgt_pos_emb.weight", tokens);
        for (int layer = 0; layer < shape.target().layers(); layer++) {
            String name = "transformer.decoder.layers." + layer + ".";
            double[][] normalised = layers.norm(name + "norm1", hidden);
            hidden = layers.attention(name + "self_attn", hidden, normalised, normalised, (query, key) -> key <= query);
            hidden = layers.attention(
                    name + "multihead_attn",
                    hidden,
                    layers.norm(name + "norm2", hidden),
                    memory,
                    (query, key) -> shape.paddedSources() || key < sourceLength);
            hidden = layers.feedForward(name, name + "norm3", hidden);
        }
        hidden = layers.norm("ln", layers.norm("transformer.decoder.norm", hidden));
        double loss = 0;
        for (int position = 0; position < targets.length; position++) {
            loss += layers.crossEntropy("head", hidden[position], targets[position]);
        }
        return loss;
    }
}
