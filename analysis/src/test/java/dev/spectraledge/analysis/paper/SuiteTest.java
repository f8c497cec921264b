package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Experiments;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.analysis.paper.sed.SedPaper;
import dev.spectraledge.analysis.paper.thesis.ThesisPaper;
import dev.spectraledge.analysis.protocol.Parameter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SuiteTest {
    private static final Paper THESIS = ThesisPaper.read();

    @Test
    void whatASuiteNamesIsThere() {
        Suite suite = THESIS.suite();
        List<String> known = Stream.concat(
                        Experiments.all().stream().map(Experiment::name),
                        Experiments.joint().stream().map(JointExperiment::name))
                .toList();
        assertThat(suite.experiments()).isNotEmpty().doesNotHaveDuplicates().isSubsetOf(known);
        assertThat(suite.costly()).isNotEmpty().isSubsetOf(suite.experiments());
        assertThat(suite.costlyOn())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(THESIS.subject(name)).isNotNull());
        Paper sed = SedPaper.read();
        assertThat(sed.suite().experiments()).doesNotHaveDuplicates().isSubsetOf(known);
        assertThat(sed.suite().onlyOn().keySet())
                .isNotEmpty()
                .isSubsetOf(sed.suite().experiments());
        assertThat(sed.suite().onlyOn().values().stream().flatMap(List::stream))
                .allSatisfy(name -> assertThat(sed.subject(name)).isNotNull());
    }

    /** A number that names another subject would stay empty. */
    @Test
    void anExperimentIsMadeOnWhateverThePageAsksIt() {
        Paper sed = SedPaper.read();
        Stream<SubjectSelector> ofClaims = sed.claims().stream()
                .flatMap(claim -> Stream.concat(
                        claim.published().stream(),
                        claim.controls().stream().flatMap(control -> control.selectors().stream())));
        assertThat(ofClaims)
                .isNotEmpty()
                .allSatisfy(named -> assertThat(named.subjects())
                        .allSatisfy(subject -> assertThat(
                                        sed.suite().asks(named.selector().experiment(), sed.subject(subject), false))
                                .isTrue()));
        assertThat(sed.numbers())
                .allSatisfy(number -> assertThat(sed.suite()
                                .asks(
                                        number.selector().experiment(),
                                        sed.subject(number.quotation().subject()),
                                        false))
                        .isTrue());
        assertThat(sed.suite().asks("noise-edge", sed.subject("shift"), true)).isFalse();
    }

    /** Whatever a claim, a number or a section of the page needs is made if nothing else is said. */
    @Test
    void aSuiteHasWhatThePageIsMadeOf() {
        Stream.of(THESIS, SedPaper.read()).forEach(SuiteTest::requireWhatThePageIsMadeOf);
    }

    private static void requireWhatThePageIsMadeOf(Paper paper) {
        List<String> made = paper.suite().experiments();
        Stream<String> ofClaims = paper.claims().stream()
                .flatMap(claim -> Stream.concat(
                        claim.published().stream(),
                        claim.controls().stream().flatMap(control -> control.selectors().stream())))
                .map(named -> named.selector().experiment());
        Stream<String> ofNumbers =
                paper.numbers().stream().map(number -> number.selector().experiment());
        Stream<String> ofSections = PageSection.read(paper, paper.parts().getFirst()).stream()
                .flatMap(section -> section.experiments().stream());
        assertThat(Stream.of(ofClaims, ofNumbers, ofSections).flatMap(names -> names))
                .isNotEmpty()
                .allMatch(made::contains);
    }

    @Test
    void costlyExperimentsAreMadeOnTheFirstRunOfFewSubjects() {
        String costly = "krylov";
        String cheap = "davis-kahan";
        Suite suite = THESIS.suite();
        assertThat(suite.asks(costly, THESIS.subject("add"), true)).isTrue();
        assertThat(suite.asks(costly, THESIS.subject("add"), false)).isFalse();
        assertThat(suite.asks(costly, THESIS.subject("sub"), true)).isFalse();
        assertThat(suite.asks(cheap, THESIS.subject("sub"), false)).isTrue();
    }

    /** The smallest scale ends before the step at which interventions begin otherwise. */
    @Test
    void aScaleCanChooseWhereTrainingsGoOn() {
        List<Experiment> wanted = List.of(Experiments.named("interventions"), Experiments.named("krylov"));
        assertThat(THESIS.suite().at("smoke", wanted))
                .extracting(Experiment::name, Experiment::settings)
                .containsExactly(
                        tuple("interventions", Map.of("from", 100L, "until", 200L)), tuple("krylov", Map.of()));
        assertThat(THESIS.suite().at("full", wanted)).isEqualTo(wanted);
        List<Experiment> others = List.of(Experiments.named("krylov"));
        assertThat(THESIS.suite().at("smoke", others)).isEqualTo(others);
    }

    @Test
    void aScaleCanHaveExperimentsMeasureLess() {
        assertThat(THESIS.scales())
                .extracting(scale -> THESIS.suite()
                        .protocols(scale)
                        .of("modular", "edge-training")
                        .number(Parameter.TRAININGS))
                .containsExactly(1L, 3L, 3L);
    }

    @Test
    void withoutASuiteEverythingIsMade() {
        Suite whole = LifecyclePaper.read().suite();
        assertThat(whole.has("krylov")).isTrue();
        assertThat(whole.asks("krylov", THESIS.subject("sub"), false)).isTrue();
    }
}
