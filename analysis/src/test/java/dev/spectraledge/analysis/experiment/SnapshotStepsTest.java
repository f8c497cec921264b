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
}
