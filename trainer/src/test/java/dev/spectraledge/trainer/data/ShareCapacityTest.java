package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.TinyTask;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShareCapacityTest {
    private static final int BATCH = 96;
    private static final int DRAWS = 200;

    /** Whatever is drawn: a few sequences again and again, or many; with every layout and number of shares. */
    @ParameterizedTest
    @EnumSource
    void noShareOfABatchIsGreater(TinyTask task) {
        for (Batching batching : Batching.values()) {
            if (batching == Batching.PREFIXES && task != TinyTask.DYCK) {
                continue;
            }
            for (int shares : new int[] {1, 2, 3, 5, 8}) {
                requireRoom(task.setup(DType.FLOAT64, batching, 1), shares);
            }
        }
    }

    private static void requireRoom(TrainingSetup setup, int shares) {
        Examples data = setup.data().getFirst().train();
        ShareCapacity capacity =
                ShareCapacity.of(List.of(data), setup.batching(), BATCH, setup.contextLength(), shares);
        BatchPacker packer =
                new BatchPacker(setup.contextLength(), setup.batching(), setup.paddingToken(), BATCH, shares);
        Random random = new Random(shares);
        try (MemoryOwner owner = MemoryOwner.open("shares")) {
            PackedBatch[] batches = new PackedBatch[shares];
            for (int share = 0; share < shares; share++) {
                batches[share] =
                        new PackedBatch(new ReferenceBackend(), owner, DType.FLOAT64, data.form(), 1, capacity);
            }
            for (int draw = 0; draw < DRAWS; draw++) {
                int different = 1 + random.nextInt(draw % 2 == 0 ? 3 : (int) data.size());
                long[] kinds = random.longs(different, 0, data.size()).toArray();
                long[] draws = random.ints(BATCH, 0, different)
                        .mapToLong(i -> kinds[i])
                        .toArray();
                for (PackedBatch batch : batches) {
                    batch.clear();
                }
                int counted = BatchPacker.countedTargets(data, draws);
                assertThatCode(() -> packer.pack(data, 0, draws, 0, BATCH, counted, batches))
                        .as("%d shares, %s", shares, setup.batching())
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void fourSharesTogetherAreLittleMoreThanOne() {
        for (TinyTask task : TinyTask.values()) {
            TrainingSetup setup = task.setup(DType.FLOAT64, Batching.DEDUPLICATED, 1);
            List<Examples> data = List.of(setup.data().getFirst().train());
            ShareCapacity whole = ShareCapacity.of(data, setup.batching(), 1000, setup.contextLength(), 1);
            ShareCapacity share = ShareCapacity.of(data, setup.batching(), 1000, setup.contextLength(), 4);
            assertThat(4.0 * share.rows()).isLessThan(1.05 * whole.rows());
            assertThat(4.0 * share.sourceRows()).isLessThanOrEqualTo(1.05 * whole.sourceRows());
        }
    }
}
