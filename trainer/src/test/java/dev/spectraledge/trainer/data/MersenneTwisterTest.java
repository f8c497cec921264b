package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MersenneTwisterTest {
    @Test
    void drawsAsPythonDoes() {
        MersenneTwister python = MersenneTwister.seededLikePython(0);
        assertThat(IntStream.range(0, 8).map(i -> 1 + python.nextBelow(12)).toArray())
                .containsExactly(7, 7, 1, 5, 9, 8, 7, 5);
        assertThat(MersenneTwister.seededLikePython(0).nextDouble()).isEqualTo(0.8444218515250481);
        assertThat(MersenneTwister.seededLikePython((1L << 32) - 1).nextDouble())
                .isEqualTo(0.6353574441341173);
        assertThat(MersenneTwister.seededLikePython((1L << 40) + 123).nextDouble())
                .isEqualTo(0.9437888222210947);
    }

    @Test
    void firstOutputsOfTheReferenceImplementation() {
        // The reference program's default seed 5489; its 10,000th output is fixed by the C++ standard.
        MersenneTwister twister = MersenneTwister.seededByInteger(5489);
        int last = 0;
        for (int i = 0; i < 10_000; i++) {
            last = twister.nextInt();
        }
        assertThat(Integer.toUnsignedLong(last)).isEqualTo(4123659995L);
    }

    @Test
    void permutesAsTorchDoes() {
        int[] order = MersenneTwister.seededByInteger(0).permutation(5050);
        assertThat(order).startsWith(3094, 2197, 1887, 908, 3713, 564, 841, 656, 1335, 3212);
        assertThat(IntStream.of(order).sorted().toArray())
                .containsExactly(IntStream.range(0, 5050).toArray());
    }
}
