package dev.spectraledge.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    private static final double NEVER = Double.POSITIVE_INFINITY;
    /** ½(1 + cos πp) at p = ¼; at ¾ it is one minus this. */
    private static final double QUARTER = (2 + Math.sqrt(2)) / 4;

    private static final double EPSILON = 1e-15;

    private static Schedule schedule(double learningRate, double weightDecay, ScheduleSettings settings) {
        return new Schedule(new OptimizerSettings(learningRate, weightDecay, 0.9, 0.98, 1e-8, 0, NEVER, settings));
    }

    @Test
    void aConstantIsWhatItWasSaidToBeToTheLastBit() {
        Schedule schedule = schedule(1e-3, 0.3, ScheduleSettings.CONSTANT);
        for (long step = 0; step < 20; step++) {
            assertThat(schedule.learningRate(step)).isEqualTo(1e-3);
            assertThat(schedule.weightDecay(step)).isEqualTo(0.3);
            assertThat(schedule.decayRate(step)).isEqualTo(1e-3 * 0.3);
        }
    }

    @Test
    void theLearningRateRisesAndFallsToTheFloor() {
        Schedule schedule = schedule(2e-2, 0, new ScheduleSettings(4, 12, 0.1, 0, NEVER, 0));
        assertThat(schedule.learningRate(1)).isCloseTo(5e-3, within(EPSILON));
        assertThat(schedule.learningRate(3)).isCloseTo(1.5e-2, within(EPSILON));
        assertThat(schedule.learningRate(4)).isCloseTo(2e-2, within(EPSILON));
        assertThat(schedule.learningRate(6)).isCloseTo(2e-2 * QUARTER, within(EPSILON));
        assertThat(schedule.learningRate(8)).isCloseTo(1e-2, within(EPSILON));
        assertThat(schedule.learningRate(10)).isCloseTo(2e-2 * (1 - QUARTER), within(EPSILON));
        for (long step = 11; step < 20; step++) {
            assertThat(schedule.learningRate(step)).isCloseTo(2e-3, within(EPSILON));
        }
    }

    /** Of preset paper of language models, from the published table of a run (Spectral Edge Dynamics), to its five digits. */
    @ParameterizedTest
    @CsvSource({"200, 1.3333e-4", "2000, 9.9149e-4", "5000, 6.3683e-4", "8600, 1.0e-4"})
    void thePublishedLearningRatesAreMet(long step, double rate) {
        Schedule schedule = schedule(1e-3, 0.5, new ScheduleSettings(1500, 10_000, 0.1, 0.5, NEVER, 0));
        assertThat(schedule.learningRate(step)).isCloseTo(rate, within(0.5e-8));
    }

    @Test
    void withoutAFloorTheCosineEndsAtZero() {
        Schedule schedule = schedule(-1, 0, new ScheduleSettings(0, 8, 0, 0, NEVER, 0));
        assertThat(schedule.learningRate(4)).isCloseTo(-0.5, within(EPSILON));
        assertThat(schedule.learningRate(8)).isZero();
        assertThat(schedule.learningRate(9)).isZero();
    }

    @Test
    void theWeightDecayChangesOnAStraightLine() {
        Schedule schedule = schedule(1, 0.1, new ScheduleSettings(0, NEVER, 0, 0.7, 2, 4));
        double[] expected = {0.1, 0.1, 0.25, 0.4, 0.55, 0.7, 0.7};
        for (int step = 1; step <= expected.length; step++) {
            assertThat(schedule.weightDecay(step)).isCloseTo(expected[step - 1], within(EPSILON));
        }
        assertThat(schedule.weightDecay(6)).isEqualTo(0.7);
    }

    @Test
    void afterAShiftTheLearningRateIsThatOfTheShift() {
        ScheduleSettings.Shift shift = new ScheduleSettings.Shift(5, 3e-5, false);
        ScheduleSettings settings = new ScheduleSettings(4, 12, 0.1, 0, NEVER, 0);
        Schedule plain = schedule(1e-3, 0.5, settings);
        OptimizerSettings shifted = new OptimizerSettings(1e-3, 0.5, 0.9, 0.98, 1e-8, 0, NEVER, settings.with(shift));
        Schedule schedule = new Schedule(shifted);
        // As of Muon's other parameters.
        Schedule other = new Schedule(shifted.withLearningRate(2e-3));
        for (long step = 1; step < 20; step++) {
            assertThat(schedule.learningRate(step)).isEqualTo(step <= 5 ? plain.learningRate(step) : 3e-5);
            assertThat(other.learningRate(step)).isCloseTo(2 * schedule.learningRate(step), within(EPSILON));
            assertThat(schedule.decayRate(step)).isEqualTo(schedule.learningRate(step) * 0.5);
            assertThat(new Schedule(shifted.withoutWeightDecay()).learningRate(step))
                    .isEqualTo(schedule.learningRate(step));
            assertThat(schedule.optimizerStep(step)).isEqualTo((double) step);
        }
    }

    @Test
    void afterAShiftAFreshOptimizerCountsAnew() {
        ScheduleSettings.Shift shift = new ScheduleSettings.Shift(5, Double.NaN, true);
        Schedule schedule = schedule(1e-3, 0.5, ScheduleSettings.CONSTANT.with(shift));
        assertThat(schedule.optimizerStep(5)).isEqualTo(5);
        assertThat(schedule.optimizerStep(6)).isEqualTo(1);
        assertThat(schedule.learningRate(6)).isEqualTo(1e-3);
    }

    @Test
    void withoutARampItChangesAtOnceAndOnceItIsKnownWhen() {
        Schedule schedule = schedule(1, 0.3, new ScheduleSettings(0, NEVER, 0, 0, NEVER, 0));
        assertThat(schedule.weightDecay(100)).isEqualTo(0.3);
        schedule.changeWeightDecayAfter(2);
        assertThat(schedule.weightDecay(2)).isEqualTo(0.3);
        assertThat(schedule.weightDecay(3)).isZero();
    }
}
