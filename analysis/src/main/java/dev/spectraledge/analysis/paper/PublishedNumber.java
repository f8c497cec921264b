package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.published.CsvRow;
import dev.spectraledge.analysis.published.Quotation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One number of a paper and which measurement of ours stands beside it.
 *
 * @param quotation what was published; its subject is the name of a {@link Subject}
 * @param selector ours as published
 * @param aggregate over the seeds
 * @param control ours with the control; empty if the published number needs none
 * @param reason why it cannot be tested by anybody; empty if it can
 */
record PublishedNumber(
        Quotation quotation, Selector selector, Aggregate aggregate, Optional<Selector> control, String reason) {

    static final List<String> COLUMNS = Stream.concat(
                    Quotation.COLUMNS.stream(),
                    Stream.of("experiment", "procedure", "measure", "item", "step", "aggregate", "control", "reason"))
            .toList();

    /** Whether an experiment measures what a line is about; what else there is stands in tables of the run. */
    static boolean isMeasured(CsvRow row) {
        return !row.text("experiment").isEmpty();
    }

    /** From a line of the resource. */
    static PublishedNumber parse(CsvRow row) {
        Selector own = new Selector(
                row.text("experiment"),
                row.text("procedure").equals("controlled") ? Procedure.CONTROLLED : Procedure.PUBLISHED,
                row.text("measure"),
                row.text("item"),
                row.whole("step"));
        return new PublishedNumber(
                Quotation.parse(row),
                own,
                Aggregate.parse(row.text("aggregate")),
                control(row.text("control"), own),
                row.text("reason"));
    }

    /** {@code quantity:item:step:experiment}; parts that are empty or missing are those of the published selector. */
    private static Optional<Selector> control(String cell, Selector own) {
        if (cell.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = Arrays.copyOf(cell.split(":", -1), 4);
        return Optional.of(new Selector(
                given(parts[3], own.experiment()),
                Procedure.CONTROLLED,
                given(parts[0], own.quantity()),
                given(parts[1], own.item()),
                parts[2] == null || parts[2].isEmpty()
                        ? own.step()
                        : parts[2].equals("last") ? Selector.step("") : Selector.step(parts[2])));
    }

    private static String given(String part, String otherwise) {
        return part == null || part.isEmpty() ? otherwise : part;
    }
}
