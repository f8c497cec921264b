package dev.spectraledge.trainer.model;

/** An {@link EncoderDecoder} of some shape. */
public record EncoderDecoderArchitecture(EncoderDecoderShape shape) implements Architecture {
    @Override
    public ParameterLayout layout() {
        return EncoderDecoder.layout(shape);
    }

    @Override
    public EncoderDecoder create(Workspace workspace) {
        return new EncoderDecoder(workspace, shape);
    }
}
