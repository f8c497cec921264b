package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Experiments;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.experiment.MeasuredNames;
import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a paper's resources name is measured by an experiment that there is; a typo shows an empty place and is found here. */
class SelectorTest {
    private static final Paper PAPER = LifecyclePaper.read();
    private static final Map<MeasuredNames.Quantity, Set<String>> MEASURED = MeasuredNames.read();
    private static final List<String> EXPERIMENTS = Stream.concat(
                    Experiments.all().stream().map(Experiment::name),
                    Experiments.joint().stream().map(JointExperiment::name))
            .toList();

    @Test
    void everyNumberIsMeasuredAndSoIsItsControl() {
        assertThat(PAPER.numbers()).isNotEmpty().allSatisfy(number -> {
            assertMeasured(number.selector());
            number.control().ifPresent(SelectorTest::assertMeasured);
        });
    }

    @Test
    void everyClaimIsMeasuredAndSoAreItsControls() {
        Stream<SubjectSelector> controls = PAPER.claims().stream()
                .flatMap(claim -> claim.controls().stream())
                .filter(ClaimControl.Effect.class::isInstance)
                .map(ClaimControl.Effect.class::cast)
                .flatMap(effect -> Stream.concat(Stream.of(effect.observed()), effect.reference().stream()));
        assertThat(Stream.concat(PAPER.claims().stream().map(Claim::published), controls))
                .isNotEmpty()
                .allSatisfy(SelectorTest::assertMeasured);
    }

    /** Of the part that all experiments suit. */
    @Test
    void whatASectionShowsIsMeasured() {
        List<PageSection> sections =
                PageSection.read(PAPER, PAPER.parts(List.of("dyck")).getFirst());
        assertThat(sections.stream().flatMap(section -> section.numbers().stream()))
                .isNotEmpty()
                .allSatisfy(shown -> assertMeasured(shown.selector()));
        assertThat(sections.stream()
                        .flatMap(section -> Stream.concat(section.published().stream(), section.controlled().stream())))
                .isNotEmpty()
                .allSatisfy(side -> side.items().forEach(item -> assertMeasured(side.selector(item))));
    }

    @Test
    void aTypoIsFound() {
        Selector right = PAPER.numbers().getFirst().selector();
        assertThat(isMeasured(right)).isTrue();
        assertThat(isMeasured(new Selector(
                        right.experiment(), right.procedure(), right.quantity() + "s", right.item(), right.step())))
                .isFalse();
        assertThat(isMeasured(new Selector(
                        right.experiment(), right.procedure(), right.quantity(), "al", OptionalLong.empty())))
                .isFalse();
    }

    private static void assertMeasured(SubjectSelector named) {
        assertThat(PAPER.subject(named.subject())).isNotNull();
        assertMeasured(named.selector());
    }

    private static void assertMeasured(Selector selector) {
        assertThat(EXPERIMENTS).contains(selector.experiment());
        assertThat(isMeasured(selector)).as(selector.toString()).isTrue();
    }

    private static boolean isMeasured(Selector selector) {
        return MEASURED.getOrDefault(
                        new MeasuredNames.Quantity(selector.experiment(), selector.procedure(), selector.quantity()),
                        Set.of())
                .contains(selector.item());
    }
}
