package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.published.CsvRows;
import java.util.List;

/** The table of every number of a paper that can be told apart. */
final class PublishedNumbers {
    private PublishedNumbers() {}

    /** Numbers of a table that experiments measure. */
    static List<PublishedNumber> parse(String text) {
        CsvRows rows = CsvRows.parse(text, "a table of published numbers");
        rows.require(PublishedNumber.COLUMNS);
        return rows.stream()
                .filter(PublishedNumber::isMeasured)
                .map(PublishedNumber::parse)
                .toList();
    }
}
