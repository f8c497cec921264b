package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommutatorEventsTest {
    @Test
    void aCurveThatOnlyFallsHasAPublishedPeakWhereTheSearchBegins() {
        double[] falling =
                IntStream.range(0, 30).mapToDouble(i -> Math.pow(0.8, i)).toArray();
        int published = CommutatorEvents.largest(falling, CommutatorEvents.SKIPPED, falling.length);
        assertThat(published).isEqualTo(CommutatorEvents.SKIPPED);
        assertThat(CommutatorEvents.largest(falling, 0, falling.length)).isZero();
        assertThat(CommutatorEvents.collapse(falling, published)).isEqualTo(CommutatorEvents.SKIPPED + 4);
    }

    @Test
    void aPlantedPeakIsFoundByBothSearches() {
        double[] peaked = IntStream.range(0, 30)
                .mapToDouble(i -> Math.exp(-0.5 * (i - 9) * (i - 9)))
                .toArray();
        assertThat(CommutatorEvents.largest(peaked, CommutatorEvents.SKIPPED, peaked.length))
                .isEqualTo(9);
        assertThat(CommutatorEvents.largest(peaked, 0, peaked.length)).isEqualTo(9);
        assertThat(CommutatorEvents.smallest(peaked)).isEqualTo(29);
    }

    @Test
    void whatDoesNotHappenHasNoIndex() {
        assertThat(CommutatorEvents.largest(new double[] {1, 2}, CommutatorEvents.SKIPPED, 2))
                .isEqualTo(-1);
        assertThat(CommutatorEvents.collapse(new double[] {3, 2, 2}, 0)).isEqualTo(-1);
    }
}
