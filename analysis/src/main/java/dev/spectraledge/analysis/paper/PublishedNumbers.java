package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.RunException;
import java.util.List;

/** The table of every number of a paper that can be told apart. */
final class PublishedNumbers {
    private PublishedNumbers() {}

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
}
