package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.sweep.SweepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a reproduction, judged.
 *
 * @param parts those of the paper that it is about
 * @param evidence what was found on the runs; empty if only a table of numbers is left of them
 * @param numbers of the parts
 * @param claims all of the paper's, or those that a table alone can judge
 * @param plan of the runs; empty if only a table is left
 * @param caveat what a reader has to know before all else; empty for nothing
 * @param command that does it again
 * @param isReplicated whether each run was repeated with other rounding
 */
record Reproduction(
        Paper paper,
        List<Part> parts,
        Evidence evidence,
        List<JudgedNumber> numbers,
        List<JudgedClaim> claims,
        Optional<SweepPlan> plan,
        String caveat,
        String command,
        boolean isReplicated) {

    /**
     * From runs.
     *
     * @param replicas runs that differ from those of the plan by rounding alone; empty if there are none
     */
    static Reproduction of(Paper paper, SweepPlan plan, Optional<SweepPlan> replicas, Extent extent) {
        Evidence evidence = Evidence.read(paper, plan);
        Evidence rounded = replicas.map(runs -> Evidence.read(paper, runs)).orElse(new Evidence(List.of()));
        List<Subject> planned = plan.runs().stream()
                .map(run -> paper.subjectOf(run.config()).orElseThrow())
                .toList();
        List<Part> parts = paper.parts().stream()
                .filter(part -> part.subjects().stream().anyMatch(planned::contains))
                .toList();
        List<JudgedNumber> numbers = paper.numbers().stream()
                .filter(number -> isOf(number, parts))
                .map(number -> JudgedNumber.of(number, Measured.of(number, evidence, rounded)))
                .toList();
        return new Reproduction(
                paper,
                parts,
                evidence,
                numbers,
                claims(paper, evidence, numbers),
                Optional.of(plan),
                paper.caveats().getOrDefault(extent.scale(), ""),
                "sedge reproduce " + paper.key() + " " + extent.arguments() + " --parts " + names(parts),
                extent.roundingReplicas() > 0);
    }

    /** From the table that an earlier reproduction left; what the table does not hold counts as not measured. */
    static Reproduction ofTable(Paper paper, String text, String source) {
        Map<PublishedNumber, Measured> measured = NumberTable.measured(text, source, paper.numbers());
        List<JudgedNumber> numbers = paper.numbers().stream()
                .filter(measured::containsKey)
                .map(number -> JudgedNumber.of(number, measured.get(number)))
                .toList();
        List<Part> parts = paper.parts().stream()
                .filter(part -> numbers.stream().anyMatch(judged -> isOf(judged.number(), List.of(part))))
                .toList();
        Evidence evidence = new Evidence(List.of());
        List<JudgedClaim> measuredClaims = claims(paper, evidence, numbers).stream()
                .filter(claim -> claim.outcome() != Outcome.NOT_MEASURED)
                .toList();
        boolean replicated = numbers.stream()
                .anyMatch(judged -> !judged.measured().rounding().isEmpty());
        return new Reproduction(
                paper,
                parts,
                evidence,
                numbers,
                measuredClaims,
                Optional.empty(),
                "",
                "sedge reproduce " + paper.key() + " --judge " + PaperReport.table(paper),
                replicated);
    }

    private static boolean isOf(PublishedNumber number, List<Part> parts) {
        return parts.stream()
                .flatMap(part -> part.subjects().stream())
                .anyMatch(subject -> subject.name().equals(number.quotation().subject()));
    }

    private static List<JudgedClaim> claims(Paper paper, Evidence evidence, List<JudgedNumber> numbers) {
        return paper.claims().stream()
                .map(claim -> JudgedClaim.of(claim, evidence, numbers))
                .toList();
    }

    private static String names(List<Part> parts) {
        return String.join(",", parts.stream().map(Part::name).toList());
    }

    /** The headline: a few sentences, all of them computed. */
    List<String> summary() {
        Score score = Score.of(numbers);
        List<String> lines = new ArrayList<>();
        if (plan.isPresent()) {
            lines.add(ClaimTable.summary(claims));
        }
        if (!caveat.isEmpty()) {
            lines.add(caveat);
        }
        lines.add(score.paperSentence());
        if (!score.rerunSentence().isEmpty()) {
            lines.add(score.rerunSentence());
        }
        if (plan.isEmpty()) {
            lines.add("This page was made again from the table alone. It lacks what only the runs contain: "
                    + "figures, the controls of most claims, and the seed of each value where not all seeds "
                    + "were measured.");
        }
        return lines;
    }
}
