package dev.spectraledge.trainer.corpus;

import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A file of 16-bit tokens: nanoGPT's, which is nothing else, or llm.c's, which has a header of 256 numbers of 32 bits before
 * them (magic number 20240520, version 1, number of tokens). A document ends with, or begins behind, the end of a text.
 */
final class TokenInput {
    private static final int MAGIC = 20_240_520;
    private static final int VERSION = 1;
    private static final int HEADER = 256 * Integer.BYTES;
    /** llm.c's magic numbers are dates of this year; as tokens they would be beyond GPT-2's vocabulary. */
    private static final int FIRST_MAGIC = 20_240_101;

    private static final int LAST_MAGIC = 20_241_231;
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final int endOfText;
    private final DocumentSink sink;
    private boolean isOpen;

    private TokenInput(Path file, int endOfText, DocumentSink sink) {
        this.file = file;
        this.endOfText = endOfText;
        this.sink = sink;
    }

    /**
     * Reads a file.
     *
     * @return the SHA-256 of its bytes
     */
    static String read(Path file, int endOfText, DocumentSink sink) {
        try (FileChannel channel = RegularFile.open(file)) {
            return new TokenInput(file, endOfText, sink).read(channel);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    private String read(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size % Short.BYTES != 0) {
            throw new RunException(file + ": has " + size + " bytes, not a whole number of tokens of 2 bytes");
        }
        MessageDigest digest = Sha256.start();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        boolean isFirst = true;
        long position = 0;
        while (channel.position() < size) {
            fill(channel, buffer.clear());
            digest.update(buffer.duplicate());
            if (isFirst) {
                skipHeader(buffer, size);
                isFirst = false;
            }
            while (buffer.hasRemaining()) {
                add(Short.toUnsignedInt(buffer.getShort()), position++);
            }
        }
        if (isOpen) {
            sink.end();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Whole tokens, as the buffer has room for no others. */
    private void fill(FileChannel channel, ByteBuffer buffer) throws IOException {
        int read = 0;
        while (buffer.hasRemaining() && read >= 0) {
            read = channel.read(buffer);
        }
        buffer.flip();
        if (!buffer.hasRemaining() || buffer.limit() % Short.BYTES != 0) {
            throw new RunException(file + ": became shorter while it was read");
        }
    }

    private void skipHeader(ByteBuffer buffer, long size) {
        if (buffer.remaining() < Integer.BYTES) {
            return;
        }
        int magic = buffer.getInt(0);
        if (magic < FIRST_MAGIC || magic > LAST_MAGIC) {
            return;
        }
        if (magic != MAGIC) {
            throw new RunException(file + ": begins with llm.c's magic number " + magic
                    + ", which is not that of 16-bit tokens (" + MAGIC + ")");
        }
        if (size < HEADER || buffer.getInt(Integer.BYTES) != VERSION) {
            throw new RunException(file + ": has no whole header of llm.c of version " + VERSION);
        }
        long tokens = Integer.toUnsignedLong(buffer.getInt(2 * Integer.BYTES));
        if (tokens != (size - HEADER) / Short.BYTES) {
            throw new RunException(
                    file + ": has " + (size - HEADER) / Short.BYTES + " tokens, its header says " + tokens);
        }
        buffer.position(HEADER);
    }

    private void add(int token, long position) {
        if (token == endOfText) {
            if (isOpen) {
                sink.end();
                isOpen = false;
            }
            return;
        }
        if (!isOpen) {
            sink.begin();
            isOpen = true;
        }
        sink.token(token, file.toString(), position);
    }
}
