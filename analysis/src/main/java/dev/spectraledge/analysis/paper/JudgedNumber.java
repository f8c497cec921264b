package dev.spectraledge.analysis.paper;

/**
 * A number of a paper beside ours, judged twice: against what the paper prints, and against what the author's code gives when
 * it is run again. Each judgement has a tolerance of its own, and neither knows of the other.
 */
record JudgedNumber(PublishedNumber number, Measured measured, AgainstPaper againstPaper, AgainstRerun againstRerun) {
    static JudgedNumber of(PublishedNumber number, Measured measured) {
        return new JudgedNumber(number, measured, againstPaper(number, measured), againstRerun(number, measured));
    }

    private static AgainstPaper againstPaper(PublishedNumber number, Measured measured) {
        if (number.published().isEmpty()) {
            return AgainstPaper.NO_NUMBER;
        }
        double[] ours = measured.of(number.publishedSeeds());
        if (!measured.missing().isEmpty() || ours.length == 0) {
            return AgainstPaper.NOT_TESTABLE;
        }
        if (number.publishedTolerance().isEmpty()) {
            return AgainstPaper.NO_NUMBER;
        }
        if (!number.weak().isEmpty()) {
            return AgainstPaper.WEAK;
        }
        return number.publishedTolerance().get().admits(ours) ? AgainstPaper.AGREES : AgainstPaper.CONTRADICTS;
    }

    private static AgainstRerun againstRerun(PublishedNumber number, Measured measured) {
        if (number.rerunTolerance().isEmpty()) {
            return AgainstRerun.NONE;
        }
        if (!measured.missing().isEmpty()) {
            return AgainstRerun.NOT_TESTABLE;
        }
        if (!number.weak().isEmpty()) {
            return AgainstRerun.WEAK;
        }
        return number.rerunTolerance().get().admits(measured.ours()) ? AgainstRerun.AGREES : AgainstRerun.DIFFERS;
    }

    /** Whether the number contradicts the paper, but rounding alone takes every seed of it into the tolerance. */
    boolean isWithinRounding() {
        return againstPaper == AgainstPaper.CONTRADICTS
                && measured.rounding().size() == measured.ours().length
                && measured.rounding().stream()
                        .allMatch(spread ->
                                spread.reaches(number.publishedTolerance().orElseThrow()));
    }
}
