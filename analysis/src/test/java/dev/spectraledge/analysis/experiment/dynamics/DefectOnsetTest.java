package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefectOnsetTest {
    @Test
    void aDefectThatStaysHasNoOnset() {
        double[] flat = {30, 31, 29, 33, 30, 28};
        assertThat(DefectOnset.published(flat)).isEmpty();
        assertThat(DefectOnset.tenfold(flat)).isEmpty();
    }

    @Test
    void aPlantedRiseIsFound() {
        double[] risen = {0.3, 0.3, 0.4, 0.3, 50, 60};
        assertThat(DefectOnset.published(risen)).hasValue(4);
        assertThat(DefectOnset.tenfold(risen)).hasValue(4);
    }

    @Test
    void thePublishedRuleCannotSeeAnEarlierRise() {
        double[] early = {0.2, 100, 1200, 1100};
        assertThat(DefectOnset.published(early)).hasValue(DefectOnset.FIRST_ADMISSIBLE);
        assertThat(DefectOnset.tenfold(early)).hasValue(1);
    }
}
