package dev.spectraledge.analysis.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageSectionTest {
    @Test
    void noExperimentIsShownTwice() {
        assertThat(PageSection.read(LifecycleTask.DYCK).stream()
                        .flatMap(section -> section.experiments().stream())
                        .toList())
                .isNotEmpty()
                .doesNotHaveDuplicates();
    }

    @Test
    void sectionsSayWhatBothProceduresShow() {
        assertThat(PageSection.read(LifecycleTask.DYCK)).allSatisfy(section -> {
            assertThat(section.title()).isNotBlank();
            assertThat(section.controlledText()).isNotBlank();
            assertThat(section.artefact() || !section.publishedText().isBlank()).isTrue();
        });
    }

    @Test
    void whatNamesNoTaskIsOfTheOneThatIsStudied() {
        assertThat(PageSection.read(LifecycleTask.SCAN).stream().flatMap(section -> section.published().stream()))
                .filteredOn(side -> side.experiment().equals("gradient-decay"))
                .isNotEmpty()
                .allSatisfy(side -> {
                    assertThat(side.task()).isEqualTo("scan");
                    assertThat(side.items()).noneMatch(item -> item.contains("{") || item.contains("stride=100"));
                });
    }
}
