package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.dynamics.GlitchingVerdict.Counted;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Six trainings in four arms, with spikes that rounding makes and with such that it does not. */
class GlitchingVerdictTest {
    private static List<Counted> counted(int rounded, int others, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Counted> runs = new ArrayList<>();
        for (int training = 0; training < 6; training++) {
            for (SpikeArm arm : SpikeArm.values()) {
                int mean = arm == SpikeArm.ROUNDED ? rounded : others;
                runs.add(new Counted(arm, "t" + training, mean == 0 ? 0 : mean + random.nextInt(-3, 4)));
            }
        }
        return runs;
    }

    @Test
    void spikesThatOnlyRoundingMakesAreItsOwn() {
        GlitchingVerdict verdict = new GlitchingVerdict(counted(12, 0, 1));
        assertThat(verdict.differences()).hasSize(3).allSatisfy((arm, difference) -> {
            assertThat(difference.pairs()).isEqualTo(6);
            // The only choice of signs whose sum is as great, of 64, for three comparisons.
            assertThat(difference.probability()).isEqualTo(3.0 / 64);
        });
        assertThat(verdict.sentence()).startsWith("glitching: ");
        assertThat(verdict.spikes(SpikeArm.DOUBLE).high()).isZero();
    }

    @Test
    void spikesThatComeWithoutRoundingAsWellAreNotItsOwn() {
        GlitchingVerdict verdict = new GlitchingVerdict(counted(12, 12, 2));
        assertThat(verdict.differences())
                .allSatisfy((arm, difference) ->
                        assertThat(difference.probability()).isGreaterThan(0.05));
        assertThat(verdict.sentence()).startsWith("not glitching: ");
    }

    @Test
    void underTheNullTheTestIsWrongAtMostAsOftenAsItsLevelSays() {
        int wrong = 0;
        int studies = 400;
        for (int study = 0; study < studies; study++) {
            List<Counted> runs = counted(12, 12, 1000 + study);
            wrong += new GlitchingVerdict(runs)
                            .differences().values().stream().anyMatch(difference -> difference.probability() < 0.05)
                    ? 1
                    : 0;
        }
        // At most 5 % of 400, and four standard deviations of the binomial distribution.
        assertThat(wrong).isLessThanOrEqualTo(20 + 18);
    }

    @Test
    void withoutSpikesThereIsNothingToExplain() {
        assertThat(new GlitchingVerdict(counted(0, 0, 3)).sentence()).startsWith("nothing to explain");
    }

    @Test
    void withoutPartnersNothingIsDecided() {
        assertThat(new GlitchingVerdict(List.of(new Counted(SpikeArm.ROUNDED, "t", 5))).sentence())
                .startsWith("undecided: no two runs");
    }

    @Test
    void withFewPairsNothingIsDecided() {
        List<Counted> runs = counted(12, 0, 4).stream()
                .filter(run -> run.training().equals("t0") || run.training().equals("t1"))
                .toList();
        assertThat(new GlitchingVerdict(runs).sentence()).startsWith("undecided: 0 of 3 arms");
    }
}
