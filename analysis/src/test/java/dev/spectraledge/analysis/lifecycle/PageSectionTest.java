package dev.spectraledge.analysis.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageSectionTest {
    @Test
    void noExperimentIsShownTwice() {
        assertThat(PageSection.read().stream()
                        .flatMap(section -> section.experiments().stream())
                        .toList())
                .isNotEmpty()
                .doesNotHaveDuplicates();
    }

    @Test
    void sectionsSayWhatBothProceduresShow() {
        assertThat(PageSection.read()).allSatisfy(section -> {
            assertThat(section.title()).isNotBlank();
            assertThat(section.controlledText()).isNotBlank();
            assertThat(section.artefact() || !section.publishedText().isBlank()).isTrue();
        });
    }
}
