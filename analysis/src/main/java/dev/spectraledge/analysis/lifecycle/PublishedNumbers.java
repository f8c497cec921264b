package dev.spectraledge.analysis.lifecycle;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Every number of the paper that can be told apart, from the resource {@code published-numbers.csv}. */
final class PublishedNumbers {
    private static final String NUMBERS = "published-numbers.csv";

    private PublishedNumbers() {}

    static List<PublishedNumber> read() {
        return parse(resource(NUMBERS));
    }

    /** Lines of a table; those that are empty or begin with # are passed over. */
    static List<PublishedNumber> parse(String text) {
        List<String> lines = text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        if (lines.isEmpty() || !CsvLines.read(lines.getFirst()).equals(PublishedNumber.COLUMNS)) {
            throw new RunException(
                    "a table of published numbers has the columns " + String.join(",", PublishedNumber.COLUMNS));
        }
        return lines.stream()
                .skip(1)
                .map(line -> PublishedNumber.parse(CsvLines.read(line)))
                .toList();
    }

    /** A text that comes with this package. */
    static String resource(String name) {
        try (InputStream stream = PublishedNumbers.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the program lacks its resource " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read the resource " + name, failure);
        }
    }
}
