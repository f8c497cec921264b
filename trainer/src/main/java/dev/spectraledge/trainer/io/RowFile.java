package dev.spectraledge.trainer.io;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A text file of rows that start with a step number and are only ever appended, in ascending order of steps. A row counts
 * once its line end is written; what a killed process left behind the last line end is cut off when the file is opened
 * again. So rewinding is one truncation, which happens whole or not at all.
 */
final class RowFile implements AutoCloseable {
    private static final int SCAN_BYTES = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final long headerBytes;
    private long end;

    private RowFile(Path file, FileChannel channel, long headerBytes, long end) {
        this.file = file;
        this.channel = channel;
        this.headerBytes = headerBytes;
        this.end = end;
    }

    /** Opens {@code file} for appending; {@code header} is its first line, without the line end. */
    static RowFile open(Path file, String header, ExistingRows existing) {
        ByteBuffer headerLine = StandardCharsets.UTF_8.encode(header + "\n");
        int headerBytes = headerLine.remaining();
        boolean fresh = existing == ExistingRows.DROP || !hasHeader(file, header);
        if (fresh) {
            byte[] bytes = new byte[headerBytes];
            headerLine.get(bytes);
            AtomicFile.write(file, bytes);
        }
        FileChannel channel;
        try {
            channel = RegularFile.openOwn(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException failure) {
            throw RunException.of("cannot write", file, failure);
        }
        RowFile rows = new RowFile(file, channel, headerBytes, headerBytes);
        rows.rewindTo(Long.MAX_VALUE);
        return rows;
    }

    /** False if there is no file yet or a killed process left less than the header. */
    private static boolean hasHeader(Path file, String header) {
        byte[] expected = (header + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] found;
        try (FileChannel channel = RegularFile.openOwn(file, StandardOpenOption.READ)) {
            found = Channels.newInputStream(channel).readNBytes(expected.length);
        } catch (NoSuchFileException absent) {
            return false;
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
        String start = new String(found, StandardCharsets.UTF_8);
        if (start.equals(header + "\n")) {
            return true;
        }
        if (header.startsWith(start)) {
            return false;
        }
        throw new RunException(file + ": its columns are '"
                + Printable.value(start.lines().findFirst().orElse("")) + "'…, this run writes '" + header + "'");
    }

    /** Whether there is a file whose first line is {@code header}. */
    static boolean isHeaded(Path file, String header) {
        try {
            return hasHeader(file, header);
        } catch (RunException other) {
            return false;
        }
    }

    /** Appends complete rows; a full disk leaves none of them. */
    void append(ByteBuffer rows) {
        try {
            long position = end;
            while (rows.hasRemaining()) {
                position += channel.write(rows, position);
            }
            end = position;
            AtomicFile.trace("rows", file);
        } catch (IOException failure) {
            RunException wrapped = RunException.of("cannot write", file, failure);
            try {
                channel.truncate(end);
            } catch (IOException second) {
                wrapped.addSuppressed(second);
            }
            throw wrapped;
        }
    }

    /** Forces everything appended so far to the disk. */
    void force() {
        try {
            channel.force(false);
        } catch (IOException failure) {
            throw RunException.of("cannot write", file, failure);
        }
    }

    /** Drops the rows after the last one with a step of at most {@code step}, and a cut last line. */
    void rewindTo(long step) {
        try {
            end = endOfRows(step);
            channel.truncate(end);
        } catch (IOException failure) {
            throw RunException.of("cannot rewind", file, failure);
        }
    }

    /** Bytes of the header and of the rows that were appended. */
    long size() {
        return end;
    }

    /** Drops the rows that do not lie within the first {@code bytes}, an earlier {@link #size}. */
    void rewindToSize(long bytes) {
        try {
            channel.truncate(Math.max(headerBytes, bytes));
        } catch (IOException failure) {
            throw RunException.of("cannot rewind", file, failure);
        }
        rewindTo(Long.MAX_VALUE);
    }

    private long endOfRows(long lastStep) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(SCAN_BYTES);
        long endOfRows = headerBytes;
        long step = 0;
        boolean inStep = true;
        long position = headerBytes;
        while (channel.read(buffer.clear(), position) > 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                position++;
                if (next == '\n') {
                    endOfRows = position;
                    step = 0;
                    inStep = true;
                } else if (inStep && next >= '0' && next <= '9') {
                    step = 10 * step + (next - '0');
                } else if (inStep && next == ',') {
                    inStep = false;
                    if (step > lastStep) {
                        return endOfRows;
                    }
                } else if (inStep) {
                    throw new RunException(
                            file + ": the row at byte " + endOfRows + " does not start with a step number");
                }
            }
        }
        return endOfRows;
    }

    Path path() {
        return file;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw RunException.of("cannot close", file, failure);
        }
    }
}
