package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Replay;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Neither the calls of a training step nor its replays leave garbage. */
@Tag("garbage")
class CudaGarbageTest {
    @Test
    void stepsAllocateNothing() {
        try (TestDevice tested = TestDevice.start(ProductPrecision.FP32);
                MemoryOwner owner = MemoryOwner.open("training step")) {
            CudaBackend backend = tested.backend();
            TrainingStep step = new TrainingStep(backend, owner, DType.FLOAT32, TrainingStep.Sizes.TINY);
            assertThat(Allocations.bytesPerCall(step::run, backend::synchronize))
                    .isLessThan(1);
            try (Replay replay = backend.record(step::run)) {
                assertThat(Allocations.bytesPerCall(replay::replay, backend::synchronize))
                        .isLessThan(1);
            }
        }
    }
}
