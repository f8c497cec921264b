package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GapTableTest {
    private static final long STRIDE = 100;

    /** Windows every 100 steps with these gaps, of energy 100, k* = 1 and R = 1, 2, 3, … */
    private static GapTable table(long grokStep, double... gaps) {
        List<GapWindow> windows = new ArrayList<>();
        for (int i = 0; i < gaps.length; i++) {
            windows.add(new GapWindow(STRIDE * (i + 1), 10, gaps[i], gaps[i] / 100, 1 + i % 3, i + 1));
        }
        return new GapTable(windows, STRIDE, grokStep == 0 ? OptionalLong.empty() : OptionalLong.of(grokStep));
    }

    @Test
    void theThreeDefinitionsOfEarlyDifferWhereTheLargestGapIsAtTheGrokStep() {
        GapTable table = table(300, 8, 6, 9, 3, 2);
        assertThat(table.decline(EarlyGap.UP_TO_GROK)).isEqualTo(1);
        assertThat(table.decline(EarlyGap.BEFORE_GROK)).isEqualTo(8.0 / 9);
        assertThat(table.decline(EarlyGap.FIRST)).isEqualTo(8.0 / 9);
    }

    @Test
    void declinesAreThoseOfTheEarlyGapToTheLastOneUpToTheGrokStep() {
        GapTable table = table(450, 7, 6, 9, 3, 2);
        assertThat(table.decline(EarlyGap.UP_TO_GROK)).isEqualTo(3);
        assertThat(table.decline(EarlyGap.BEFORE_GROK)).isEqualTo(3);
        assertThat(table.decline(EarlyGap.FIRST)).isEqualTo(7.0 / 3);
        assertThat(table.declineOfShare(EarlyGap.UP_TO_GROK)).isCloseTo(3, within(1e-12));
        assertThat(table.reachesGrok()).isTrue();
        assertThat(table.meanRatioUpToGrok()).isEqualTo(2.5);
        assertThat(table(400, 7, 6, 9, 3, 2).meanRatioBeforeGrok()).isEqualTo(2);
        assertThat(table.terminalEdge()).isEqualTo(2);
        assertThat(table.usualEdge()).isEqualTo(1);
    }

    /** 9/6 is not more than 1.5. */
    @Test
    void aRatioOfOneAndAHalfIsNoDecline() {
        assertThat(GapTable.isDecline(9.0 / 6)).isFalse();
        assertThat(table(400, 7, 6, 9, 3, 2).shareThatDeclines()).isEqualTo(0.25);
        assertThat(table(400, 7, 5, 9, 3, 2).shareThatDeclines()).isEqualTo(0.5);
    }

    @Test
    void aRunWithoutAGrokStepIsLookedAtToItsEnd() {
        GapTable table = table(0, 7, 6, 9, 3, 2);
        assertThat(table.groks()).isFalse();
        assertThat(table.decline(EarlyGap.UP_TO_GROK)).isEqualTo(4.5);
        assertThat(table.meanRatioUpToGrok()).isEqualTo(1.5);
        assertThat(table.meanRatioBeforeGrok()).isEqualTo(3);
    }

    @Test
    void nothingEndsBeforeAFirstWindowAtTheGrokStep() {
        GapTable table = table(100, 7, 6);
        assertThat(table.early(EarlyGap.BEFORE_GROK)).isEmpty();
        assertThat(table.decline(EarlyGap.BEFORE_GROK)).isNaN();
        assertThat(table.meanRatioBeforeGrok()).isNaN();
        assertThat(table(50, 7, 6).isEmpty()).isTrue();
    }

    /** Of twenty windows in any order, the one at the grok step has the smallest gap in one case of twenty. */
    @Test
    void windowsThatMayChangePlacesAreRarelySmallestAtTheGrokStep() {
        int trials = 2000;
        Random random = new Random(5);
        List<Double> gaps = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            gaps.add((double) i);
        }
        int small = 0;
        int declines = 0;
        for (int trial = 0; trial < trials; trial++) {
            Collections.shuffle(gaps, random);
            GapTable table =
                    table(2000, gaps.stream().mapToDouble(Double::doubleValue).toArray());
            small += table.shareAsSmall() <= 0.05 ? 1 : 0;
            declines += GapTable.isDecline(table.decline(EarlyGap.UP_TO_GROK)) ? 1 : 0;
            // 20/g > 1.5 for g up to 13.
            assertThat(table.shareThatDeclines()).isEqualTo(0.65);
        }
        assertThat(small / (double) trials).isCloseTo(0.05, within(4 * Math.sqrt(0.05 * 0.95 / trials)));
        // The published rule counts most of these runs, in which nothing happens, as declined.
        assertThat(declines / (double) trials).isCloseTo(0.65, within(4 * Math.sqrt(0.65 * 0.35 / trials)));
    }

    @Test
    void aGapThatFallsIsSmallestAtTheGrokStep() {
        double[] falling = new double[20];
        for (int i = 0; i < falling.length; i++) {
            falling[i] = 40 - i;
        }
        assertThat(table(2000, falling).shareAsSmall()).isEqualTo(0.05);
    }
}
