package dev.spectraledge.analysis.published;

import java.util.List;
import java.util.Optional;

/**
 * What others say of one number: the paper, and its author's code when it is run again.
 *
 * @param table of the results that it belongs to, such as {@code 5.3}
 * @param quantity what it is
 * @param where of which run, and when
 * @param published as the author reports it; empty if only the code's own output is known
 * @param publishedSeeds the seeds that the author reports it for
 * @param publishedTolerance what agrees with it; empty if it is no number, or cannot be tested
 * @param rerun what the author's code gives when it is run again; empty if it was not
 * @param rerunTolerance what agrees with that; empty if it differs between runs by nobody knows how much
 * @param toleranceClass D (a fact of data or architecture), E (early, same trajectory), S (robust), N (noisy) or A (made by
 *     the analysis)
 * @param weak why no measurement could contradict it; empty if one could
 * @param subject name of the kind of run
 * @param seeds of the runs
 */
public record Quotation(
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
        List<Long> seeds) {

    /** Columns that it is read from. */
    public static final List<String> COLUMNS = List.of(
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
            "seeds");

    private static final String FACT = "D";
    private static final String ROBUST = "S";

    /** From a line of a table that has the {@link #COLUMNS}. */
    public static Quotation parse(CsvRow row) {
        List<Long> seeds = row.wholes("seeds");
        List<Long> publishedSeeds = row.wholes("published seeds");
        return new Quotation(
                row.text("table"),
                row.text("quantity"),
                row.text("where"),
                row.text("published"),
                publishedSeeds.isEmpty() ? seeds : publishedSeeds,
                Tolerance.parse(row, "published"),
                row.text("rerun"),
                Tolerance.parse(row, "rerun"),
                row.text("class"),
                row.text("weak"),
                row.text("subject"),
                seeds);
    }

    /** Whether it follows from data or architecture alone. */
    public boolean isFact() {
        return toleranceClass.equals(FACT);
    }

    /** Whether every run of the kind should show it, whatever its seed. */
    public boolean isOfEverySeed() {
        return isFact() || toleranceClass.equals(ROBUST);
    }

    /**
     * The judgement against the paper.
     *
     * @param ours of the seeds that the paper reports it for; empty if an input is missing
     */
    public AgainstPaper againstPaper(double[] ours) {
        if (published.isEmpty()) {
            return AgainstPaper.NO_NUMBER;
        }
        if (ours.length == 0) {
            return AgainstPaper.NOT_TESTABLE;
        }
        if (publishedTolerance.isEmpty()) {
            return AgainstPaper.NO_NUMBER;
        }
        if (!weak.isEmpty()) {
            return AgainstPaper.WEAK;
        }
        return publishedTolerance.get().admits(ours) ? AgainstPaper.AGREES : AgainstPaper.CONTRADICTS;
    }

    /**
     * The judgement against the re-run.
     *
     * @param ours empty if an input is missing
     */
    public AgainstRerun againstRerun(double[] ours) {
        if (rerunTolerance.isEmpty()) {
            return AgainstRerun.NONE;
        }
        if (ours.length == 0) {
            return AgainstRerun.NOT_TESTABLE;
        }
        if (!weak.isEmpty()) {
            return AgainstRerun.WEAK;
        }
        return rerunTolerance.get().admits(ours) ? AgainstRerun.AGREES : AgainstRerun.DIFFERS;
    }
}
