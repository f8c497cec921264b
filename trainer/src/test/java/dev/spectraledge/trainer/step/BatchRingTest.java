package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.training.SampledBatches;
import dev.spectraledge.trainer.training.TinyTask;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchRingTest {
    private static final int BLOCK = 2;
    private static final int STEPS = 24;

    private final Backend cpu = new CpuBackend();

    @AfterEach
    void nothingLeaks() {
        assertThat(TestMemory.leaks()).isEmpty();
    }

    private record Taken(BatchSize size, List<byte[]> tensors) {}

    /** What steps compute with that are asked for from {@code first} on, so many at once. */
    private List<Taken> taken(TrainingSetup setup, BatchSource source, long first, int atOnce) {
        List<Taken> taken = new ArrayList<>();
        try (MemoryOwner owner = MemoryOwner.open("ring")) {
            BatchRing ring = new BatchRing(cpu, owner, setup, source, BLOCK);
            for (long step = first; step <= STEPS; step++) {
                if ((step - first) % atOnce == 0 || ring.room(step) == BLOCK) {
                    ring.stage(step, 1);
                }
                PackedBatch batch = ring.batch(ring.size());
                ring.take(batch);
                taken.add(new Taken(
                        ring.size(),
                        batch.tensors().stream()
                                .map(tensor -> bytes(tensor.segment()))
                                .toList()));
            }
        }
        return taken;
    }

    private static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @EnumSource
    void aStepHasTheSameBatchWhereverItsTrainingWasResumed(TinyTask task) {
        TrainingSetup setup = task.setup(DType.FLOAT32, Batching.DEDUPLICATED, 3, 4);
        BatchSource source = new SampledBatches(setup.seeds(), setup.trainSequences());
        List<Taken> undisturbed = taken(setup, source, 1, BLOCK);
        if (task == TinyTask.DYCK) {
            assertThat(new HashSet<>(undisturbed.stream().map(Taken::size).toList()))
                    .hasSizeGreaterThan(1);
        }

        for (int first = 2; first <= 2 * BLOCK + 2; first++) {
            List<Taken> resumed = taken(setup, source, first, 1);
            for (int step = first; step <= STEPS; step++) {
                Taken expected = undisturbed.get(step - 1);
                Taken actual = resumed.get(step - first);
                assertThat(actual.size())
                        .as("step %d resumed at %d", step, first)
                        .isEqualTo(expected.size());
                assertThat(actual.tensors()).containsExactlyElementsOf(expected.tensors());
            }
        }
    }

    @Test
    void stepsBeyondTheirBlockOrTheLastDrawAreRefused() {
        TrainingSetup setup = TinyTask.DYCK.setup(DType.FLOAT32, Batching.DEDUPLICATED, 3);
        BatchSource source = new BatchSource() {
            @Override
            public void draw(long step, int run, long[] draws) {
                assertThat(step).isLessThanOrEqualTo(lastStep());
            }

            @Override
            public long lastStep() {
                return 3;
            }
        };
        try (MemoryOwner owner = MemoryOwner.open("ring")) {
            BatchRing ring = new BatchRing(cpu, owner, setup, source, BLOCK);
            assertThat(ring.room(3)).isEqualTo(2);
            assertThatThrownBy(() -> ring.stage(2, 2)).hasMessageContaining("2 steps from step 2");
            ring.stage(3, 1);
            assertThatThrownBy(() -> ring.stage(4, 1)).hasMessageContaining("the last step that can be drawn is 3");
        }
    }
}
