package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.published.AgainstPaper;
import dev.spectraledge.analysis.published.AgainstRerun;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How many numbers came to which judgement. */
record Score(Map<AgainstPaper, Integer> againstPaper, Map<AgainstRerun, Integer> againstRerun) {
    static Score of(List<JudgedNumber> numbers) {
        Map<AgainstPaper, Integer> paper = new EnumMap<>(AgainstPaper.class);
        Map<AgainstRerun, Integer> rerun = new EnumMap<>(AgainstRerun.class);
        for (JudgedNumber judged : numbers) {
            paper.merge(judged.againstPaper(), 1, Integer::sum);
            rerun.merge(judged.againstRerun(), 1, Integer::sum);
        }
        return new Score(paper, rerun);
    }

    int count(AgainstPaper judgement) {
        return againstPaper.getOrDefault(judgement, 0);
    }

    int count(AgainstRerun judgement) {
        return againstRerun.getOrDefault(judgement, 0);
    }

    /** The headline: numbers that the paper prints, and nothing else. */
    String paperSentence() {
        int tested = count(AgainstPaper.AGREES) + count(AgainstPaper.CONTRADICTS);
        return "Of " + tested + " numbers that the paper prints and that could be tested " + count(AgainstPaper.AGREES)
                + " agree with ours and " + count(AgainstPaper.CONTRADICTS) + " do not; "
                + count(AgainstPaper.NOT_TESTABLE) + " could not be tested"
                + weak(count(AgainstPaper.WEAK)) + ".";
    }

    /** Empty if the author's code was not run again. */
    String rerunSentence() {
        int tested = count(AgainstRerun.AGREES) + count(AgainstRerun.DIFFERS);
        if (tested == 0) {
            return "";
        }
        return "Of " + tested + " numbers that the author's code gives when it is run again "
                + count(AgainstRerun.AGREES) + " agree with ours and " + count(AgainstRerun.DIFFERS) + " differ"
                + weak(count(AgainstRerun.WEAK)) + ".";
    }

    private static String weak(int count) {
        return count == 0 ? "" : "; " + count + " more have bounds too wide to fail and are not counted";
    }
}
