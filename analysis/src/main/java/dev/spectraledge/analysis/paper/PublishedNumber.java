package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.trainer.RunException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One number of a paper and where ours is found.
 *
 * @param table of the results that it belongs to, such as {@code 5.3}
 * @param quantity what it is
 * @param where of which run, and when
 * @param published as the author reports it; empty if only the code's own output is known
 * @param publishedSeeds the seeds that the author reports it for
 * @param publishedTolerance what agrees with it; empty if it is no number, or cannot be tested
 * @param rerun what the author's code gives when it is run again; empty if it was not
 * @param rerunTolerance what agrees with that
 * @param toleranceClass D (a fact of data or architecture), E (early, same trajectory), S (robust), N (noisy) or A (made by
 *     the analysis)
 * @param weak why no measurement could contradict it; empty if one could
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
        List<Long> publishedSeeds,
        Optional<Tolerance> publishedTolerance,
        String rerun,
        Optional<Tolerance> rerunTolerance,
        String toleranceClass,
        String weak,
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
            "published seeds",
            "published low",
            "published high",
            "published tolerance",
            "rerun",
            "rerun low",
            "rerun high",
            "rerun tolerance",
            "class",
            "weak",
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

    /** From the cells of a line of the resource, by column. */
    static PublishedNumber parse(Map<String, String> cells) {
        Selector own = new Selector(
                cells.get("experiment"),
                cells.get("procedure").equals("controlled") ? Procedure.CONTROLLED : Procedure.PUBLISHED,
                cells.get("measure"),
                cells.get("item"),
                Selector.step(cells.get("step")));
        List<Long> seeds = seeds(cells.get("seeds"));
        String publishedSeeds = cells.get("published seeds");
        return new PublishedNumber(
                cells.get("table"),
                cells.get("quantity"),
                cells.get("where"),
                cells.get("published"),
                publishedSeeds.isEmpty() ? seeds : seeds(publishedSeeds),
                tolerance(cells, "published"),
                cells.get("rerun"),
                tolerance(cells, "rerun"),
                cells.get("class"),
                cells.get("weak"),
                cells.get("subject"),
                seeds,
                own,
                Aggregate.parse(cells.get("aggregate")),
                control(cells.get("control"), own),
                cells.get("reason"));
    }

    private static List<Long> seeds(String cell) {
        return Arrays.stream(cell.split(" ", -1)).map(Long::valueOf).toList();
    }

    private static Optional<Tolerance> tolerance(Map<String, String> cells, String of) {
        String source = cells.get(of + " tolerance");
        if (source.isEmpty()) {
            return Optional.empty();
        }
        double low = end(cells.get(of + " low"), Double.NEGATIVE_INFINITY);
        double high = end(cells.get(of + " high"), Double.POSITIVE_INFINITY);
        if (!(low <= high) || (Double.isInfinite(low) && Double.isInfinite(high))) {
            throw new RunException("the tolerance of " + cells.get("quantity") + ", " + cells.get("where")
                    + " has no bounds, or a lower one above the upper");
        }
        return Optional.of(new Tolerance(low, high, source));
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
