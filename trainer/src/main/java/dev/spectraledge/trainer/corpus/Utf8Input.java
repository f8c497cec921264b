package dev.spectraledge.trainer.corpus;

import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.RegularFile;
import dev.spectraledge.trainer.tokenizer.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/** The text of a file, also of one that gzip has compressed, in pieces that end with whole characters. */
final class Utf8Input implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final String COMPRESSED = ".gz";

    private final Path file;
    private final MessageDigest digest = Sha256.start();
    private final InputStream stream;
    private final byte[] buffer = new byte[BUFFER];
    /** Bytes of the text before those in the buffer. */
    private long before;

    private int valid;
    private int size;

    private Utf8Input(Path file) throws IOException {
        this.file = file;
        InputStream raw = new DigestInputStream(RegularFile.stream(file), digest);
        this.stream =
                name(file).length() < file.getFileName().toString().length() ? new GZIPInputStream(raw, BUFFER) : raw;
    }

    /** Opens a file; every failure to do so is one line. */
    static Utf8Input open(Path file) {
        try {
            return new Utf8Input(file);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    /** The name of a file as it was before gzip compressed it. */
    static String name(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(COMPRESSED) ? name.substring(0, name.length() - COMPRESSED.length()) : name;
    }

    /**
     * Reads on.
     *
     * @return how many bytes at the beginning of {@link #buffer} are the next piece; 0 at the end
     * @throws RunException with one line if this is not UTF-8, or cannot be read
     */
    int next() {
        before += valid;
        System.arraycopy(buffer, valid, buffer, 0, size - valid);
        size -= valid;
        valid = 0;
        try {
            while (valid == 0) {
                int read = stream.read(buffer, size, buffer.length - size);
                if (read < 0 && size == 0) {
                    return 0;
                }
                size += Math.max(0, read);
                valid = Utf8.firstInvalid(buffer, 0, size);
                if (valid < size && (read < 0 || !Utf8.isBeginning(buffer, valid, size))) {
                    throw new RunException(file + ": is not UTF-8 at byte " + (before + valid)
                            + (stream instanceof GZIPInputStream ? " of what was compressed" : ""));
                }
            }
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
        return valid;
    }

    byte[] buffer() {
        return buffer;
    }

    /** Of the bytes of the file, once all of it was read. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }
}
