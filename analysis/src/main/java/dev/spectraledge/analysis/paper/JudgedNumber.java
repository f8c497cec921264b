package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.published.AgainstPaper;
import dev.spectraledge.analysis.published.AgainstRerun;
import dev.spectraledge.analysis.published.Quotation;

/**
 * A number of a paper beside ours, judged twice: against what the paper prints, and against what the author's code gives when
 * it is run again. Each judgement has a tolerance of its own, and neither knows of the other.
 */
record JudgedNumber(PublishedNumber number, Measured measured, AgainstPaper againstPaper, AgainstRerun againstRerun) {
    private static final double[] NOTHING = {};

    static JudgedNumber of(PublishedNumber number, Measured measured) {
        Quotation quotation = number.quotation();
        boolean isMeasured = measured.missing().isEmpty();
        return new JudgedNumber(
                number,
                measured,
                quotation.againstPaper(isMeasured ? measured.of(quotation.publishedSeeds()) : NOTHING),
                quotation.againstRerun(isMeasured ? measured.ours() : NOTHING));
    }

    /** Whether the number contradicts the paper, but rounding alone takes every seed of it into the tolerance. */
    boolean isWithinRounding() {
        return againstPaper == AgainstPaper.CONTRADICTS
                && measured.rounding().size() == measured.ours().length
                && measured.rounding().stream()
                        .allMatch(spread -> spread.reaches(
                                number.quotation().publishedTolerance().orElseThrow()));
    }
}
