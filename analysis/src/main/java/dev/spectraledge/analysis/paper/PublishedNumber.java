package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.trainer.RunException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One number of the paper and where ours is found.
 *
 * @param table of the results that it belongs to, such as {@code 5.3}
 * @param quantity what it is
 * @param where of which run, and when
 * @param published as the author reports it; empty if only the code's own output is known
 * @param rerun what the author's code gives when it is run again
 * @param toleranceClass D (a fact of data or architecture), E (early, same trajectory), S (robust), N (noisy) or A (made by
 *     the analysis)
 * @param low lower end of what counts as reproduced
 * @param high its upper end
 * @param tolerance where that comes from, in words
 * @param subject name of the {@link Subject} of the runs
 * @param seeds of the runs
 * @param selector ours as published
 * @param aggregate over the seeds
 * @param control ours with the control; empty if the published number needs none
 * @param reason why it cannot be tested by anybody; empty if it can
 */
record PublishedNumber(
        String table,
        String quantity,
        String where,
        String published,
        String rerun,
        String toleranceClass,
        double low,
        double high,
        String tolerance,
        String subject,
        List<Long> seeds,
        Selector selector,
        Aggregate aggregate,
        Optional<Selector> control,
        String reason) {

    static final List<String> COLUMNS = List.of(
            "table",
            "quantity",
            "where",
            "published",
            "rerun",
            "class",
            "low",
            "high",
            "tolerance",
            "subject",
            "seeds",
            "experiment",
            "procedure",
            "measure",
            "item",
            "step",
            "aggregate",
            "control",
            "reason");

    /** From the cells of a line of the resource. */
    static PublishedNumber parse(List<String> cells) {
        if (cells.size() != COLUMNS.size()) {
            throw new RunException("a published number has " + COLUMNS.size() + " cells, not " + cells.size() + ": "
                    + String.join(",", cells));
        }
        Selector own = new Selector(
                cells.get(11),
                cells.get(12).equals("controlled") ? Procedure.CONTROLLED : Procedure.PUBLISHED,
                cells.get(13),
                cells.get(14),
                Selector.step(cells.get(15)));
        return new PublishedNumber(
                cells.get(0),
                cells.get(1),
                cells.get(2),
                cells.get(3),
                cells.get(4),
                cells.get(5),
                end(cells.get(6), Double.NEGATIVE_INFINITY),
                end(cells.get(7), Double.POSITIVE_INFINITY),
                cells.get(8),
                cells.get(9),
                Arrays.stream(cells.get(10).split(" ", -1)).map(Long::valueOf).toList(),
                own,
                Aggregate.parse(cells.get(16)),
                control(cells.get(17), own),
                cells.get(18));
    }

    private static double end(String cell, double open) {
        return cell.isEmpty() ? open : Double.parseDouble(cell);
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
