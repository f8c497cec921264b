package dev.spectraledge.trainer.corpus;

import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.tokenizer.Encoder;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;

/**
 * Encodes documents to two files. A document is written as it comes, and taken back if it turns out to be empty or one that
 * was there before.
 */
final class EncodedDocuments implements DocumentSink {
    /** What became of the documents for one file. */
    static final class Part {
        private final TokenFile file;
        private long documents;
        private long bytes;

        Part(TokenFile file) {
            this.file = file;
        }

        TokenFile file() {
            return file;
        }

        long documents() {
            return documents;
        }

        /** Bytes of text. */
        long bytes() {
            return bytes;
        }
    }

    private final Tokenizer tokenizer;
    private final Encoder encoder;
    private final DocumentSplit split;
    private final Part train;
    private final Part validation;
    private final ContentSet contents = new ContentSet();
    private final MessageDigest digest = Sha256.start();
    private final TextSegments segments = new TextSegments(this::encode);
    private long read;
    private long duplicates;

    private Part part;
    /** Size of its file when the document began. */
    private long begin;

    private long bytes;

    EncodedDocuments(Tokenizer tokenizer, DocumentSplit split, Part train, Part validation) {
        this.tokenizer = tokenizer;
        this.encoder = tokenizer.encoder();
        this.split = split;
        this.train = train;
        this.validation = validation;
    }

    /** How many documents were left out because they had been there before. */
    long duplicates() {
        return duplicates;
    }

    @Override
    public void begin() {
        part = split.validates(read++) ? validation : train;
        begin = part.file.size();
        bytes = 0;
    }

    @Override
    public void text(byte[] buffer, int from, int to) {
        digest.update(buffer, from, to - from);
        bytes += to - from;
        segments.add(buffer, from, to);
    }

    private void encode(byte[] text, int from, int to) {
        encoder.encode(text, from, to, this::append);
    }

    private void append(int token) {
        try {
            part.file.append(token);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void token(int token, String file, long position) {
        if (token < 0 || token >= tokenizer.vocabulary()) {
            throw new RunException(file + ": token " + token + " at position " + position + " is outside of 0…"
                    + (tokenizer.vocabulary() - 1) + " (" + tokenizer.name() + ")");
        }
        digest.update((byte) token);
        digest.update((byte) (token >> 8));
        digest.update((byte) (token >> 16));
        bytes += tokenizer.bytes(token).length;
        append(token);
    }

    @Override
    public void end() {
        segments.end();
        byte[] content = digest.digest();
        boolean isEmpty = part.file.size() == begin;
        if (!isEmpty && contents.add(content)) {
            append(tokenizer.endOfText());
            part.documents++;
            part.bytes += bytes;
            return;
        }
        duplicates += isEmpty ? 0 : 1;
        try {
            part.file.truncate(begin);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Where everything so far is to be trained on, because there are too few documents, the end becomes validation. */
    void leaveSomeForValidation() throws IOException {
        if (validation.documents == 0 && train.documents > 0) {
            long size = train.file.size();
            train.file.moveTo(validation.file, size - Math.max(1, size / split.every()));
        }
    }
}
