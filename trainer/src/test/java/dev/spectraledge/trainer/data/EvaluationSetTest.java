package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EvaluationSetTest {
    private static final Examples WORDS =
            new DyckLanguage(12, 24, 5050, 50, 0).generate(TestMemory.DATA).test();

    private static int counted(EvaluationSet set) {
        return IntStream.range(0, set.size()).map(set::multiplicity).sum();
    }

    private static long tokens(EvaluationSet set) {
        return IntStream.range(0, set.size())
                .mapToLong(index -> (long) set.multiplicity(index) * WORDS.length(set.example(index)))
                .sum();
    }

    @Test
    void everythingIsEachExampleAsOftenAsItIsThere() {
        EvaluationSet all = WORDS.evaluation(Long.MAX_VALUE);
        assertThat(counted(all)).isEqualTo(5000);
        assertThat(all.size()).isLessThan(5000);
        long distinct =
                LongStream.range(0, 5000).map(WORDS::representative).distinct().count();
        assertThat(all.size()).isEqualTo((int) distinct);
        for (int index = 0; index < all.size(); index++) {
            assertThat(WORDS.representative(all.example(index))).isEqualTo(all.example(index));
        }
    }

    @Test
    void aSampleHasAboutAsManyTokensAsAreWanted() {
        long all = tokens(WORDS.evaluation(Long.MAX_VALUE));
        assertThat(all).isEqualTo(64_820);
        assertThat(counted(WORDS.evaluation(all - 1))).isEqualTo(5000);
        // 500 sequences of 13 tokens with a deviation of 7: four deviations of their sum are 626.
        assertThat(tokens(WORDS.evaluation(6482))).isBetween(6482L - 626, 6482L + 626);
        assertThat(counted(WORDS.evaluation(1))).isEqualTo(1);
    }

    @Test
    void sharesHaveAllOfThemOnce() {
        EvaluationSet all = WORDS.evaluation(Long.MAX_VALUE);
        IntStream shares = IntStream.range(0, 3)
                .flatMap(share -> all.batches(share, 3, 200, 50).stream().flatMapToInt(IntStream::of));
        assertThat(shares.sorted())
                .containsExactlyElementsOf(
                        IntStream.range(0, all.size()).boxed().toList());
        for (int[] batch : all.batches(0, 1, 200, 50)) {
            assertThat(IntStream.of(batch)
                            .map(index -> WORDS.length(all.example(index)))
                            .sum())
                    .isLessThanOrEqualTo(200);
        }
    }
}
