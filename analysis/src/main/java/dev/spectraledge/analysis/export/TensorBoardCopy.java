package dev.spectraledge.analysis.export;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.CsvTail;
import dev.spectraledge.trainer.io.TensorBoardFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The main columns of a run's tables as TensorBoard's event file, afterwards or while the tables grow. A table does not say
 * when its rows came: they get the time at which it was last written to.
 */
public final class TensorBoardCopy implements AutoCloseable {
    /** The file's name in the run directory: TensorBoard looks for names with {@code tfevents}. */
    public static final String FILE_NAME = "events.out.tfevents";

    private static final double MILLIS = 1e3;

    private final TensorBoardFile events;
    private final List<Source> sources;

    private TensorBoardCopy(Path run, TensorBoardFile events) {
        this.events = events;
        sources = RunTables.in(run).stream()
                .filter(table -> ScalarTags.shows(RunTables.stem(table)))
                .map(Source::new)
                .toList();
    }

    /**
     * Writes the event file of a run, whole or not at all.
     *
     * @throws RunException if {@code run} holds no tables, one of them cannot be read, or the file cannot be written
     */
    public static void write(Path run, Path file) {
        AtomicFile.write(file, channel -> {
            // Whoever opened the channel closes it.
            TensorBoardCopy copy = new TensorBoardCopy(run, TensorBoardFile.start(file, channel));
            copy.copyNew();
            copy.events.flush();
        });
    }

    /**
     * Goes on with the event file of a run that begins, or resumes after {@code step} steps and has its tables rewound to
     * there; starts it where there is none.
     */
    public static TensorBoardCopy resume(Path run, long step) {
        TensorBoardFile events = TensorBoardFile.resume(run.resolve(FILE_NAME), step);
        try {
            TensorBoardCopy copy = new TensorBoardCopy(run, events);
            // A killed process may not have come to this after its last resume state.
            if (copy.copyNew()) {
                events.markComplete(step);
            }
            return copy;
        } catch (RuntimeException failure) {
            events.close();
            throw failure;
        }
    }

    /** Adds the new rows of all tables, which hold all rows of steps up to {@code step}. */
    public void copyUpTo(long step) {
        copyNew();
        events.markComplete(step);
    }

    private boolean copyNew() {
        boolean any = false;
        for (Source source : sources) {
            any |= source.copyNew();
        }
        return any;
    }

    @Override
    public void close() {
        events.close();
    }

    private final class Source {
        private final CsvTail table;
        private final int[] columns;
        private final List<String> tags;
        private final double[] values;
        private boolean anyNew;

        Source(Path file) {
            table = new CsvTail(file);
            List<String> all = ScalarTags.of(RunTables.stem(file), table.columns());
            columns = IntStream.range(0, all.size())
                    .filter(column -> all.get(column) != null)
                    .toArray();
            tags = all.stream().filter(Objects::nonNull).toList();
            values = new double[columns.length];
        }

        boolean copyNew() {
            anyNew = false;
            double wallTime = lastModified();
            long complete = events.completeStep();
            table.forEachNew(row -> {
                long step = (long) row[0];
                if (step > complete) {
                    for (int index = 0; index < columns.length; index++) {
                        values[index] = row[columns[index]];
                    }
                    events.add(wallTime, step, tags, values);
                    anyNew = true;
                }
            });
            return anyNew;
        }

        private double lastModified() {
            try {
                return Files.getLastModifiedTime(table.path()).toMillis() / MILLIS;
            } catch (IOException failure) {
                throw RunException.of("cannot read", table.path(), failure);
            }
        }
    }
}
