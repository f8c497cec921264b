package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Replay;
import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A training step gives the same bytes whether it is called or replayed, twice, and in every order of the lanes. */
class CudaGraphTest {
    private static final int STEPS = 4;

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64"})
    void replaysGiveTheBytesOfCalls(DType type) {
        List<byte[]> results = new ArrayList<>();
        for (LaneOrder order : LaneOrder.values()) {
            results.add(train(type, order, false));
            results.add(train(type, order, true));
            results.add(train(type, order, true));
        }

        assertThat(results).allSatisfy(result -> assertThat(result).isEqualTo(results.getFirst()));
    }

    private static byte[] train(DType type, LaneOrder order, boolean recorded) {
        try (TestDevice device = TestDevice.start(ProductPrecision.FP32);
                MemoryOwner owner = MemoryOwner.open("training step")) {
            device.run(order);
            CudaBackend backend = device.backend();
            TrainingStep step = new TrainingStep(backend, owner, type, TrainingStep.Sizes.ODD);
            step.run();
            if (recorded) {
                try (Replay replay = backend.record(step::run)) {
                    for (int i = 1; i < STEPS; i++) {
                        replay.replay();
                    }
                }
            } else {
                for (int i = 1; i < STEPS; i++) {
                    step.run();
                }
            }
            return step.state();
        }
    }
}
