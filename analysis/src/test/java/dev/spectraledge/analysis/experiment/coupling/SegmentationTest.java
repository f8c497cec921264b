package dev.spectraledge.analysis.experiment.coupling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.coupling.Segmentation.Cut;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SegmentationTest {
    /** From step 2,000 on, every 1,000. */
    private static final double[] STEPS = {2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000};

    private static final double[] HUMP = {1.0, 1.1, 1.35, 1.7, 1.8, 1.6, 1.2, 1.1, 1.0};

    @Test
    void aHumpIsCutAsEachRuleSays() {
        // 0.85 of 1.8 is 1.53.
        assertThat(Segmentation.PEAK.cut(STEPS, HUMP)).hasValue(new Cut(3, 5, 8));
        // Means of five around the peak are 1.51, 1.53 and 1.48: the first of these that falls is that after it.
        assertThat(Segmentation.DERIVATIVE.cut(STEPS, HUMP)).hasValue(new Cut(4, 4, 8));
        assertThat(Segmentation.THRESHOLD.cut(STEPS, HUMP)).hasValue(new Cut(2, 5, 8));
        assertThat(Segmentation.FIGURE.cut(STEPS, HUMP)).hasValue(new Cut(3, 5, 8));
        assertThat(new Cut(3, 5, 8).hasThreePhases()).isTrue();
        assertThat(new Cut(4, 4, 8).hasThreePhases()).isFalse();
        assertThat(new Cut(3, 5, 8).part(2, HUMP)).containsExactly(1.6, 1.2, 1.1, 1.0);
    }

    /** Means of three, 9/3, are 1.5, 2.3, 3.7, 3.7, 2.7, 2.3, 3.3, 3.3 and 3. */
    @Test
    void theTheoryScriptTakesTheFirstFallAndTheLastRise() {
        double[] values = {1, 2, 4, 5, 2, 1, 4, 5, 1};
        assertThat(Segmentation.THEORY.cut(STEPS, values)).hasValue(new Cut(3, 6, 8));
        double[] falling = {9, 8, 7, 6, 5, 4, 3, 2, 1};
        assertThat(Segmentation.THEORY.cut(STEPS, falling)).isEmpty();
    }

    @Test
    void whatNeverReachesALevelOrAStepIsNotCut() {
        assertThat(Segmentation.THRESHOLD.cut(
                        STEPS, Arrays.stream(HUMP).map(value -> value / 2).toArray()))
                .isEmpty();
        double[] early = Arrays.stream(STEPS).map(step -> step / 10).toArray();
        assertThat(Segmentation.FIGURE.cut(early, HUMP)).isEmpty();
    }
}
