package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import java.util.List;
import java.util.Map;

/** The encoder of Thesis §5.2 for one pair of operands, in {@link PlainLayers}. */
final class PlainClassifier {
    private final PlainLayers layers;
    private final TransformerShape shape;
    private final List<String> heads;

    /** @param heads names of their layers */
    PlainClassifier(Map<String, Tensor> parameters, TransformerShape shape, List<String> heads) {
        layers = new PlainLayers(parameters, shape.heads());
        this.shape = shape;
        this.heads = heads;
    }

    /** Sum over the heads of −log of the probability of its target. */
    double loss(int[] tokens, int[] targets) {
        double[][] hidden = layers.embedding("tok_emb.weight", "pos_emb", tokens);
        for (int layer = 0; layer < shape.layers(); layer++) {
            String name = "encoder.layers." + layer + ".";
            double[][] normalised = layers.norm(name + "norm1", hidden);
            hidden = layers.attention(name + "self_attn", hidden, normalised, normalised, (query, key) -> true);
            hidden = layers.feedForward(name, name + "norm2", hidden);
        }
        double[] output = layers.norm("ln", hidden[0]);
        double loss = 0;
        for (int head = 0; head < heads.size(); head++) {
            loss += layers.crossEntropy(heads.get(head), output, targets[head]);
        }
        return loss;
    }
}
