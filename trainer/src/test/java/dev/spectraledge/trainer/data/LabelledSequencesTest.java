package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LabelledSequencesTest {
    private final MemoryOwner owner = MemoryOwner.open("data sets");

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void targetsThatAreAllMaskedAreRefused() {
        Tensor tokens = integers(2, 3);
        Tensor targets = integers(2, 3);
        for (int row = 0; row < 2; row++) {
            for (int position = 0; position < 3; position++) {
                targets.set(-100, row, position);
            }
        }
        assertRefused(
                () -> LabelledSequences.ofLabelledTokens(owner, "file: train", tokens, targets, 2, 2),
                "data set 'file: train': every target is masked");
        targets.set(1, 0, 1);
        Examples one = LabelledSequences.ofLabelledTokens(owner, "file: train", tokens, targets, 2, 2);
        assertThat(one.countedTargets(0)).isEqualTo(1);
        assertThat(one.countedTargets(1)).isZero();
    }

    @Test
    void sequencesWithoutPositionsOrTargetsAreRefused() {
        assertRefused(
                () -> LabelledSequences.ofLabelledTokens(owner, "file: test", integers(2, 0), integers(2, 0), 2, 2),
                "data set 'file: test': its sequences have no positions, INT32[2, 0]");
        assertRefused(
                () -> LabelledSequences.ofLabelledSequences(owner, "file: test", integers(2, 0), integers(2, 1), 2, 2),
                "data set 'file: test': its sequences have no positions, INT32[2, 0]");
        assertRefused(
                () -> LabelledSequences.ofLabelledSequences(owner, "file: test", integers(2, 3), integers(2, 0), 2, 2),
                "data set 'file: test': its sequences have no targets, INT32[2, 0]");
        assertRefused(
                () -> LabelledSequences.ofAnswers(
                        owner, "file: test", integers(2, 0), 2, 0, true, integers(2, 3), integers(2, 3), 2, 2),
                "data set 'file: test': its sequences have no positions, INT32[2, 0]");
        assertRefused(
                () -> LabelledSequences.ofLabelledTokens(owner, "file: test", integers(0, 3), integers(0, 3), 2, 2),
                "data set 'file: test' is empty");
    }

    /** Few contents, so that most sequences have one before them; of some the tokens are the same and the targets not. */
    @Test
    void theFirstSequenceOfAContentStandsForAllOthers() {
        int count = 3000;
        Tensor tokens = integers(count, 4);
        Tensor targets = integers(count, 4);
        Tensor commands = integers(count, 3);
        Random random = new Random(7);
        for (int row = 0; row < count; row++) {
            int length = random.nextInt(5);
            for (int position = 0; position < 4; position++) {
                tokens.set(random.nextInt(2), row, position);
                targets.set(position < length ? random.nextInt(3) - 1 : -1, row, position);
            }
            for (int position = 0; position < 3; position++) {
                commands.set(1 + random.nextInt(2), row, position);
            }
        }
        Examples plain = LabelledSequences.ofLabelledTokens(owner, "plain", tokens, targets, 2, 2);
        Examples answers = LabelledSequences.ofAnswers(owner, "answers", commands, 3, 0, true, tokens, targets, 2, 2);
        assertRepresentatives(plain, sequence -> content(plain, sequence));
        assertRepresentatives(answers, sequence -> content(answers, sequence) + sourceOf(answers, sequence));
    }

    private static void assertRepresentatives(Examples data, LongFunction<String> content) {
        Map<String, Long> first = new HashMap<>();
        for (long sequence = 0; sequence < data.size(); sequence++) {
            first.putIfAbsent(content.apply(sequence), sequence);
            assertThat(data.representative(sequence)).isEqualTo(first.get(content.apply(sequence)));
        }
        assertThat((long) first.size()).isLessThan(data.size());
    }

    private static String content(Examples data, long sequence) {
        StringBuilder text = new StringBuilder();
        for (int position = 0; position < data.length(sequence); position++) {
            text.append(data.token(sequence, position))
                    .append(':')
                    .append(data.target(sequence, position))
                    .append(' ');
        }
        return text.toString();
    }

    private static String sourceOf(Examples data, long sequence) {
        StringBuilder text = new StringBuilder("<");
        for (int position = 0; position < data.sources().rows(sequence); position++) {
            text.append(data.sources().token(sequence, position)).append(' ');
        }
        return text.toString();
    }

    private Tensor integers(long... shape) {
        return Tensor.allocate(owner, DType.INT32, shape);
    }

    private static void assertRefused(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading).isInstanceOf(RunException.class).hasMessageStartingWith(message);
    }
}
