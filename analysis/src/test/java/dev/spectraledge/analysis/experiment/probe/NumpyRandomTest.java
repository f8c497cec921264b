package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumpyRandomTest {
    @Test
    void drawsWhatNumpyDraws() {
        // RandomState(42): permutation(12), uniform(-1, 1), shuffle(arange(5)) of NumPy 2.4.
        NumpyRandom random = NumpyRandom.seeded(42);
        assertThat(random.permutation(12)).containsExactly(10, 9, 0, 8, 5, 2, 1, 11, 4, 7, 3, 6);
        assertThat(random.uniform(-1, 1)).isEqualTo(-0.7142663641561184);
        int[] items = {0, 1, 2, 3, 4};
        random.shuffle(items);
        assertThat(items).containsExactly(4, 3, 0, 1, 2);
    }
}
