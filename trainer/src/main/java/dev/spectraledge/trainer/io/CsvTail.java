package dev.spectraledge.trainer.io;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a table of numbers that another part of the program, or another process, is appending to: at each call the rows
 * that have come since the one before. A last line without line end waits for the next call.
 */
public final class CsvTail {
    private static final int CHUNK = TextLines.LONGEST_LINE;

    private final Path file;
    private final String[] columns;
    private long position;
    private int line = 1;

    /** Reads the header; the rows come with the first call. */
    public CsvTail(Path file) {
        this.file = file;
        try (FileChannel channel = RegularFile.open(file)) {
            String start = completeLines(channel);
            if (start.isEmpty()) {
                throw new RunException(file + ": has no header line");
            }
            String header = start.substring(0, start.indexOf('\n'));
            columns = CsvReader.names(file, header);
            position = header.getBytes(StandardCharsets.UTF_8).length + 1L;
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    public Path path() {
        return file;
    }

    /** Names of the columns in the order of the file. */
    public List<String> columns() {
        return List.of(columns);
    }

    /** Hands over the new rows, one number per column; empty cells are NaN. */
    public void forEachNew(Consumer<double[]> row) {
        try (FileChannel channel = RegularFile.open(file)) {
            for (String lines = completeLines(channel); !lines.isEmpty(); lines = completeLines(channel)) {
                position += lines.getBytes(StandardCharsets.UTF_8).length;
                lines.lines().forEach(text -> row.accept(CsvReader.row(file, ++line, columns, text)));
            }
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    /** What stands between the present position and the last line end of the next chunk. */
    private String completeLines(FileChannel channel) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, Math.max(0, channel.size() - position)));
        int read = 0;
        while (chunk.hasRemaining() && read >= 0) {
            read = channel.read(chunk, position + chunk.position());
        }
        int end = chunk.position();
        while (end > 0 && chunk.get(end - 1) != '\n') {
            end--;
        }
        if (end == 0 && chunk.capacity() == CHUNK) {
            throw TextLines.tooLong(file);
        }
        return new String(chunk.array(), 0, end, StandardCharsets.UTF_8);
    }
}
