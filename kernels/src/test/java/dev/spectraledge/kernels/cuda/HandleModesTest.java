package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Replay;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training step asks for its float32 products in one math mode, whichever handle they go through, and each has a workspace. */
class HandleModesTest {
    @ParameterizedTest
    @CsvSource({"FP32, products-pedantic", "TF32, products-tf32", "BF16, products-default"})
    void everyHandleHasTheModeOfTheBackend(ProductPrecision precision, String figure) {
        try (TestDevice tested = TestDevice.start(precision);
                MemoryOwner owner = MemoryOwner.open("training step")) {
            CudaBackend backend = tested.backend();
            TrainingStep step = new TrainingStep(backend, owner, DType.FLOAT32, TrainingStep.Sizes.TINY);
            step.run();
            backend.synchronize();
            try (Replay replay = backend.record(step::run)) {
                replay.replay();
                backend.synchronize();
            }

            for (String mode : new String[] {"products-default", "products-pedantic", "products-tf32"}) {
                long products = tested.machine().get(mode);
                // Products in bfloat16 are of another type.
                assertThat(products > 0)
                        .as("%d %s", products, mode)
                        .isEqualTo(mode.equals(figure) && precision != ProductPrecision.BF16);
            }
            assertThat(tested.machine().get("products-without-workspace")).isZero();
        }
    }
}
