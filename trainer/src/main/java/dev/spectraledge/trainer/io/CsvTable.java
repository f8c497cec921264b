package dev.spectraledge.trainer.io;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * An append-only table of numbers with fixed columns, the first of which is {@code step}. Rows are collected in memory
 * and written when {@value #BUFFERED_ROWS} have come together or {@link #flush()} is called; after construction nothing
 * is allocated. Numbers are written as the shortest decimals that read back as the same double, whole numbers without a
 * fraction, missing values and NaN as empty cells, infinities as {@code inf}.
 *
 * <pre>{@code
 * table.begin(step);
 * table.set(1, loss);
 * table.commit();
 * }</pre>
 */
public final class CsvTable implements AutoCloseable {
    /** Rows that are collected before they are written. */
    public static final int BUFFERED_ROWS = 512;

    private static final String STEP = "step";
    private static final int NAME = 1;
    /** Longest text of a double: −2.2250738585072014E-308 and a separator. */
    private static final int LONGEST_CELL = 26;
    /** Beyond this, whole numbers are written with an exponent; all smaller ones are exact as long. */
    private static final double LARGEST_WHOLE = 1e15;

    /** Sees each row when it is committed. */
    @FunctionalInterface
    public interface RowListener {
        /** The row's cells are those of {@link CsvTable#latest}. */
        void committed(long step);
    }

    private final RowFile rows;
    private final List<String> columns;
    /** Of the column {@value #NAME}; empty where that holds numbers. */
    private final List<String> names;

    private final long[] steps = new long[BUFFERED_ROWS];
    private final double[] cells;
    private final StringBuilder text;
    private final ByteBuffer bytes;
    private int buffered;
    private boolean open;
    private RowListener listener = step -> {};
    private long lastStep = Long.MIN_VALUE;

    /**
     * Opens or creates the table.
     *
     * @param columns names, the first being {@code step}
     * @throws dev.spectraledge.trainer.RunException if the file cannot be written or has other columns
     */
    public CsvTable(Path file, List<String> columns, ExistingRows existing) {
        this(file, columns, List.of(), existing);
    }

    /**
     * The same whose second column is a name.
     *
     * @param names without commas and quotes; cells of that column are indices of them
     */
    public CsvTable(Path file, List<String> columns, List<String> names, ExistingRows existing) {
        if (columns.isEmpty() || !columns.getFirst().equals(STEP)) {
            throw new IllegalArgumentException("the first column must be '" + STEP + "', got " + columns);
        }
        this.columns = List.copyOf(columns);
        this.cells = new double[BUFFERED_ROWS * columns.size()];
        this.names = List.copyOf(names);
        int longestName = names.stream().mapToInt(String::length).max().orElse(0);
        int longestRow = LONGEST_CELL * columns.size() + longestName;
        this.text = new StringBuilder(longestRow);
        this.bytes = ByteBuffer.allocate(longestRow * BUFFERED_ROWS);
        this.rows = RowFile.open(file, String.join(",", columns), existing);
    }

    public Path path() {
        return rows.path();
    }

    public List<String> columns() {
        return columns;
    }

    /** Index of a column for {@link #set}. */
    public int column(String name) {
        int index = columns.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("no column '" + name + "' among " + columns);
        }
        return index;
    }

    /** Starts a row with every cell missing; {@code step} is not negative and not less than that of the row before. */
    public void begin(long step) {
        if (open) {
            throw new IllegalStateException("the row of step " + steps[buffered] + " was not committed");
        }
        if (step < 0 || step < lastStep) {
            throw new IllegalArgumentException("step " + step + " cannot follow step " + lastStep);
        }
        if (buffered == BUFFERED_ROWS) {
            flush();
        }
        steps[buffered] = step;
        lastStep = step;
        Arrays.fill(cells, buffered * columns.size(), (buffered + 1) * columns.size(), Double.NaN);
        open = true;
    }

    /** Sets a cell of the begun row; column 0 is the step and already set. NaN means missing. */
    public void set(int column, double value) {
        if (!open || column < 1 || column >= columns.size()) {
            throw new IllegalArgumentException("cannot set column " + column + " of " + columns);
        }
        cells[buffered * columns.size() + column] = value;
    }

    /** Leaves a cell of the begun row empty. */
    public void setMissing(int column) {
        set(column, Double.NaN);
    }

    /** Ends the begun row. */
    public void commit() {
        if (!open) {
            throw new IllegalStateException("no row was begun");
        }
        open = false;
        buffered++;
        listener.committed(lastStep);
    }

    /** Lets somebody see each row that is committed from now on. */
    public void listen(RowListener newListener) {
        listener = newListener;
    }

    /** A cell of the row that was committed last, NaN where it is missing. */
    public double latest(int column) {
        return cells[(buffered - 1) * columns.size() + column];
    }

    /** Writes the committed rows to the file; they survive the end of this process, however it ends. */
    public void flush() {
        if (open) {
            throw new IllegalStateException("the row of step " + steps[buffered] + " was not committed");
        }
        if (buffered == 0) {
            return;
        }
        bytes.clear();
        for (int row = 0; row < buffered; row++) {
            format(row);
        }
        rows.append(bytes.flip());
        buffered = 0;
    }

    /** Forces flushed rows to the disk, so that they survive the machine as well. */
    public void force() {
        rows.force();
    }

    private void format(int row) {
        text.setLength(0);
        text.append(steps[row]);
        for (int column = 1; column < columns.size(); column++) {
            text.append(',');
            double value = cells[row * columns.size() + column];
            if (column == NAME && !names.isEmpty()) {
                text.append(names.get((int) value));
            } else {
                append(value);
            }
        }
        for (int index = 0; index < text.length(); index++) {
            bytes.put((byte) text.charAt(index));
        }
        bytes.put((byte) '\n');
    }

    private void append(double value) {
        boolean negativeZero = value == 0 && Double.doubleToRawLongBits(value) != 0;
        if (Double.isNaN(value)) {
            return;
        }
        if (Double.isInfinite(value)) {
            text.append(value > 0 ? "inf" : "-inf");
        } else if (value == Math.rint(value) && Math.abs(value) < LARGEST_WHOLE && !negativeZero) {
            text.append((long) value);
        } else {
            text.append(value);
        }
    }

    /** Drops every row with a step greater than {@code step}, buffered or written. */
    public void rewindTo(long step) {
        while (buffered > 0 && steps[buffered - 1] > step) {
            buffered--;
        }
        open = false;
        flush();
        rows.rewindTo(step);
        lastStep = Long.MIN_VALUE;
    }

    /** Writes what is buffered and closes the file. */
    @Override
    public void close() {
        try (rows) {
            flush();
        }
    }
}
