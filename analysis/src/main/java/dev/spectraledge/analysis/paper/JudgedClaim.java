package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.statistic.Proportion;
import java.util.List;
import java.util.Optional;

/**
 * A claim with what was found.
 *
 * @param ours as published, by seed
 * @param findings of the controls, in order
 */
record JudgedClaim(Claim claim, double[] ours, List<ClaimControl.Finding> findings) {
    private static final int DIGITS = 3;

    static JudgedClaim of(Claim claim, Evidence evidence, List<JudgedNumber> numbers) {
        return new JudgedClaim(
                claim,
                claim.published().map(own -> own.values(evidence)).orElse(new double[0]),
                claim.controls().stream()
                        .map(control -> control.of(evidence, numbers))
                        .toList());
    }

    Outcome outcome() {
        return !claim.untestable().isEmpty() ? Outcome.NOT_TESTABLE : outcomeOfControls();
    }

    private Outcome outcomeOfControls() {
        return Claim.together(
                findings.stream().map(ClaimControl.Finding::outcome).toList());
    }

    String sentence() {
        return claim.untestable().isEmpty() ? claim.sentence(outcome()) : claim.untestable();
    }

    /** Whether ours agree with what the paper prints; empty where there is nothing to compare. */
    Optional<Boolean> agrees() {
        return claim.agrees(ours);
    }

    /** How it stands against the paper, in words; empty where the paper prints no number of it. */
    String verdict() {
        return claim.verdict(ours);
    }

    /** Ours as published, for people; of the runs in order. */
    String oursText() {
        if (!claim.untestable().isEmpty()) {
            return "–";
        }
        if (ours.length == 0) {
            return claim.published().isEmpty() ? "–" : "not measured";
        }
        if (claim.isCounted()) {
            Proportion share = Proportion.ofOnes(ours);
            return share.hits() + " of " + share.cases();
        }
        return NumberText.several(ours, DIGITS);
    }
}
