package dev.spectraledge.analysis.published;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A published number that stands in the tables of a run.
 *
 * @param quotation what was published
 * @param phase {@code run} for the whole run, or {@code pre-grok}, {@code at-grok}, {@code late} for a window of it
 * @param column of {@code spectrum.csv} for a window; for the whole run also such a column after {@code mean} or {@code mode}
 *     of all windows, or a name of the run's summary
 * @param step the window's last step in the published protocol; empty for the whole run
 */
public record RunNumber(Quotation quotation, String phase, String column, OptionalLong step) {
    /** Phase of what is said of the whole run. */
    public static final String WHOLE_RUN = "run";

    private static final String RUN_COLUMN = "run column";
    static final List<String> COLUMNS = Stream.concat(Quotation.COLUMNS.stream(), Stream.of("step", RUN_COLUMN))
            .toList();
    private static final double[] NOTHING = {};

    /** Whether run reports show what a line is about. */
    static boolean isReported(CsvRow row) {
        return !row.text(RUN_COLUMN).isEmpty();
    }

    /** From a line whose {@code run column} is a phase, a space and a column. */
    static RunNumber parse(CsvRow row) {
        String cell = row.text(RUN_COLUMN);
        int end = cell.indexOf(' ');
        if (end < 0) {
            throw row.wrong(RUN_COLUMN, "'" + cell + "' is no phase with a column");
        }
        return new RunNumber(Quotation.parse(row), cell.substring(0, end), cell.substring(end + 1), row.whole("step"));
    }

    /** Whether this is a number of a window of updates. */
    public boolean isOfWindow() {
        return !phase.equals(WHOLE_RUN);
    }

    /**
     * The judgement against the paper, if that speaks of this seed: it names it, or a robust number is that of all seeds that
     * were looked at.
     *
     * @param seed of the run; empty if it is not known
     */
    public AgainstPaper againstPaper(OptionalLong seed, double ours) {
        boolean speaks = isOneOf(quotation.publishedSeeds(), seed)
                || (quotation.isOfEverySeed() && quotation.publishedSeeds().containsAll(quotation.seeds()));
        return quotation.againstPaper(testable(speaks, ours));
    }

    /** The judgement against the re-run, if that speaks of this seed: it had it, or the number is robust. */
    public AgainstRerun againstRerun(OptionalLong seed, double ours) {
        return quotation.againstRerun(testable(isOneOf(quotation.seeds(), seed) || quotation.isOfEverySeed(), ours));
    }

    private static boolean isOneOf(List<Long> seeds, OptionalLong seed) {
        return seed.isPresent() && seeds.contains(seed.getAsLong());
    }

    private static double[] testable(boolean speaks, double ours) {
        return speaks && Double.isFinite(ours) ? new double[] {ours} : NOTHING;
    }
}
