package dev.spectraledge.trainer.warning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against sorting, on numbers of which many are equal. */
class MedianWindowTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 11, 100})
    void medianAndDeviationAreThoseOfTheSortedNumbers(int size) {
        MedianWindow window = new MedianWindow(size);
        List<Double> all = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(size);
        for (int i = 0; i < 5 * size + 20; i++) {
            double value =
                    random.nextInt(3) == 0 ? random.nextInt(-2, 3) * 0.0 + random.nextInt(2) : random.nextDouble(-1, 1);
            all.add(value);
            window.add(value);
            List<Double> last = all.subList(Math.max(0, all.size() - size), all.size());
            assertThat(window.isFull()).isEqualTo(all.size() >= size);
            assertThat(window.count()).isEqualTo(last.size());
            double median = median(last);
            assertThat(window.median()).isEqualTo(median);
            assertThat(window.medianDeviation())
                    .isEqualTo(
                            median(last.stream().map(x -> Math.abs(x - median)).toList()));
            for (int index = 0; index < last.size(); index++) {
                assertThat(window.value(index)).isEqualTo(last.get(index) + 0.0);
            }
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().map(value -> value + 0.0).sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }
}
