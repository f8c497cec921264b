package dev.spectraledge.analysis.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.spectraledge.trainer.RunException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PhaseStepsTest {
    private static final TreeSet<Long> SNAPSHOTS =
            new TreeSet<>(List.of(0L, 100L, 200L, 300L, 400L, 700L, 1000L, 5000L));

    /** Steps that somebody names are no phases; there is nothing in the tables then. */
    @Test
    void ofGivenStepsThoseRemainThatThereAreSnapshotsOf() {
        PhaseSteps given = PhaseSteps.given(List.of(300L, 100L));
        assertThat(given.within(new TreeSet<>(List.of(0L, 300L))).given()).containsExactly(300L);
    }

    @Test
    void thePapersTablesAreOneSnapshotApart() {
        PhaseSteps steps = PhaseSteps.published("dyck");
        assertThat(steps.origin()).isEqualTo("published");
        for (Phase phase : Phase.values()) {
            assertThat(steps.of(PhaseTable.B).get(phase)
                            - steps.of(PhaseTable.A).get(phase))
                    .isEqualTo(100);
        }
        assertThat(steps.of(PhaseTable.NEAREST).values()).containsExactly(200L, 600L, 2000L, 5000L);
        assertThat(PhaseSteps.published("scan").of(PhaseTable.A).values()).containsExactly(500L, 2000L, 4500L, 9500L);
        assertThatThrownBy(() -> PhaseSteps.published("modular"))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("--phases detected");
    }

    @Test
    void phasesAreMultiplesOfTheGrokStep() {
        PhaseSteps steps = PhaseSteps.detected(OptionalLong.of(400), SNAPSHOTS);
        assertThat(steps.origin()).isEqualTo("detected");
        for (PhaseTable table : PhaseTable.values()) {
            assertThat(steps.of(table))
                    .isEqualTo(Map.of(
                            Phase.PRE_GROK, 200L, Phase.AT_GROK, 400L, Phase.POST_GROK, 1000L, Phase.LATE, 5000L));
        }
    }

    @Test
    void stepsThatSomebodyNamesAreNoPhases() {
        PhaseSteps steps = PhaseSteps.given(List.of(700L, 100L, 700L));
        for (PhaseTable table : PhaseTable.values()) {
            assertThat(steps.steps(table)).containsExactly(100L, 700L);
            assertThat(steps.of(table)).isEmpty();
            assertThat(steps.titled(table)).containsExactly(entry("step 100", 100L), entry("step 700", 700L));
        }
        assertThat(PhaseSteps.published("dyck").titled(PhaseTable.A)).containsEntry("at grok", 500L);
        assertThat(PhaseSteps.none().steps(PhaseTable.A)).isEmpty();
    }

    @Test
    void ofTwoSnapshotsEquallyNearTheEarlierIsTaken() {
        assertThat(PhaseSteps.nearest(SNAPSHOTS, 550)).isEqualTo(400);
        assertThat(PhaseSteps.nearest(SNAPSHOTS, 560)).isEqualTo(700);
    }
}
