package dev.spectraledge.trainer.tokenizer;

import java.io.ByteArrayOutputStream;

/**
 * Turns bytes into tokens {@code 0 … vocabulary − 1} and back. Any bytes can be encoded, valid UTF-8 or not, and decoding
 * gives the same bytes again. Immutable; an {@link Encoder} is for one thread.
 */
public interface Tokenizer {
    /** What kind it is, for people. */
    String name();

    /** Number of tokens. */
    int vocabulary();

    /** The token that stands behind each text in a corpus. No text is encoded to it, except by the bytes' tokenizer. */
    int endOfText();

    /** The bytes that a token stands for, which must not be changed. */
    byte[] bytes(int token);

    /** Something that encodes, for one thread. */
    Encoder encoder();

    /** The SHA-256 of everything that decides what tokens mean. */
    String sha256();

    /** The bytes that tokens stand for. */
    default byte[] decode(int... tokens) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int token : tokens) {
            text.writeBytes(bytes(token));
        }
        return text.toByteArray();
    }
}
