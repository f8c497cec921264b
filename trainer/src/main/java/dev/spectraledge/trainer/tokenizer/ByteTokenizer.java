package dev.spectraledge.trainer.tokenizer;

import dev.spectraledge.bindings.Sha256;

/** Each byte is a token; texts end with byte 0, which none should contain. */
public final class ByteTokenizer implements Tokenizer {
    /** Number of values of a byte. */
    static final int BYTES = 256;

    @Override
    public String name() {
        return "bytes";
    }

    @Override
    public int vocabulary() {
        return BYTES;
    }

    @Override
    public int endOfText() {
        return 0;
    }

    @Override
    public byte[] bytes(int token) {
        if (token < 0 || token >= BYTES) {
            throw new IndexOutOfBoundsException("token " + token + " is not a byte");
        }
        return new byte[] {(byte) token};
    }

    @Override
    public Encoder encoder() {
        return (text, from, to, tokens) -> {
            for (int index = from; index < to; index++) {
                tokens.accept(Byte.toUnsignedInt(text[index]));
            }
        };
    }

    @Override
    public String sha256() {
        return Sha256.hex(name());
    }
}
