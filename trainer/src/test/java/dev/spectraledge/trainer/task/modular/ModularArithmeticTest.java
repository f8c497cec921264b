package dev.spectraledge.trainer.task.modular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.SplitData;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The facts of Thesis §5.1; the orders are those of CPython's {@code random.Random(seed).shuffle}. */
class ModularArithmeticTest {
    private static SplitData published(long seed, ModularOperation... operations) {
        return new ModularArithmetic(List.of(operations), 97, 0.5).generate(TestMemory.DATA, seed);
    }

    private static int[] pair(Examples data, int sequence) {
        return new int[] {data.token(sequence, 0), data.token(sequence, 1)};
    }

    @Test
    void splitsAsPublished() {
        SplitData data = published(42, ModularOperation.ADD);
        assertThat(data.train().size()).isEqualTo(4704);
        assertThat(data.test().size()).isEqualTo(4705);
        assertThat(pair(data.train(), 0)).containsExactly(73, 93);
        assertThat(pair(data.train(), 1)).containsExactly(15, 74);
        assertThat(pair(data.train(), 4)).containsExactly(76, 27);
        assertThat(pair(data.test(), 4702)).containsExactly(46, 44);
        assertThat(pair(data.test(), 4704)).containsExactly(18, 78);
        assertThat(pair(published(137, ModularOperation.SUB).train(), 0)).containsExactly(46, 37);
    }

    @Test
    void multiplicationLeavesZeroOut() {
        SplitData data = published((1L << 32) + 5, ModularOperation.MUL);
        assertThat(data.train().size()).isEqualTo(4608);
        assertThat(data.test().size()).isEqualTo(4608);
        assertThat(pair(data.train(), 0)).containsExactly(60, 77);
        assertThat(pair(data.test(), 4607)).containsExactly(27, 81);
    }

    @ParameterizedTest
    @EnumSource
    void everyPairOnceWithItsResult(ModularOperation operation) {
        int p = 97;
        SplitData data = published(7, operation);
        Set<List<Integer>> pairs = new HashSet<>();
        for (Examples part : List.of(data.train(), data.test())) {
            for (int sequence = 0; sequence < part.size(); sequence++) {
                int a = part.token(sequence, 0);
                int b = part.token(sequence, 1);
                int expected = switch (operation) {
                    case ADD -> a + b;
                    case SUB -> a - b + p;
                    case MUL -> a * b;
                    case X2_Y2 -> a * a + b * b;
                    case X2_XY_Y2 -> a * a + a * b + b * b;
                    case X3_XY -> a * a * a + a * b;
                };
                assertThat(part.target(sequence, 0)).isEqualTo(expected % p);
                assertThat(part.countedTargets(sequence)).isEqualTo(1);
                pairs.add(List.of(a, b));
            }
        }
        assertThat(pairs).hasSize(operation == ModularOperation.MUL ? 9216 : 9409);
    }

    @Test
    void severalOperationsShareTheirPairs() {
        SplitData data = published(42, ModularOperation.ADD, ModularOperation.MUL, ModularOperation.X2_Y2);
        assertThat(data.train().size()).isEqualTo(4608);
        assertThat(data.train().form()).isEqualTo(ExampleForm.ofSequences(3));
        for (int sequence = 0; sequence < 100; sequence++) {
            int a = data.train().token(sequence, 0);
            int b = data.train().token(sequence, 1);
            assertThat(a * b).isPositive();
            assertThat(data.train().target(sequence, 0)).isEqualTo((a + b) % 97);
            assertThat(data.train().target(sequence, 1)).isEqualTo(a * b % 97);
            assertThat(data.train().target(sequence, 2)).isEqualTo((a * a + b * b) % 97);
        }
    }

    @Test
    void refusesASplitWithAnEmptySide() {
        ModularArithmetic tiny = new ModularArithmetic(List.of(ModularOperation.ADD), 3, 0.1);
        assertThatThrownBy(() -> tiny.generate(TestMemory.DATA, 0))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("nothing to train on");
    }
}
