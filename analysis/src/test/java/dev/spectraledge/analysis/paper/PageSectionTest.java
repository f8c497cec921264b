package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageSectionTest {
    private static final Paper PAPER = LifecyclePaper.read();

    private static List<PageSection> sections(String part) {
        return PageSection.read(PAPER, PAPER.parts(List.of(part)).getFirst());
    }

    @Test
    void noExperimentIsShownTwice() {
        assertThat(sections("dyck").stream()
                        .flatMap(section -> section.experiments().stream())
                        .toList())
                .isNotEmpty()
                .doesNotHaveDuplicates();
    }

    @Test
    void sectionsSayWhatBothProceduresShow() {
        assertThat(sections("dyck")).allSatisfy(section -> {
            assertThat(section.title()).isNotBlank();
            assertThat(section.controlledText()).isNotBlank();
            assertThat(section.artefact() || !section.publishedText().isBlank()).isTrue();
        });
    }

    @Test
    void whatNamesNoTaskIsOfTheOneThatIsStudied() {
        assertThat(sections("scan").stream().flatMap(section -> section.published().stream()))
                .filteredOn(side -> side.experiment().equals("gradient-decay"))
                .isNotEmpty()
                .allSatisfy(side -> {
                    assertThat(side.subjects()).isNotEmpty().allMatch(name -> name.startsWith("scan"));
                    assertThat(side.items()).noneMatch(item -> item.contains("{") || item.contains("stride=100"));
                });
    }
}
