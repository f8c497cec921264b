package dev.spectraledge.trainer.model;

/**
 * Sizes of an {@link EncoderDecoder}.
 *
 * @param source of the encoder, whose classes mean nothing
 * @param target of the decoder; both have the same width
 * @param paddedSources whether sources are given with padding, which the decoder then sees
 */
public record EncoderDecoderShape(TransformerShape source, TransformerShape target, boolean paddedSources) {
    public EncoderDecoderShape {
        if (source.width() != target.width()) {
            throw new IllegalArgumentException(
                    "the encoder's width " + source.width() + " is not the decoder's, " + target.width());
        }
    }
}
