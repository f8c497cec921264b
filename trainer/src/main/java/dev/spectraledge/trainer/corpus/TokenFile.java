package dev.spectraledge.trainer.corpus;

import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.data.TokenWidth;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A file of tokens that grows, and from whose end tokens can be taken back. */
final class TokenFile implements AutoCloseable {
    private static final int BUFFER = 1 << 18;

    private final FileChannel channel;
    private final TokenWidth width;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    /** Bytes in the file, before those in the buffer. */
    private long written;

    TokenFile(Path file, TokenWidth width) throws IOException {
        this.channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.width = width;
    }

    /** Number of tokens. */
    long size() {
        return (written + buffer.position()) / width.bytes();
    }

    void append(int token) throws IOException {
        if (buffer.remaining() < Integer.BYTES) {
            flush();
        }
        width.append(buffer, token);
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            written += channel.write(buffer, written);
        }
        buffer.clear();
    }

    /** Takes the tokens from number {@code size} on back. */
    void truncate(long size) throws IOException {
        long bytes = size * width.bytes();
        if (bytes >= written) {
            buffer.position((int) (bytes - written));
        } else {
            buffer.clear();
            channel.truncate(bytes);
            written = bytes;
        }
    }

    /** Takes the tokens from number {@code size} on back and appends them to another file of this width. */
    void moveTo(TokenFile other, long size) throws IOException {
        flush();
        other.flush();
        long from = size * width.bytes();
        while (from < written) {
            long moved = channel.transferTo(from, written - from, other.channel.position(other.written));
            from += moved;
            other.written += moved;
        }
        truncate(size);
    }

    /** Puts everything on the disk. */
    void finish() throws IOException {
        flush();
        channel.force(true);
    }

    /** Of everything that is on the disk. */
    String sha256() throws IOException {
        MessageDigest digest = Sha256.start();
        ByteBuffer part = ByteBuffer.allocate(BUFFER);
        long at = 0;
        for (int read = channel.read(part, at); read >= 0; read = channel.read(part, at)) {
            at += read;
            digest.update(part.flip());
            part.clear();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
