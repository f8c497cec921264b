package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DrawCountsTest {
    /** Numbers that differ in their highest bits alone, and neighbours. */
    @Test
    void countsAsAMapDoes() {
        Random random = new Random(1);
        DrawCounts counts = new DrawCounts(300);
        for (int round = 0; round < 20; round++) {
            Map<Long, Integer> expected = new HashMap<>();
            for (int draw = 0; draw < 300; draw++) {
                long example = random.nextBoolean() ? random.nextInt(40) : (long) random.nextInt(40) << 57;
                assertThat(counts.add(example)).isEqualTo(expected.merge(example, 1, Integer::sum));
            }
            expected.forEach((example, count) -> assertThat(counts.of(example)).isEqualTo(count));
            counts.clear();
            assertThat(counts.of(3)).isZero();
        }
    }
}
