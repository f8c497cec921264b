package dev.spectraledge.trainer.task.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.SplitData;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScanSplitTest {
    private static final ScanSample SAMPLE = new ScanSample(2048, 500, 11, 50, true);

    /** The sizes of the published files. */
    @Test
    void poolsHaveThePublishedSizes() {
        assertSizes(ScanSplit.SIMPLE, 16_728, 4182);
        assertSizes(ScanSplit.LENGTH, 16_990, 3920);
        assertSizes(ScanSplit.JUMP, 14_670, 7706);
        assertSizes(ScanSplit.TURN_LEFT, 21_890, 1208);
    }

    private static void assertSizes(ScanSplit split, int train, int test) {
        ScanSplit.Pools pools = split.pools(0, 22);
        assertThat(pools.train()).as("%s", split).hasSize(train);
        assertThat(pools.test()).as("%s", split).hasSize(test);
        assertThat(Collections.disjoint(new HashSet<>(pools.train()), pools.test()))
                .as("%s", split)
                .isTrue();
    }

    @Test
    void primitivesAreTrainedOnAlone() {
        List<ScanLanguage.Example> train = ScanSplit.JUMP.pools(0, 22).train();
        assertThat(train.stream().filter(example -> example.command().contains("jump")))
                .hasSize(1467)
                .allMatch(example -> example.line().equals("IN: jump OUT: I_JUMP"));
    }

    @Test
    void theSeedDecidesTheSplitAndTheSample() {
        SplitData data = SAMPLE.of(TestMemory.DATA, ScanSplit.SIMPLE.pools(3, 22), 3);
        SplitData again = SAMPLE.of(TestMemory.DATA, ScanSplit.SIMPLE.pools(3, 22), 3);
        SplitData other = SAMPLE.of(TestMemory.DATA, ScanSplit.SIMPLE.pools(4, 22), 4);
        assertThat(data.train().size()).isEqualTo(2048);
        assertThat(data.test().size()).isEqualTo(500);
        assertThat(firstCommand(data)).isEqualTo(firstCommand(again)).isNotEqualTo(firstCommand(other));
    }

    private static String firstCommand(SplitData data) {
        StringBuilder command = new StringBuilder();
        for (int position = 0; position < data.train().sources().rows(0); position++) {
            command.append(data.train().sources().token(0, position)).append(' ');
        }
        return command.toString();
    }

    @Test
    void examplesBecomeTheIdsOfThePublishedCode() {
        ScanLanguage.Example example =
                new ScanLanguage.Example(List.of("turn", "left", "twice"), List.of("I_TURN_LEFT", "I_TURN_LEFT"));
        Examples seen = ScanTokens.dataset(TestMemory.DATA, "one", List.of(example), 5, 6, true);
        assertThat(seen.form()).isEqualTo(ExampleForm.ofAnswers(5));
        assertThat(seen.sources().rows(0)).isEqualTo(5);
        assertThat(seen.sources().length(0)).isEqualTo(3);
        assertThat(new int[] {
                    seen.sources().token(0, 0),
                    seen.sources().token(0, 1),
                    seen.sources().token(0, 2)
                })
                .containsExactly(8, 11, 6);
        assertThat(seen.sources().token(0, 4)).isEqualTo(ScanTokens.PADDING);
        assertThat(seen.length(0)).isEqualTo(3);
        assertThat(new int[] {seen.token(0, 0), seen.token(0, 1), seen.token(0, 2)})
                .containsExactly(1, 6, 6);
        assertThat(new int[] {seen.target(0, 0), seen.target(0, 1), seen.target(0, 2)})
                .containsExactly(6, 6, 2);

        Examples hidden = ScanTokens.dataset(TestMemory.DATA, "one", List.of(example), 5, 6, false);
        assertThat(hidden.sources().rows(0)).isEqualTo(3);
        assertThatThrownBy(() -> ScanTokens.dataset(TestMemory.DATA, "one", List.of(example), 2, 6, true))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("task.commandLength");
    }
}
