package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Experiments;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.experiment.MeasuredNames;
import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.analysis.paper.sed.SedPaper;
import dev.spectraledge.analysis.paper.thesis.ThesisPaper;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a paper's resources name is measured by an experiment that there is; a typo shows an empty place and is found here. */
class SelectorTest {
    private static final List<Paper> PAPERS = List.of(LifecyclePaper.read(), ThesisPaper.read(), SedPaper.read());
    private static final Map<MeasuredNames.Quantity, Set<String>> MEASURED = MeasuredNames.read();
    private static final Map<MeasuredNames.Quantity, Set<String>> MEASURED_OF_LANGUAGE = MeasuredNames.readOfLanguage();
    /** Of the run that these are of. */
    private static final RunScale LANGUAGE = new RunScale(1, 400, 10);

    private static final List<String> EXPERIMENTS = Stream.concat(
                    Experiments.all().stream().map(Experiment::name),
                    Experiments.joint().stream().map(JointExperiment::name))
            .toList();

    static List<Paper> papers() {
        return PAPERS;
    }

    @ParameterizedTest
    @MethodSource("papers")
    void everyNumberIsMeasuredAndSoIsItsControl(Paper paper) {
        assertThat(paper.numbers()).isNotEmpty().allSatisfy(number -> {
            assertMeasured(number.selector());
            number.control().ifPresent(SelectorTest::assertMeasured);
        });
    }

    @ParameterizedTest
    @MethodSource("papers")
    void everyClaimIsMeasuredAndSoAreItsControls(Paper paper) {
        Stream<SubjectSelector> controls = paper.claims().stream()
                .flatMap(claim -> claim.controls().stream())
                .flatMap(control -> control.selectors().stream());
        assertThat(Stream.concat(paper.claims().stream().flatMap(claim -> claim.published().stream()), controls))
                .isNotEmpty()
                .allSatisfy(named -> assertMeasured(paper, named));
    }

    /** Of the part that all experiments suit. */
    @ParameterizedTest
    @MethodSource("papers")
    void whatASectionShowsIsMeasured(Paper paper) {
        List<PageSection> sections = PageSection.read(paper, paper.parts().getFirst());
        assertThat(sections.stream().flatMap(section -> section.numbers().stream()))
                .isNotEmpty()
                .allSatisfy(shown -> assertMeasured(paper, shown.selector()));
        assertThat(sections.stream()
                        .flatMap(section -> Stream.concat(section.published().stream(), section.controlled().stream())))
                .isNotEmpty()
                .allSatisfy(side -> side.items().forEach(item -> assertMeasured(side.selector(item))));
    }

    @Test
    void aTypoIsFound() {
        Selector right = PAPERS.getFirst().numbers().getFirst().selector();
        assertThat(isMeasured(right)).isTrue();
        assertThat(isMeasured(new Selector(
                        right.experiment(), right.procedure(), right.quantity() + "s", right.item(), right.step())))
                .isFalse();
        assertThat(isMeasured(new Selector(
                        right.experiment(), right.procedure(), right.quantity(), "al", OptionalLong.empty())))
                .isFalse();
    }

    private static void assertMeasured(Paper paper, SubjectSelector named) {
        named.subjects().forEach(subject -> assertThat(paper.subject(subject)).isNotNull());
        assertMeasured(named.selector());
    }

    private static void assertMeasured(Selector selector) {
        assertThat(EXPERIMENTS).contains(selector.experiment());
        assertThat(isMeasured(selector)).as(selector.toString()).isTrue();
    }

    private static boolean isMeasured(Selector selector) {
        return isIn(MEASURED, selector) || isIn(MEASURED_OF_LANGUAGE, selector.of(LANGUAGE));
    }

    private static boolean isIn(Map<MeasuredNames.Quantity, Set<String>> names, Selector selector) {
        return names.getOrDefault(
                        new MeasuredNames.Quantity(selector.experiment(), selector.procedure(), selector.quantity()),
                        Set.of())
                .contains(selector.item());
    }
}
