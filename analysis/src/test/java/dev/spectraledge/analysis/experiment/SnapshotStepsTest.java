package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SnapshotStepsTest {
    private static final TreeSet<Long> PRESENT = new TreeSet<>(List.of(0L, 100L, 200L, 300L, 500L, 600L, 700L));

    @Test
    void aWindowIsShorterOnlyWhereTheRunBegins() {
        assertThat(SnapshotSteps.window(PRESENT, 300, 100, 2)).containsExactly(100L, 200L, 300L);
        assertThat(SnapshotSteps.window(PRESENT, 300, 100, 5)).containsExactly(0L, 100L, 200L, 300L);
        assertThat(SnapshotSteps.window(PRESENT, 600, 200, 5)).isEmpty();
        assertThat(SnapshotSteps.window(PRESENT, 600, 300, 5)).containsExactly(0L, 300L, 600L);
        assertThat(SnapshotSteps.window(PRESENT, 600, 100, 2)).isEmpty();
        assertThat(SnapshotSteps.window(PRESENT, 100, 100, 5)).isEmpty();
        assertThat(SnapshotSteps.window(PRESENT, 400, 100, 5)).isEmpty();
    }

    @Test
    void endsAndNeighboursAreThoseWithWindows() {
        assertThat(SnapshotSteps.ends(PRESENT, 100, 2)).containsExactly(200L, 300L, 700L);
        assertThat(SnapshotSteps.ends(PRESENT, 300, 2)).containsExactly(600L);
        assertThat(SnapshotSteps.neighbours(PRESENT, 300, 100, 2)).containsExactly(200L, 300L);
    }

    @Test
    void windowsApartShareNoUpdateAndAreWhole() {
        TreeSet<Long> present = new TreeSet<>(List.of(0L, 100L, 200L, 300L, 400L, 500L, 700L, 800L, 900L));
        assertThat(SnapshotSteps.apart(present, 100, 2))
                .containsExactly(List.of(0L, 100L, 200L), List.of(200L, 300L, 400L), List.of(700L, 800L, 900L));
        assertThat(SnapshotSteps.apart(present, 100, 6)).isEmpty();
    }

    @Test
    void evenOnesHaveTheUsualDistanceAndNoneIsMissing() {
        assertThat(SnapshotSteps.even(new TreeSet<>(List.of(0L, 100L, 200L, 300L))))
                .containsExactly(0L, 100L, 200L, 300L);
        // The last one was kept because the run ended there.
        assertThat(SnapshotSteps.even(new TreeSet<>(List.of(0L, 200L, 400L, 500L))))
                .containsExactly(0L, 200L, 400L);
        assertThat(SnapshotSteps.even(PRESENT)).isEmpty();
        assertThat(SnapshotSteps.even(new TreeSet<>(List.of(7L)))).isEmpty();
    }

    @Test
    void thinnedOnesBeginWithTheFirstAndStayEven() {
        List<Long> steps = List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(SnapshotSteps.thinned(steps, 7)).isEqualTo(steps);
        assertThat(SnapshotSteps.thinned(steps, 4)).containsExactly(0L, 2L, 4L, 6L);
        assertThat(SnapshotSteps.thinned(steps, 3)).containsExactly(0L, 3L, 6L);
        assertThat(SnapshotSteps.thinned(List.of(), 3)).isEmpty();
    }
}
