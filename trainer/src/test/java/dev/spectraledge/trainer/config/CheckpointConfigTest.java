package dev.spectraledge.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CheckpointConfigTest {
    @Test
    void logarithmicStepsAreAboutTenPerDecade() {
        CheckpointConfig config = new CheckpointConfig(
                CheckpointSchedule.LOG, null, List.of(), 500, false, null, CheckpointStorage.FLOAT32);
        assertThat(due(config, 200))
                .containsExactly(
                        0L, 1L, 2L, 3L, 4L, 5L, 6L, 8L, 10L, 13L, 16L, 20L, 25L, 32L, 40L, 50L, 63L, 79L, 100L, 126L,
                        158L, 200L);
    }

    @Test
    void everyAndListAndNone() {
        assertThat(due(
                        new CheckpointConfig(
                                CheckpointSchedule.EVERY, 5, List.of(), 500, false, null, CheckpointStorage.FLOAT32),
                        12))
                .containsExactly(0L, 5L, 10L);
        assertThat(due(
                        new CheckpointConfig(
                                CheckpointSchedule.LIST,
                                null,
                                List.of(9L, 2L, 9L),
                                500,
                                false,
                                null,
                                CheckpointStorage.FLOAT32),
                        12))
                .containsExactly(2L, 9L);
        assertThat(due(
                        new CheckpointConfig(
                                CheckpointSchedule.NONE, null, List.of(), 500, false, null, CheckpointStorage.FLOAT32),
                        12))
                .isEmpty();
    }

    @Test
    void theOptimisersStateMayBeKeptMoreRarelyThanWeights() {
        CheckpointConfig all = new CheckpointConfig(
                CheckpointSchedule.EVERY, 100, List.of(), 500, true, null, CheckpointStorage.FLOAT32);
        CheckpointConfig few = new CheckpointConfig(
                CheckpointSchedule.EVERY, 100, List.of(), 500, true, 500, CheckpointStorage.FLOAT32);
        assertThat(all.isOptimizerStateDue(100)).isTrue();
        assertThat(few.isOptimizerStateDue(100)).isFalse();
        assertThat(few.isOptimizerStateDue(1000)).isTrue();
        assertThatThrownBy(() -> new CheckpointConfig(
                        CheckpointSchedule.EVERY, 100, List.of(), 500, false, 500, CheckpointStorage.FLOAT32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs optimizerState=true");
    }

    private static List<Long> due(CheckpointConfig config, long last) {
        return LongStream.rangeClosed(0, last).filter(config::isDue).boxed().toList();
    }
}
