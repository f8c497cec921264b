package dev.spectraledge.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to a thread whose operands another one frees: an exception, not a crash of the process. */
class CloseDuringOperationsTest {
    /** More than 32 MB, which the C library gives back to the system at once; an operation is all but surely in their midst. */
    private static final int ELEMENTS = 9 << 20;

    private static final int ROUNDS = 4;

    private final Backend backend = new CpuBackend();

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "FLOAT64"})
    void operationsEndWithAnException(DType type) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            MemoryOwner owner = MemoryOwner.open("closed by another thread");
            Tensor x = Tensor.allocate(owner, type, 1, ELEMENTS);
            Tensor y = Tensor.allocate(owner, type, 1, ELEMENTS);
            CountDownLatch started = new CountDownLatch(1);
            AtomicReference<Throwable> end = new AtomicReference<>();
            Thread user = Thread.ofPlatform().start(() -> {
                try {
                    while (true) {
                        backend.axpy(0.5, x, y);
                        started.countDown();
                    }
                } catch (IllegalStateException closed) {
                    end.set(closed);
                }
            });
            started.await();
            owner.close();
            user.join();
            assertThat(end.get()).hasMessageContaining("after its owner 'closed by another thread' closed");
        }
    }
}
