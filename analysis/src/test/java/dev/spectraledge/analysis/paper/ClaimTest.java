package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.analysis.paper.sed.SedPaper;
import dev.spectraledge.analysis.paper.thesis.ThesisPaper;
import dev.spectraledge.analysis.statistic.Statistics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClaimTest {
    private static final Paper PAPER = LifecyclePaper.read();
    private static final Subject DYCK =
            new Subject("dyck", "dyck ω=1", "ω = 1", Map.of(), Optional.empty(), Course.USUAL);

    @TempDir
    private Path folder;

    @Test
    void everyClaimOfThePaperIsThereOnceAndInOrder() {
        assertThat(PAPER.claims())
                .extracting(Claim::id)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 13)
                        .mapToObj(number -> "L" + number)
                        .toList());
    }

    /** Abstract, statements and tests of the Thesis, and what its author found later; the headline is two claims. */
    @Test
    void everyClaimOfTheThesisIsThereOnceAndInOrder() {
        Paper thesis = ThesisPaper.read();
        assertThat(thesis.claims())
                .extracting(Claim::id)
                .containsExactlyElementsOf(Stream.of(
                                Stream.of("T-a", "T-b", "T-c", "T-d", "T-e", "T-f, 24/24", "T-f, 0/24"),
                                Stream.of("T-g", "T-h", "T-i"),
                                IntStream.rangeClosed(1, 18).mapToObj(number -> "S" + number),
                                IntStream.rangeClosed(1, 8).mapToObj(number -> "Test " + number),
                                Stream.of("N1", "N2", "Language models"))
                        .flatMap(ids -> ids)
                        .toList());
        List<String> titles = titles(thesis);
        assertThat(thesis.claims()).allSatisfy(claim -> {
            assertThat(claim.section().isEmpty() || titles.contains(claim.section()))
                    .isTrue();
            assertThat(claim.section().isEmpty())
                    .as("only what measures nothing has no place on the page")
                    .isEqualTo(claim.controls().isEmpty() && claim.vacuous().isEmpty());
            assertThat(claim.untestable().isEmpty() || claim.controls().isEmpty())
                    .isTrue();
            if (!claim.controls().isEmpty()) {
                assertThat(Stream.of(Outcome.SURVIVES, Outcome.DOES_NOT, Outcome.OPEN)
                                .map(claim::sentence))
                        .noneMatch(String::isBlank);
            }
        });
    }

    @Test
    void whatNobodyCanTestSaysWhyAndWhatCannotFailSaysSo() {
        Paper thesis = ThesisPaper.read();
        Evidence nothing = new Evidence(List.of());
        JudgedClaim untestable = JudgedClaim.of(claim(thesis, "T-h"), nothing, List.of());
        assertThat(untestable.outcome()).isEqualTo(Outcome.NOT_TESTABLE);
        assertThat(untestable.sentence()).contains("list of the 20 is not public");
        assertThat(JudgedClaim.of(claim(thesis, "S14"), nothing, List.of()).sentence())
                .isEqualTo("Not measured: nothing was found by phases-and-loss on the runs that it is about.");
        assertThat(JudgedClaim.of(claim(thesis, "Test 1"), nothing, List.of()).verdict())
                .startsWith("cannot fail as published: ");
        JudgedClaim unmeasured = JudgedClaim.of(claim(thesis, "S4"), nothing, List.of());
        assertThat(unmeasured.outcome()).isEqualTo(Outcome.NOT_MEASURED);
        assertThat(unmeasured.oursText()).isEqualTo("not measured");
        assertThat(unmeasured.verdict()).isEqualTo("the paper prints no number of it");
        Claim headline = claim(thesis, "T-f, 24/24");
        assertThat(headline.verdict(new double[] {1, 1, 1})).isEqualTo("the paper has 24 of 24: agrees");
        assertThat(headline.verdict(new double[] {1, 0, 1})).isEqualTo("the paper has 24 of 24: contradicts");
        assertThat(headline.verdict(new double[0])).isEmpty();
    }

    /** One of 24 is as many as the paper counts later, two are not; a single run without the event is not 24 of 24. */
    @Test
    void whatIsCountedIsJudgedByItsShare() {
        Claim none = claim(ThesisPaper.read(), "T-f, 0/24");
        double[] one = new double[24];
        one[7] = 1;
        double[] two = one.clone();
        two[11] = 1;
        assertThat(none.isCounted()).isTrue();
        assertThat(new JudgedClaim(none, one, List.of(), Map.of(), List.of()).oursText())
                .isEqualTo("1 of 24");
        Claim.Printed printed = none.printed().orElseThrow();
        assertThat(printed.agrees(Statistics.mean(one))).isTrue();
        assertThat(printed.agrees(Statistics.mean(two))).isFalse();
        assertThat(none.verdict(one)).startsWith("cannot fail as published");
    }

    private static Claim claim(Paper paper, String id) {
        return paper.claims().stream()
                .filter(claim -> claim.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> titles(Paper paper) {
        return Stream.concat(
                        PageSection.read(paper, paper.parts().getFirst()).stream()
                                .map(PageSection::title),
                        paper.computed().stream().map(ComputedSection::title))
                .toList();
    }

    @Test
    void everyClaimHasASectionAControlAndASentenceForEachOutcome() {
        List<String> titles = titles(PAPER);
        assertThat(PAPER.claims()).allSatisfy(claim -> {
            assertThat(titles).contains(claim.section());
            assertThat(claim.controls()).isNotEmpty();
            assertThat(Stream.of(Outcome.SURVIVES, Outcome.DOES_NOT, Outcome.OPEN)
                            .map(claim::sentence))
                    .noneMatch(String::isBlank);
        });
    }

    /** A control that measures the edge less its shrunken model, which is half of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-0.30 -0.32 -0.34 | below | SURVIVES",
                "0.30 0.32 0.34 | below | DOES_NOT",
                "-0.30 0.32 0.02 | below | OPEN",
                "0.30 0.32 0.34 | above | SURVIVES",
                "-0.2 | below | SURVIVES",
            })
    void theIntervalOverTheSeedsDecides(String values, String side, Outcome expected) {
        Claim claim = Claim.read("""
            {"claims": [{"id": "X1", "claim": "c", "section": "s",
              "published": {"label": "l", "subject": "dyck", "experiment": "ablation", "procedure": "published",
                "quantity": "accuracy-change", "item": "edge", "step": 500},
              "controls": [{"label": "less its control", "by": "difference", "survives": "SIDE", "than": 0,
                "because": "so it is",
                "observed": {"subject": "dyck", "experiment": "ablation", "procedure": "published",
                  "quantity": "accuracy-change", "item": "edge", "step": 500},
                "reference": {"subject": "dyck", "experiment": "ablation", "procedure": "controlled",
                  "quantity": "accuracy-change", "item": "shrink", "step": 500}}],
              "sentences": {"survives": "yes", "does not": "no", "open": "who knows"}}]}
            """.replace("SIDE", side)).getFirst();
        Evidence evidence = evidence(values.split(" ", -1));
        JudgedClaim judged = JudgedClaim.of(claim, evidence, List.of());
        assertThat(judged.outcome()).isEqualTo(expected);
        assertThat(judged.sentence())
                .isEqualTo(Map.of(Outcome.SURVIVES, "yes", Outcome.DOES_NOT, "no", Outcome.OPEN, "who knows")
                        .get(expected));
        assertThat(JudgedClaim.of(claim, new Evidence(List.of()), List.of()).outcome())
                .isEqualTo(Outcome.NOT_MEASURED);
    }

    @Test
    void aClaimThatFailsOneControlDoesNotSurvive() {
        assertThat(Claim.together(List.of(Outcome.SURVIVES, Outcome.DOES_NOT))).isEqualTo(Outcome.DOES_NOT);
        assertThat(Claim.together(List.of(Outcome.SURVIVES, Outcome.OPEN))).isEqualTo(Outcome.OPEN);
        assertThat(Claim.together(List.of(Outcome.SURVIVES, Outcome.NOT_MEASURED)))
                .as("a control that was not asked")
                .isEqualTo(Outcome.OPEN);
        assertThat(Claim.together(List.of(Outcome.SURVIVES, Outcome.SURVIVES))).isEqualTo(Outcome.SURVIVES);
        assertThat(Claim.together(List.of())).isEqualTo(Outcome.NOT_MEASURED);
    }

    @Test
    void aControlSaysHowFarTheMeanIsFromTheBorderInSpreadsBetweenRuns() {
        SubjectSelector edge = selector("accuracy-change", "edge", Procedure.PUBLISHED);
        ClaimControl control = new ClaimControl.Effect("edge", edge, Optional.empty(), false, true, 0.1, "so it is");
        // Mean 0.4, standard deviation 0.1.
        assertThat(control.of(evidence(new String[] {"0.3", "0.4", "0.5"}), List.of())
                        .effect())
                .contains("3 seeds; 3.0 standard deviations between runs above the border");
    }

    @Test
    void aControlByPValuesShowsThemCorrected() {
        SubjectSelector probability = selector("p-value", "a", Procedure.CONTROLLED);
        ClaimControl control = new ClaimControl.Probability("p", probability, 0.025, "so it is");
        Evidence evidence = new Evidence(Stream.of(0.01, 0.02, 0.04)
                .map(value -> new SubjectRun(
                        DYCK,
                        Math.round(value * 100),
                        "dyck",
                        SampleEvidence.SCALE,
                        Map.of("ablation", SampleFindings.writeProbabilities(folder.resolve(value + ".json"), value)),
                        Map.of()))
                .toList());
        ClaimControl.Finding finding = control.of(evidence, List.of());
        assertThat(finding.outcome()).isEqualTo(Outcome.SURVIVES);
        // −2Σ ln p = 23.47 of χ² with 6 degrees of freedom.
        assertThat(finding.effect())
                .isEqualTo("6.5·10⁻⁴ by Fisher’s method; survives up to 0.025: so it is;"
                        + " by Holm’s method for 3 p-values: 0.030 · 0.040 · 0.040");
    }

    @ParameterizedTest
    @MethodSource("papers")
    void theLevelsOfThePapersTestsAddUpToFivePerCent(Paper paper) {
        double sum = paper.claims().stream()
                .flatMap(claim -> claim.controls().stream())
                .map(ClaimControl::bare)
                .mapToDouble(ClaimTest::level)
                .sum();
        assertThat(sum).isCloseTo(0.05, within(1e-12));
    }

    private static double level(ClaimControl control) {
        return switch (control) {
            case ClaimControl.Probability test -> test.level();
            case ClaimControl.SubjectOrder test -> test.level();
            default -> 0;
        };
    }

    static List<Paper> papers() {
        return List.of(PAPER, ThesisPaper.read(), SedPaper.read());
    }

    /** {@code claims.md}, and what the issue of the later papers adds. */
    @Test
    void theClaimsOfSpectralEdgeDynamicsSayOnHowManyRunsTheyAreTested() {
        Paper sed = SedPaper.read();
        assertThat(sed.claims())
                .extracting(Claim::id)
                .containsExactly(
                        "D1",
                        "D1, noise",
                        "D2",
                        "D2, loss",
                        "D3, source",
                        "D3, size",
                        "D4",
                        "D5",
                        "D6",
                        "D7",
                        "D8",
                        "Layers",
                        "T-g",
                        "L1, L3");
        List<String> titles = titles(sed);
        assertThat(sed.claims()).allSatisfy(claim -> {
            assertThat(claim.section().isEmpty() || titles.contains(claim.section()))
                    .isTrue();
            assertThat(claim.section().isEmpty()).isEqualTo(claim.controls().isEmpty());
            assertThat(claim.controls()).allMatch(ClaimControl.Planned.class::isInstance);
            assertThat(
                            claim.controls().isEmpty()
                                    ? Stream.of(Outcome.NOT_MEASURED)
                                    : Stream.of(Outcome.SURVIVES, Outcome.DOES_NOT, Outcome.OPEN))
                    .noneMatch(outcome -> claim.sentence(outcome).isBlank());
            assertThat(claim.controls())
                    .flatExtracting(ClaimControl::selectors)
                    .allSatisfy(selector -> assertThat(selector.subjects())
                            .allSatisfy(name -> assertThat(sed.subject(name)).isNotNull()));
        });
    }

    /** Written down for four runs, made on three: what would survive is open. */
    @Test
    void fewerRunsThanWereWrittenDownDecideNothing() {
        SubjectSelector edge = selector("accuracy-change", "edge", Procedure.PUBLISHED);
        ClaimControl control = new ClaimControl.Planned(
                new ClaimControl.Effect("edge", edge, Optional.empty(), false, true, 0.1, "so it is"), 4);
        ClaimControl.Finding three = control.of(evidence(new String[] {"0.3", "0.31", "0.32"}), List.of());
        assertThat(three.outcome()).isEqualTo(Outcome.OPEN);
        assertThat(three.effect()).endsWith("; undecided with 3 of the 4 runs that were planned");
        assertThat(control.of(evidence(new String[] {"0.3", "0.31", "0.32", "0.3"}), List.of())
                        .outcome())
                .isEqualTo(Outcome.SURVIVES);
        assertThat(control.of(evidence(new String[0]), List.of()).outcome()).isEqualTo(Outcome.NOT_MEASURED);
    }

    /** Five subjects in order are one order of 120, p = .0083; of three in order p is at least 1/6. */
    @ParameterizedTest
    @CsvSource({"1 2 3 4 5, SURVIVES", "2 2 2 2 2, DOES_NOT", "5 4 3 2 1, DOES_NOT", "1 2 3, OPEN", "1 2, NOT_MEASURED"
    })
    void whatGrowsFromSubjectToSubjectIsARareOrder(String values, Outcome expected) {
        List<String> subjects = List.of("a", "b", "c", "d", "e");
        String[] found = values.split(" ", -1);
        ClaimControl control = new ClaimControl.SubjectOrder(
                "order",
                new SubjectSelector(
                        subjects,
                        new Selector("ablation", Procedure.PUBLISHED, "accuracy-change", "edge", OptionalLong.empty())),
                0.01,
                "so it is");
        Evidence evidence = new Evidence(IntStream.range(0, found.length)
                .mapToObj(index -> run(subjects.get(index), 42, Double.parseDouble(found[index])))
                .toList());
        assertThat(control.of(evidence, List.of()).outcome()).isEqualTo(expected);
    }

    /** The runs' own cadence stands in the place of {stride}; the scale of what was measured is said. */
    @Test
    void aClaimSaysAtWhichScaleItWasTested() {
        Claim claim = Claim.read("""
            {"claims": [{"id": "X1", "claim": "c", "section": "s", "needs the published scale": "1.747",
              "published": {"label": "l", "subject": "a", "experiment": "ablation", "procedure": "published",
                "quantity": "accuracy-change", "item": "edge"}, "controls": []}]}
            """).getFirst();
        JudgedClaim judged = JudgedClaim.of(
                claim, new Evidence(List.of(run("a", 42, 0.5), run("a", 137, 0.7), run("b", 42, 0.1))), List.of());
        assertThat(judged.scaleText().replaceAll("\\p{Zs}", " ")).isEqualTo("120 000 parameters, 5000 steps (2 runs)");
        // Student's t with one degree of freedom is 12.71 at 97.5 %, times a standard error of 0.1.
        assertThat(judged.intervalText()).isEqualTo("mean 0.600 (−0.671 … 1.87)");
        assertThat(new Selector("x", Procedure.PUBLISHED, "q", "updates/stride={stride}/W=10", OptionalLong.empty())
                        .of(SampleEvidence.SCALE)
                        .item())
                .isEqualTo("updates/stride=100/W=10");
        assertThat(ClaimTable.markdown(List.of(judged)))
                .contains("needs the published scale: 1.747", "tested at " + judged.scaleText());
    }

    /** Wilson's interval of 3 of 3 begins at .44, that of 12 of 12 at .76. */
    @ParameterizedTest
    @CsvSource({"3, 3, OPEN", "12, 12, DOES_NOT", "12, 0, SURVIVES", "12, 6, OPEN"})
    void aShareOfFewRunsDecidesLittle(int runs, int hits, Outcome expected) {
        ClaimControl control = new ClaimControl.Share(
                "share", selector("accuracy-change", "edge", Procedure.PUBLISHED), false, 0.5, "so it is");
        String[] values = new String[runs];
        for (int run = 0; run < runs; run++) {
            values[run] = run < hits ? "1" : "0";
        }
        ClaimControl.Finding finding = control.of(evidence(values), List.of());
        assertThat(finding.outcome()).isEqualTo(expected);
        assertThat(finding.effect()).startsWith(hits + " of " + runs + " seeds (share ");
    }

    /** Two subjects, each with its own reference: 0.5 and 0.7 less 0.1 and 0.2. */
    @Test
    void runsOfSeveralSubjectsAreComparedEachWithItsOwnReference() {
        Claim claim = Claim.read("""
            {"claims": [{"id": "X1", "claim": "c", "section": "s", "controls": [
              {"label": "less its control", "by": "difference", "survives": "above", "than": 0.3, "because": "so it is",
                "observed": {"subjects": ["a", "b"], "experiment": "ablation", "procedure": "published",
                  "quantity": "accuracy-change", "item": "edge"},
                "reference": {"subjects": ["a-control", "b-control"], "experiment": "ablation",
                  "procedure": "published", "quantity": "accuracy-change", "item": "edge"}}]}]}
            """).getFirst();
        Evidence evidence = new Evidence(List.of(
                run("a", 42, 0.5),
                run("b", 42, 0.7),
                run("a-control", 42, 0.1),
                run("b-control", 42, 0.2),
                run("b", 137, 0.9)));
        assertThat(claim.controls().getFirst().of(evidence, List.of()).effect())
                .startsWith("0.45 (−0.19 … 1.1, 2 runs; ");
    }

    private SubjectRun run(String subject, long seed, double value) {
        return new SubjectRun(
                new Subject(subject, subject, subject, Map.of(), Optional.empty(), Course.USUAL),
                seed,
                subject,
                SampleEvidence.SCALE,
                Map.of("ablation", SampleFindings.write(folder.resolve(subject + seed + ".json"), 500, value)),
                Map.of());
    }

    @Test
    void highPValuesRefuteNothing() {
        ClaimControl control =
                new ClaimControl.Probability("p", selector("p-value", "a", Procedure.CONTROLLED), 0.025, "so it is");
        Evidence evidence = new Evidence(Stream.of(0.4, 0.9)
                .map(value -> new SubjectRun(
                        DYCK,
                        Math.round(value * 100),
                        "dyck",
                        SampleEvidence.SCALE,
                        Map.of("ablation", SampleFindings.writeProbabilities(folder.resolve(value + ".json"), value)),
                        Map.of()))
                .toList());
        assertThat(control.of(evidence, List.of()).outcome()).isEqualTo(Outcome.OPEN);
    }

    private static SubjectSelector selector(String quantity, String item, Procedure procedure) {
        return new SubjectSelector("dyck", new Selector("ablation", procedure, quantity, item, OptionalLong.of(500)));
    }

    private Evidence evidence(String[] values) {
        return new Evidence(IntStream.range(0, values.length)
                .mapToObj(seed -> new SubjectRun(
                        DYCK,
                        seed,
                        "dyck",
                        SampleEvidence.SCALE,
                        Map.of(
                                "ablation",
                                SampleFindings.write(
                                        folder.resolve(seed + ".json"), 500, Double.parseDouble(values[seed]))),
                        Map.of()))
                .toList());
    }
}
