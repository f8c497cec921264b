package dev.spectraledge.trainer.task.dyck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.SplitData;
import org.junit.jupiter.api.Test;

/** The facts of Lifecycle §1.1 about the published data set. */
class DyckLanguageTest {
    private final SplitData data = new DyckLanguage(12, 24, 5050, 50, 0).generate(TestMemory.DATA);

    private static String text(Examples data, int sequence) {
        StringBuilder text = new StringBuilder();
        for (int position = 0; position < data.length(sequence); position++) {
            text.append(data.token(sequence, position) == DyckLanguage.OPEN ? '(' : ')');
        }
        return text.toString();
    }

    private static long tokens(Examples data) {
        long tokens = 0;
        for (int sequence = 0; sequence < data.size(); sequence++) {
            tokens += data.countedTargets(sequence);
        }
        return tokens;
    }

    private static int[] depths(Examples data) {
        int[] counts = new int[13];
        for (int sequence = 0; sequence < data.size(); sequence++) {
            for (int position = 0; position < data.length(sequence); position++) {
                counts[data.target(sequence, position)]++;
            }
        }
        return counts;
    }

    @Test
    void splitsAsPublished() {
        assertThat(data.train().size()).isEqualTo(50);
        assertThat(data.test().size()).isEqualTo(5000);
        assertThat(text(data.train(), 0)).isEqualTo("(())");
        assertThat(text(data.train(), 1)).isEqualTo("()()(((())))");
        assertThat(text(data.train(), 2)).isEqualTo("(())");
        assertThat(text(data.train(), 3)).isEqualTo("(((())))");
        assertThat(text(data.train(), 4)).isEqualTo("(())(()(()))");
    }

    @Test
    void countsAsPublished() {
        assertThat(tokens(data.train())).isEqualTo(576);
        assertThat(tokens(data.test())).isEqualTo(64_820);
        assertThat(data.train().evaluation(Long.MAX_VALUE).size()).isEqualTo(36);
        assertThat(depths(data.train())).containsExactly(121, 187, 106, 66, 45, 27, 11, 7, 5, 1, 0, 0, 0);
        int[] all = depths(data.test());
        int[] train = depths(data.train());
        for (int depth = 0; depth < all.length; depth++) {
            all[depth] += train[depth];
        }
        assertThat(all).containsExactly(11636, 19830, 13624, 8810, 5402, 3131, 1690, 810, 311, 109, 34, 8, 1);
    }

    @Test
    void everySequenceIsBalanced() {
        for (int sequence = 0; sequence < data.test().size(); sequence++) {
            int depth = 0;
            for (int position = 0; position < data.test().length(sequence); position++) {
                depth += data.test().token(sequence, position) == DyckLanguage.OPEN ? 1 : -1;
                assertThat(depth).isEqualTo(data.test().target(sequence, position));
            }
            assertThat(depth).isZero();
        }
    }
}
