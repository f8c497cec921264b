package dev.spectraledge.analysis.phase;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PhaseWindowsTest {
    private static final double[] WINDOWS = {200, 300, 400, 500, 600, 700, 1000};

    @Test
    void windowsAreThoseNearestToThePhases() {
        assertThat(PhaseWindows.rows(WINDOWS, OptionalDouble.of(650)))
                .containsExactly(
                        java.util.Map.entry(Phase.PRE_GROK, 1),
                        java.util.Map.entry(Phase.AT_GROK, 4),
                        java.util.Map.entry(Phase.LATE, 6));
    }

    @Test
    void aRunThatDoesNotGrokHasALateWindowOnly() {
        assertThat(PhaseWindows.rows(WINDOWS, OptionalDouble.empty())).containsOnlyKeys(Phase.LATE);
        assertThat(PhaseWindows.rows(new double[0], OptionalDouble.of(600))).isEmpty();
    }
}
