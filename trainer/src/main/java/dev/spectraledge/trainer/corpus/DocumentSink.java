package dev.spectraledge.trainer.corpus;

/** Takes documents one after another, each in pieces: either of text or of tokens. */
public interface DocumentSink {
    void begin();

    /** Valid UTF-8, in which a character may be cut at either end. */
    void text(byte[] buffer, int from, int to);

    /**
     * A token of a document that was encoded before.
     *
     * @param file where it is, and {@code position} which one of its tokens it is
     */
    void token(int token, String file, long position);

    void end();
}
