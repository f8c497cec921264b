package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrefixTreeTest {
    private final Examples words =
            new DyckLanguage(12, 24, 5050, 50, 0).generate(TestMemory.DATA).test();
    private final MemoryOwner owner = MemoryOwner.open("tree");

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void theTestWordsHaveTheirDifferentBeginningsOnce() {
        PrefixTree tree = PrefixTree.of(words.evaluation(Long.MAX_VALUE));
        PrefixTree.Part whole = tree.whole();
        assertThat(whole.rows()).isEqualTo(15_625);
        double tokens =
                LongStream.range(0, words.size()).mapToInt(words::length).sum();
        assertThat(tokens).isEqualTo(64_820);
        assertThat(weight(List.of(whole))).isEqualTo(tokens);
    }

    private static double weight(List<PrefixTree.Part> parts) {
        return parts.stream()
                .flatMap(part -> part.branches().stream())
                .flatMapToInt(branch -> Arrays.stream(branch.counts()))
                .sum();
    }

    @Test
    void partsKeepToTheirRoomAndTogetherAreAll() {
        PrefixTree tree = PrefixTree.of(EvaluationSet.of(words, LongStream.range(0, 1000)));
        List<PrefixTree.Part> parts = new ArrayList<>();
        List<Integer> rows = new ArrayList<>();
        for (int share = 0; share < 3; share++) {
            List<PrefixTree.Part> own = tree.parts(share, 3, 200, 300);
            rows.add(own.stream().mapToInt(PrefixTree.Part::rows).sum());
            parts.addAll(own);
        }
        assertThat(parts)
                .allSatisfy(part -> {
                    assertThat(part.rows()).isLessThanOrEqualTo(200);
                    assertThat(part.keys()).isLessThanOrEqualTo(300);
                    assertThat(part.branches().getFirst().shared()).isZero();
                })
                .anySatisfy(part -> assertThat(part.keys()).isGreaterThan(250));
        assertThat(weight(parts))
                .isEqualTo(IntStream.range(0, 1000).map(words::length).sum());
        int mean = rows.stream().mapToInt(Integer::intValue).sum() / 3;
        assertThat(rows).allSatisfy(own -> assertThat(own).isBetween(mean * 9 / 10, mean * 11 / 10));
    }

    /** Two that are the same, one that another continues, one that ends otherwise, one with another target. */
    @Test
    void eachTokenCountsForTheSequencesThatHaveIt() {
        Examples data = data(
                new int[][] {{1, 2, 0}, {1, 2, 0}, {1, 2, 0}, {1, 1, 0}, {1, 2, 2}},
                new int[][] {{5, 6, -1}, {5, 6, -1}, {5, 7, -1}, {5, 6, -1}, {5, 6, 4}});
        PrefixTree.Part whole =
                PrefixTree.of(EvaluationSet.of(data, LongStream.range(0, 5))).whole();
        assertThat(whole.branches())
                .extracting(PrefixTree.Branch::sequence, PrefixTree.Branch::shared, branch -> branch.counts()[0])
                .containsExactly(tuple(3, 0, 5), tuple(0, 1, 3), tuple(4, 2, 1), tuple(2, 1, 1));
        assertThat(whole.rows()).isEqualTo(5);
        assertThat(whole.keys()).isEqualTo(2 + 2 + 3 + 2);
    }

    private static Tuple tuple(long sequence, int shared, int count) {
        return Tuple.tuple(sequence, shared, count);
    }

    private Examples data(int[][] tokens, int[][] targets) {
        return LabelledSequences.ofLabelledTokens(owner, "small", matrix(tokens), matrix(targets), 3, 8);
    }

    private Tensor matrix(int[][] rows) {
        Tensor matrix = Tensor.allocate(owner, DType.INT32, rows.length, rows[0].length);
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < rows[row].length; column++) {
                matrix.set(rows[row][column], row, column);
            }
        }
        return matrix;
    }

    @Test
    void aBatchOfThemSeesEachSequenceWhole() {
        PrefixTree.Part part =
                PrefixTree.of(EvaluationSet.of(words, LongStream.range(0, 100))).whole();
        PackedBatch batch = PackedBatch.of(new ReferenceBackend(), owner, DType.FLOAT64, words, part);
        TokenRows rows = batch.rows();
        assertThat(rows.sequences().rows(0)).isEqualTo(part.rows());
        assertThat(rows.keys().rows(0)).isEqualTo(part.keys());
        for (int index = 0; index < part.branches().size(); index++) {
            long sequence = part.branches().get(index).sequence();
            assertThat(rows.keys().length(0, index)).isEqualTo(words.length(sequence));
            for (int position = 0; position < words.length(sequence); position++) {
                int row = (int) rows.keyRows().get(0, rows.keys().begin(0, index) + position);
                assertThat(rows.tokens().get(0, row)).isEqualTo(words.token(sequence, position));
                assertThat(rows.positions().get(0, row)).isEqualTo(position);
                assertThat(batch.targets().get(0, 0, row)).isEqualTo(words.target(sequence, position));
                assertThat(batch.weights().get(0, row)).isPositive();
            }
        }
    }
}
