package dev.spectraledge.trainer.io;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The rare things that happen in a run, one row each: {@code step,known_at,event,detail}; what happened in a step may be
 * known some steps later. Rows reach the file at once. Resuming rewinds it like a {@link CsvTable}. A log of an earlier
 * version, without {@code known_at}, is read and continued as it is.
 */
public final class EventLog implements AutoCloseable {
    private static final String HEADER = "step,known_at,event,detail";
    private static final String EARLIER_HEADER = "step,event,detail";

    private static final String NUMBER = "\\d{1,18}";

    private final RowFile rows;
    private final boolean hasKnownAt;

    /** One event; {@code detail} may be empty. */
    public record Event(long step, long knownAt, String name, String detail) {}

    /** Opens or creates the log. */
    public EventLog(Path file, ExistingRows existing) {
        hasKnownAt = existing == ExistingRows.DROP || !RowFile.isHeaded(file, EARLIER_HEADER);
        rows = RowFile.open(file, hasKnownAt ? HEADER : EARLIER_HEADER, existing);
    }

    /** Appends an event that is known in its step. */
    public void record(long step, String event, String detail) {
        record(step, step, event, detail);
    }

    /** Appends an event; line ends in {@code detail} become spaces. */
    public void record(long step, long knownAt, String event, String detail) {
        if (event.contains(",") || event.contains("\"") || event.contains("\n")) {
            throw new IllegalArgumentException("an event's name holds no comma, quote or line end: " + event);
        }
        String row = step + (hasKnownAt ? "," + knownAt : "") + "," + event + ","
                + quoted(detail.replaceAll("\\R", " ")) + "\n";
        rows.append(ByteBuffer.wrap(row.getBytes(StandardCharsets.UTF_8)));
    }

    private static String quoted(String cell) {
        boolean plain = !cell.contains(",") && !cell.contains("\"");
        return plain ? cell : "\"" + cell.replace("\"", "\"\"") + "\"";
    }

    /** How much has been recorded, for {@link #rewindToSize}. */
    public long size() {
        return rows.size();
    }

    /**
     * Drops every event that was recorded after the log had this {@link #size}. An event may be of an earlier step than that
     * in which it was recorded, so its own step does not say whether it was there.
     */
    public void rewindToSize(long size) {
        rows.rewindToSize(size);
    }

    /** Drops every event of a step greater than {@code step}. */
    public void rewindTo(long step) {
        rows.rewindTo(step);
    }

    /** Reads a log; a last line without line end is not read. */
    public static List<Event> read(Path file) {
        String text;
        try {
            text = RegularFile.text(file, RegularFile.LONGEST_TEXT);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
        String header = text.startsWith(EARLIER_HEADER + "\n") ? EARLIER_HEADER : HEADER;
        if (!text.startsWith(header + "\n")) {
            throw new RunException(file + ": not an event log, its first line should be '" + HEADER + "'");
        }
        List<Event> events = new ArrayList<>();
        String complete = text.substring(header.length() + 1, text.lastIndexOf('\n') + 1);
        complete.lines().forEach(line -> events.add(parse(file, events.size() + 2, header, line)));
        return List.copyOf(events);
    }

    private static Event parse(Path file, int lineNumber, String header, String line) {
        int columns = header.split(",", -1).length;
        String[] cells = line.split(",", columns);
        String knownAt = header.equals(EARLIER_HEADER) ? cells[0] : cells[Math.min(1, cells.length - 1)];
        if (cells.length != columns || !cells[0].matches(NUMBER) || !knownAt.matches(NUMBER)) {
            throw new RunException(file + " line " + lineNumber + ": should be '" + header + "', found '"
                    + Printable.value(line) + "'");
        }
        String detail = cells[columns - 1];
        if (detail.length() >= 2 && detail.startsWith("\"") && detail.endsWith("\"")) {
            detail = detail.substring(1, detail.length() - 1).replace("\"\"", "\"");
        }
        return new Event(Long.parseLong(cells[0]), Long.parseLong(knownAt), cells[columns - 2], detail);
    }

    @Override
    public void close() {
        rows.close();
    }
}
