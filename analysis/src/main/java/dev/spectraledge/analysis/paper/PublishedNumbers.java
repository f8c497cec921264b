package dev.spectraledge.analysis.paper;

import java.util.List;

/** The table of every number of a paper that can be told apart. */
final class PublishedNumbers {
    private PublishedNumbers() {}

    /** Lines of a table; those that are empty or begin with # are passed over. */
    static List<PublishedNumber> parse(String text) {
        CsvRows rows = CsvRows.parse(text, "a table of published numbers");
        rows.require(PublishedNumber.COLUMNS);
        return rows.stream().map(PublishedNumber::parse).toList();
    }
}
