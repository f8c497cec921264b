package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixPackerTest {
    private static final int BATCH = 50;

    private final Backend backend = new ReferenceBackend();
    private final Examples words =
            new DyckLanguage(12, 24, 5050, 50, 0).generate(TestMemory.DATA).train();
    private final MemoryOwner owner = MemoryOwner.open("prefixes");
    private final long[] draws =
            LongStream.range(0, BATCH).map(i -> i * i % BATCH).toArray();

    @AfterEach
    void close() {
        owner.close();
    }

    private PackedBatch[] pack(Examples data, long[] own, int shards) {
        ShareCapacity capacity =
                ShareCapacity.of(List.of(data), Batching.PREFIXES, own.length, data.contextLength(), shards);
        PackedBatch[] batches = new PackedBatch[shards];
        for (int shard = 0; shard < shards; shard++) {
            batches[shard] = new PackedBatch(backend, owner, DType.FLOAT64, data.form(), 1, capacity);
        }
        new BatchPacker(data.contextLength(), Batching.PREFIXES, DyckLanguage.PADDING, own.length, shards)
                .pack(data, 0, own, 0, own.length, BatchPacker.countedTargets(data, own), batches);
        return batches;
    }

    @Test
    void aBatchIsTheTreeOfItsDraws() {
        requireTree(words, draws);
    }

    /** The same tokens, once with another target in the middle and once with another one at the end. */
    @Test
    void tokensWithDifferentTargetsAreKeptApart() {
        int[][] tokens = {{1, 2, 1, 2}, {1, 2, 1, 2}, {1, 2, 1, 2}, {1, 2, 2, 1}};
        int[][] targets = {{5, 6, 5, 4}, {5, 7, 5, 4}, {5, 6, 5, 3}, {5, 6, 4, -1}};
        Examples data = LabelledSequences.ofLabelledTokens(owner, "small", matrix(tokens), matrix(targets), 3, 8);
        requireTree(data, new long[] {0, 1, 0, 3, 2, 1});
    }

    private void requireTree(Examples data, long[] own) {
        PackedBatch packed = pack(data, own, 1)[0];
        PackedBatch tree = PackedBatch.of(
                backend,
                owner,
                DType.FLOAT64,
                data,
                PrefixTree.of(EvaluationSet.of(data, LongStream.of(own))).whole());
        int rows = tree.sequences().rows(0);
        int wholeRows = LongStream.of(own).distinct().mapToInt(data::length).sum();
        assertThat(packed.sequences().rows(0)).isEqualTo(rows).isLessThan(wholeRows);
        assertThat(packed.sharedKeys(0)).isEqualTo(tree.sharedKeys(0));
        assertThat(same(packed.rows().tokens(), tree.rows().tokens(), rows)).isTrue();
        assertThat(same(packed.rows().positions(), tree.rows().positions(), rows))
                .isTrue();
        assertThat(same(packed.rows().keyRows(), tree.rows().keyRows(), rows + tree.sharedKeys(0)))
                .isTrue();
        assertThat(same(packed.targets().run(0), tree.targets().run(0), rows)).isTrue();
        int counted = BatchPacker.countedTargets(data, own);
        for (int row = 0; row < rows; row++) {
            assertThat(packed.weights().get(0, row)).isCloseTo(tree.weights().get(0, row) / counted, within(1e-16));
        }
    }

    private static boolean same(Tensor left, Tensor right, int count) {
        return IntStream.range(0, count).allMatch(i -> left.get(0, i) == right.get(0, i));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    void shardsHaveAllOfItAndTheLargestIsSmall(int shards) {
        PackedBatch[] batches = pack(words, draws, shards);
        int whole = pack(words, draws, 1)[0].sequences().rows(0);
        double weight = 0;
        for (PackedBatch batch : batches) {
            int rows = batch.sequences().rows(0);
            assertThat(rows).isLessThanOrEqualTo(Math.ceilDiv(whole, shards) + words.contextLength());
            for (int row = 0; row < rows; row++) {
                weight += batch.weights().get(0, row);
            }
        }
        assertThat(weight).isCloseTo(1, within(1e-14));
    }

    /** No cut of the sequences in the order of their content into two gives less to the larger part. */
    @Test
    void twoShardsAreCutWhereItIsBest() {
        TreeSet<Long> inOrder = new TreeSet<>((left, right) -> ContentOrder.compare(words, left, right));
        LongStream.of(draws).forEach(inOrder::add);
        int best = Integer.MAX_VALUE;
        for (long first : inOrder) {
            best = Math.min(best, Math.max(rows(inOrder.headSet(first, false)), rows(inOrder.tailSet(first, true))));
        }
        PackedBatch[] batches = pack(words, draws, 2);
        assertThat(Math.max(
                        batches[0].sequences().rows(0), batches[1].sequences().rows(0)))
                .isEqualTo(best);
    }

    private int rows(Iterable<Long> part) {
        int rows = 0;
        Long before = null;
        for (Long sequence : part) {
            rows += words.length(sequence) - (before == null ? 0 : ContentOrder.common(words, before, sequence));
            before = sequence;
        }
        return rows;
    }

    /** Fillers bring rows and shared rows to what is wanted, and count for nothing. */
    @Test
    void fillersSeeRowsBeforeTheirOwn() {
        PackedBatch batch = pack(words, draws, 1)[0];
        int rows = batch.sequences().rows(0);
        int shared = batch.sharedKeys(0);
        int sequences = batch.sequences().sequences(0);
        batch.appendFiller(0, words, words.contextLength(), rows + 5, shared + 40, DyckLanguage.PADDING);
        assertThat(batch.sequences().rows(0)).isEqualTo(rows + 5);
        assertThat(batch.sharedKeys(0)).isEqualTo(shared + 40);
        for (int index = sequences; index < batch.sequences().sequences(0); index++) {
            assertThat(batch.sequences().length(0, index)).isPositive();
            assertThat(batch.rows().keys().length(0, index)).isLessThanOrEqualTo(words.contextLength());
        }
        for (int row = rows; row < rows + 5; row++) {
            assertThat(batch.weights().get(0, row)).isZero();
            assertThat(batch.targets().get(0, 0, row)).isEqualTo(-1);
        }
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
}
