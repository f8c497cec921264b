package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchPackerTest {
    private final Examples data =
            new DyckLanguage(12, 24, 5050, 50, 0).generate(TestMemory.DATA).train();
    private final MemoryOwner owner = MemoryOwner.open("packer");
    private final long[] draws = LongStream.range(0, 50).map(i -> i * i % 50).toArray();

    @AfterEach
    void close() {
        owner.close();
    }

    private PackedBatch[] pack(Batching batching, int shards) {
        PackedBatch[] batches = new PackedBatch[shards];
        for (int shard = 0; shard < shards; shard++) {
            batches[shard] = new PackedBatch(
                    new ReferenceBackend(),
                    owner,
                    DType.FLOAT64,
                    data.form(),
                    1,
                    ShareCapacity.of(List.of(data), batching, 50, data.contextLength(), 1));
        }
        new BatchPacker(data.contextLength(), batching, DyckLanguage.PADDING, 50, shards)
                .pack(data, 0, draws, 0, draws.length, BatchPacker.countedTargets(data, draws), batches);
        return batches;
    }

    private static int rows(PackedBatch... batches) {
        int rows = 0;
        for (PackedBatch batch : batches) {
            rows += batch.sequences().rows(0);
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource(Batching.class)
    void weightsOfABatchSumToOne(Batching batching) {
        double sum = 0;
        for (PackedBatch batch : pack(batching, 3)) {
            for (int row = 0; row < batch.sequences().rows(0); row++) {
                sum += batch.weights().get(0, row);
            }
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    @Test
    void eachDistinctSequenceIsPackedOnce() {
        long distinct =
                LongStream.of(draws).map(data::representative).distinct().count();
        int distinctRows = LongStream.of(draws)
                .map(data::representative)
                .distinct()
                .mapToInt(data::length)
                .sum();
        PackedBatch[] batches = pack(Batching.DEDUPLICATED, 2);
        assertThat(batches[0].sequences().sequences(0) + batches[1].sequences().sequences(0))
                .isEqualTo((int) distinct);
        assertThat(rows(batches)).isEqualTo(distinctRows);
        assertThat(rows(pack(Batching.PACKED, 2)))
                .isEqualTo(LongStream.of(draws).mapToInt(data::length).sum());
        assertThat(rows(pack(Batching.PADDED, 2))).isEqualTo(1200);
    }

    @Test
    void shardsAreBalanced() {
        PackedBatch[] batches = pack(Batching.DEDUPLICATED, 2);
        assertThat(Math.abs(rows(batches[0]) - rows(batches[1]))).isLessThanOrEqualTo(4);
    }
}
