package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ThinningTest {
    private static final Thinning ALWAYS = new Thinning(0, 20, 20);

    private static List<Long> everyHundred(int count) {
        return LongStream.range(0, count).mapToObj(index -> 100 * index).toList();
    }

    /** 101 logs leave 64 updates, so 55 windows of ten, and ten of these hold the update across the 36 removed logs. */
    @Test
    void aLongRunWithoutAGrokStepHasOneUpdateAcrossAllThatIsRemoved() {
        List<Long> kept = ALWAYS.kept(everyHundred(101), OptionalLong.empty());
        assertThat(kept).hasSize(65).startsWith(0L, 100L).endsWith(9900L, 10000L);
        assertThat(kept.get(49)).isEqualTo(4900);
        assertThat(kept.get(50)).isEqualTo(8600);
    }

    @Test
    void theSurroundingsOfTheGrokStepAreKept() {
        List<Long> kept = ALWAYS.kept(everyHundred(200), OptionalLong.of(12_000));
        assertThat(kept).hasSize(50 + 41 + 15);
        assertThat(kept.get(50)).isEqualTo(10_000);
        assertThat(kept.get(90)).isEqualTo(14_000);
        assertThat(kept.get(91)).isEqualTo(18_500);
    }

    @Test
    void aGrokStepBetweenSnapshotsCountsAsTheNextOne() {
        assertThat(new Thinning(0, 0, 0).kept(everyHundred(200), OptionalLong.of(11_901)))
                .contains(12_000L)
                .doesNotContain(11_900L);
    }

    @Test
    void shortRunsAreSpared() {
        assertThat(new Thinning(100, 10, 9).kept(everyHundred(100), OptionalLong.empty()))
                .hasSize(100);
        assertThat(new Thinning(100, 10, 9).kept(everyHundred(101), OptionalLong.of(7000)))
                .hasSize(50 + 20 + 15);
    }
}
