package dev.spectraledge.analysis.export;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The tables of numbers that lie in a run directory, or in the folder of an analysis. */
final class RunTables {
    private static final String SUFFIX = ".csv";
    /** The table that holds words. */
    private static final String EVENTS = "events.csv";

    private RunTables() {}

    /**
     * By name.
     *
     * @throws RunException if there are none, or the folder cannot be read
     */
    static List<Path> in(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new RunException("no such run directory: " + directory);
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> tables = files.filter(file -> isTable(file.getFileName().toString()))
                    .sorted()
                    .toList();
            if (tables.isEmpty()) {
                throw new RunException(directory + " is not a run directory: it holds no tables, such as metrics.csv");
            }
            return tables;
        } catch (IOException failure) {
            throw RunException.of("cannot read", directory, failure);
        }
    }

    private static boolean isTable(String name) {
        return name.endsWith(SUFFIX) && !name.startsWith(".") && !name.equals(EVENTS);
    }

    /** Name of a table without its ending. */
    static String stem(Path table) {
        String name = table.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }
}
