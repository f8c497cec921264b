package dev.spectraledge.analysis.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.AttentionPattern;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AttentionEntropyTest {
    private static final double ROUNDING = 1e-14;
    private static final int MOST_KEYS = 8;

    private final MemoryOwner owner = MemoryOwner.open("attention entropy test");

    /** Of a query that sees so many keys. */
    private interface Weights {
        double of(int head, int query, int key, int keys);
    }

    @AfterEach
    void close() {
        owner.close();
    }

    private PackedSequences sequences(int... lengths) {
        PackedSequences sequences = new PackedSequences(owner, 1, lengths.length, 100);
        for (int length : lengths) {
            sequences.append(0, length);
        }
        return sequences;
    }

    /** What no query sees holds a number that would be noticed. */
    private AttentionPattern pattern(
            boolean causal, PackedSequences queries, PackedSequences keys, boolean ofOwnRows, Weights weights) {
        AttentionShape shape = new AttentionShape(2, 4, causal);
        Tensor probabilities = Tensor.allocate(owner, DType.FLOAT64, 1, 100, 2, MOST_KEYS);
        for (int row = 0; row < 100; row++) {
            for (int head = 0; head < 2; head++) {
                for (int key = 0; key < MOST_KEYS; key++) {
                    probabilities.set(0.37, 0, row, head, key);
                }
            }
        }
        AttentionPattern pattern = new AttentionPattern(shape, queries, keys, ofOwnRows, probabilities);
        for (int sequence = 0; sequence < queries.sequences(0); sequence++) {
            for (int query = 0; query < pattern.realQueries(0, sequence); query++) {
                int seen = pattern.visibleKeys(0, sequence, query);
                for (int head = 0; head < 2; head++) {
                    for (int key = 0; key < seen; key++) {
                        probabilities.set(
                                weights.of(head, query, key, seen), 0, queries.begin(0, sequence) + query, head, key);
                    }
                }
            }
        }
        return pattern;
    }

    private static double mean(AttentionPattern... layers) {
        return new AttentionEntropy().mean(List.of(layers));
    }

    @Test
    void attentionToAllAlikeHasTheLogarithmOfTheirNumberAndSoIsOne() {
        PackedSequences rows = sequences(5, 3, 8);
        assertThat(mean(pattern(false, rows, rows, true, (head, query, key, keys) -> 1.0 / keys)))
                .isCloseTo(1, within(ROUNDING));
        assertThat(mean(pattern(true, rows, rows, true, (head, query, key, keys) -> 1.0 / keys)))
                .isCloseTo(1, within(ROUNDING));
    }

    @Test
    void attentionToOneAloneIsZero() {
        PackedSequences rows = sequences(5, 3, 8);
        assertThat(mean(pattern(true, rows, rows, true, (head, query, key, keys) -> key == query / 2 ? 1 : 0)))
                .isZero();
    }

    @Test
    void attentionToTwoOfFourIsOneHalf() {
        PackedSequences rows = sequences(4, 4);
        assertThat(mean(pattern(false, rows, rows, true, (head, query, key, keys) -> key < 2 ? 0.5 : 0)))
                .isCloseTo(0.5, within(ROUNDING));
    }

    @Test
    void headsAndLayersCountAlike() {
        PackedSequences rows = sequences(4);
        AttentionPattern half =
                pattern(false, rows, rows, true, (head, query, key, keys) -> head == 0 ? 0.25 : key == 0 ? 1 : 0);
        AttentionPattern none = pattern(false, rows, rows, true, (head, query, key, keys) -> key == 0 ? 1 : 0);
        assertThat(mean(half)).isCloseTo(0.5, within(ROUNDING));
        assertThat(mean(half, none)).isCloseTo(0.25, within(ROUNDING));
    }

    /** The first query of a causal model sees itself alone. */
    @Test
    void queriesThatSeeOneKeyHaveNothingToChoose() {
        PackedSequences rows = sequences(2, 1);
        assertThat(mean(pattern(true, rows, rows, true, (head, query, key, keys) -> 1.0 / keys)))
                .isCloseTo(1, within(ROUNDING));
        PackedSequences single = sequences(1, 1);
        assertThat(mean(pattern(true, single, single, true, (head, query, key, keys) -> 1)))
                .isNaN();
    }

    @Test
    void paddingNeitherSeesNorIsSeen() {
        PackedSequences rows = sequences(6, 6);
        PackedSequences visible = sequences(3, 6);
        assertThat(mean(pattern(false, rows, visible, true, (head, query, key, keys) -> 1.0 / keys)))
                .isCloseTo(1, within(ROUNDING));
    }

    @Test
    void queriesOfAnotherSequenceAreNotCutToItsLength() {
        PackedSequences answers = sequences(6);
        PackedSequences source = sequences(2);
        AttentionPattern cross =
                pattern(false, answers, source, false, (head, query, key, keys) -> query < 3 ? 0.5 : key == 0 ? 1 : 0);
        assertThat(mean(cross)).isCloseTo(0.5, within(ROUNDING));
    }
}
