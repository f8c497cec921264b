package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.statistic.Interval;
import dev.spectraledge.analysis.statistic.Proportion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A claim with what was found.
 *
 * @param ours as published, by seed
 * @param findings of the controls, in order
 * @param scales of the runs that it was measured on, with how many there are of each
 * @param lacking experiments that it needs and that were made on none of its runs
 */
record JudgedClaim(
        Claim claim,
        double[] ours,
        List<ClaimControl.Finding> findings,
        Map<RunScale, Integer> scales,
        List<String> lacking) {
    private static final int DIGITS = 3;

    static JudgedClaim of(Claim claim, Evidence evidence, List<JudgedNumber> numbers) {
        return new JudgedClaim(
                claim,
                claim.published().map(own -> own.values(evidence)).orElse(new double[0]),
                claim.controls().stream()
                        .map(control -> control.of(evidence, numbers))
                        .toList(),
                scales(claim, evidence),
                lacking(claim, evidence));
    }

    private static List<SubjectSelector> selectors(Claim claim) {
        return Stream.concat(
                        claim.published().stream(),
                        claim.controls().stream().flatMap(each -> each.selectors().stream()))
                .toList();
    }

    private static List<String> lacking(Claim claim, Evidence evidence) {
        return selectors(claim).stream()
                .filter(needed -> needed.subjects().stream()
                        .flatMap(subject -> evidence.runs(subject).stream())
                        .allMatch(run ->
                                run.findings(needed.selector().experiment()).isEmpty()))
                .map(needed -> needed.selector().experiment())
                .distinct()
                .toList();
    }

    private static Map<RunScale, Integer> scales(Claim claim, Evidence evidence) {
        List<SubjectSelector> selectors = selectors(claim);
        Map<RunScale, Integer> scales = new LinkedHashMap<>();
        evidence.runs().stream()
                .filter(run -> selectors.stream().anyMatch(selector -> selector.isMeasuredOn(run)))
                .forEach(run -> scales.merge(run.scale(), 1, Integer::sum));
        return scales;
    }

    Outcome outcome() {
        return !claim.untestable().isEmpty() ? Outcome.NOT_TESTABLE : outcomeOfControls();
    }

    private Outcome outcomeOfControls() {
        return Claim.together(
                findings.stream().map(ClaimControl.Finding::outcome).toList());
    }

    /** At which scales it was tested, for people; empty where it was not. */
    String scaleText() {
        return scales.entrySet().stream()
                .map(entry -> entry.getKey().description() + " (" + entry.getValue()
                        + (entry.getValue() == 1 ? " run)" : " runs)"))
                .collect(Collectors.joining("; "));
    }

    /** The mean of ours and its 95 % interval over the seeds; empty where one number says all. */
    String intervalText() {
        Interval interval = Interval.of(ours);
        return interval.seeds() < 2 || claim.isCounted()
                ? ""
                : "mean " + NumberText.significant(interval.mean(), DIGITS) + " ("
                        + NumberText.significant(interval.low(), DIGITS) + " … "
                        + NumberText.significant(interval.high(), DIGITS) + ")";
    }

    String sentence() {
        if (!claim.untestable().isEmpty()) {
            return claim.untestable();
        }
        String sentence = claim.sentence(outcome());
        if (!sentence.isEmpty() || outcome() != Outcome.NOT_MEASURED) {
            return sentence;
        }
        return lacking.isEmpty()
                ? "Not measured: the runs are too short for it, or have not grokked."
                : "Not measured: nothing was found by " + String.join(", ", lacking) + " on the runs that it is about.";
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
