package dev.spectraledge.analysis.experiment.coupling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChangeDetectorTest {
    private static final int BEFORE = 40;
    private static final int AFTER = 30;

    private static double[] noise(Random random, int size, double mean) {
        double[] values = new double[size];
        Arrays.setAll(values, index -> mean + random.nextGaussian());
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void aJumpIsPlacedWhereItIsAndRaisesAnAlarmAtOnce(ChangeDetector detector) {
        Random random = new Random(41);
        double[] before = noise(random, BEFORE, 0);
        double[] after = noise(random, AFTER, 20);
        double[] whole = Arrays.copyOf(before, BEFORE + AFTER);
        System.arraycopy(after, 0, whole, BEFORE, AFTER);
        assertThat(detector.place(whole)).isEqualTo(BEFORE);
        // The t-test waits for five values.
        assertThat(detector.alarm(before, after))
                .hasValue(detector == ChangeDetector.T_TEST ? ChangeDetector.FEWEST - 1 : 0);
    }

    @ParameterizedTest
    @EnumSource
    void aFallIsSeenAsARiseIs(ChangeDetector detector) {
        Random random = new Random(42);
        assertThat(detector.alarm(noise(random, BEFORE, 0), noise(random, AFTER, -20)))
                .isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void noiseIsPlacedSomewhereAndSeldomRaisesAnAlarm(ChangeDetector detector) {
        Random random = new Random(43);
        int alarms = 0;
        for (int draw = 0; draw < 100; draw++) {
            double[] before = noise(random, BEFORE, 0);
            assertThat(detector.place(before)).isBetween(1, BEFORE - 1);
            alarms += detector.alarm(before, noise(random, 10, 0)).isPresent() ? 1 : 0;
        }
        // Five deviations of a cumulative sum come once in 930 values where the mean is known (Page 1954), more often
        // where 40
        // values estimate it; the test at 0.1 % is made of six groups.
        assertThat(alarms).isLessThan(15);
    }
}
