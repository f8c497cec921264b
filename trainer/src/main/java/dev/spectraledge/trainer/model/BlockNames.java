package dev.spectraledge.trainer.model;

/**
 * What the parameters of a pre-norm block are called.
 *
 * @param attentionNorm before attention
 * @param attentionInput gives queries, keys and values
 * @param attentionOutput of what was attended to
 * @param feedForwardNorm before the feed-forward part
 * @param up into its hidden layer
 * @param down out of it
 */
record BlockNames(
        String attentionNorm,
        LinearNames attentionInput,
        LinearNames attentionOutput,
        String feedForwardNorm,
        LinearNames up,
        LinearNames down) {
    /** Those of PyTorch's {@code TransformerEncoderLayer}. */
    static BlockNames torch(String block) {
        return new BlockNames(
                block + ".norm1",
                LinearNames.packed(block + ".self_attn"),
                LinearNames.of(block + ".self_attn.out_proj"),
                block + ".norm2",
                LinearNames.of(block + ".linear1"),
                LinearNames.of(block + ".linear2"));
    }

    /** Those of nanoGPT. */
    static BlockNames nanoGpt(int layer, boolean biases) {
        String block = "transformer.h." + layer;
        return new BlockNames(
                block + ".ln_1",
                LinearNames.of(block + ".attn.c_attn").withBias(biases),
                LinearNames.of(block + ".attn.c_proj").withBias(biases),
                block + ".ln_2",
                LinearNames.of(block + ".mlp.c_fc").withBias(biases),
                LinearNames.of(block + ".mlp.c_proj").withBias(biases));
    }
}
