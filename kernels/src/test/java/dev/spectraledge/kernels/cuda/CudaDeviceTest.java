package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HostMirror;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Replay;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The device's life and the rules of recording, on the emulated machine. */
class CudaDeviceTest {
    private TestDevice tested;
    private EmulatedCuda machine;
    private CudaBackend backend;
    private MemoryOwner owner;

    @BeforeEach
    void start() {
        tested = TestDevice.start(ProductPrecision.FP32);
        backend = tested.backend();
        owner = MemoryOwner.open("device test");
        machine = tested.machine();
    }

    @AfterEach
    void stop() {
        if (tested != null) {
            owner.close();
            tested.close();
        }
    }

    @Test
    void describesItself() {
        CudaDevice device = backend.device();

        assertThat(device.name()).isNotBlank();
        assertThat(device.architecture()).isBetween(75, 200);
        assertThat(device.totalMemory()).isEqualTo(16L << 30);
        assertThatThrownBy(() -> CudaDevice.open(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no CUDA device 1, the driver shows 1");
    }

    @Test
    void memoryOfAnOwnerIsAlignedAndFreedWithIt() {
        long before = machine.get("device-bytes");
        long events = machine.get("events");
        try (MemoryOwner shortLived = MemoryOwner.open("short-lived")) {
            Tensor small = backend.allocate(shortLived, DType.FLOAT32, 3);
            Tensor large = backend.allocate(shortLived, DType.FLOAT64, 1 << 19);
            backend.mirror(shortLived, small);

            assertThat(small.deviceAddress() % Slabs.ALIGNMENT).isZero();
            assertThat(large.deviceAddress() % Slabs.ALIGNMENT).isZero();
            assertThat(machine.get("device-bytes")).isGreaterThanOrEqualTo(before + (4 << 20));
        }
        assertThat(machine.get("device-bytes")).isEqualTo(before);
        assertThat(machine.get("events")).isEqualTo(events);
    }

    @Test
    void closingLeavesNothingBehind() {
        Tensor x = backend.allocate(owner, DType.FLOAT32, 1, 5);
        backend.scale(2, x);
        Replay replay = backend.record(() -> backend.scale(2, x));
        backend.close();
        backend.close();

        for (String figure : List.of("device-bytes", "pinned-allocations", "streams", "events", "graphs", "contexts")) {
            assertThat(machine.get(figure)).as(figure).isZero();
        }
        replay.close();
        assertThatThrownBy(() -> backend.scale(2, x))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the CUDA device is closed");
        assertThatThrownBy(replay::replay).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anotherThreadMayUseTheDevice() throws InterruptedException {
        Tensor x = backend.allocate(owner, DType.FLOAT32, 1, 5);
        backend.fill(x, 3);
        List<Double> seen = new ArrayList<>();
        Thread thread = new Thread(() -> {
            backend.scale(2, x);
            seen.add(x.get(0, 4));
        });
        thread.start();
        thread.join();

        assertThat(seen).containsExactly(6.0);
    }

    @Test
    void whatWaitsOrAllocatesIsNotRecorded() {
        Tensor x = backend.allocate(owner, DType.FLOAT32, 1, 5);
        Tensor host = Tensor.allocate(owner, DType.FLOAT32, 1, 5);
        HostMirror mirror = backend.mirror(owner, x);
        backend.scale(2, x);
        Runnable[] forbidden = {
            () -> backend.allocate(owner, DType.FLOAT32, 1),
            () -> backend.mirror(owner, x),
            () -> backend.copy(host, x),
            () -> backend.copy(x, host),
            () -> x.get(0, 0),
            () -> x.set(1, 0, 0),
            backend::synchronize,
            mirror::download,
            mirror::upload,
            () -> backend.record(() -> {}),
            // Never launched before.
            () -> backend.fill(x, 3),
            () -> new CudaQr(backend, owner, DType.FLOAT32, 5, 1),
        };
        for (Runnable operation : forbidden) {
            assertThatThrownBy(() -> backend.record(operation))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cannot be recorded");
        }
        // The device is as it was.
        backend.fill(x, 1);
        try (Replay replay = backend.record(() -> backend.scale(2, x))) {
            replay.replay();
            assertThat(x.get(0, 4)).isEqualTo(2);
        }
    }

    @Test
    void theOperationsFailureIsTheRecordings() {
        assertThatThrownBy(() -> backend.record(() -> {
                    throw new UnsupportedOperationException("my own");
                }))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("my own");
        assertThat(machine.get("graphs")).isZero();
    }

    @Test
    void aTransferIsDoneWhenItsEventSaysSo() {
        Tensor x = backend.allocate(owner, DType.FLOAT32, 1, 5);
        HostMirror mirror = backend.mirror(owner, x);
        backend.fill(x, 7);
        mirror.download();
        // The emulated machine works only when somebody waits for it.
        assertThat(mirror.isDone()).isFalse();
        mirror.await();
        assertThat(mirror.isDone()).isTrue();
        assertThat(mirror.values().get(0, 2)).isEqualTo(7);
    }

    @Test
    void whatAReplayHadToRefuseComesWithItsResults() {
        PackedSequences rows = new PackedSequences(owner, 1, 1, 3);
        rows.append(0, 3);
        Tensor tokens = backend.allocate(owner, DType.INT32, 1, 3);
        Tensor table = backend.allocate(owner, DType.FLOAT32, 1, 5, 2);
        Tensor output = backend.allocate(owner, DType.FLOAT32, 1, 3, 2);
        HostMirror mirror = backend.mirror(owner, output);
        Runnable step = () -> backend.embedding(rows, tokens, tokens, table, table, output);
        step.run();
        try (Replay replay = backend.record(step)) {
            tokens.set(7, 0, 1);
            replay.replay();
            mirror.download();
            assertThatThrownBy(mirror::await)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("token 7 in row 1 is outside its table of 5 rows");

            tokens.set(4, 0, 1);
            replay.replay();
            mirror.download();
            mirror.await();
            backend.synchronize();
        }
    }

    @Test
    void hostTensorsAreRefused() {
        Tensor host = Tensor.allocate(owner, DType.FLOAT32, 1, 5);

        assertThatThrownBy(() -> backend.scale(2, host))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("tensor FLOAT32[1, 5] is in host memory, needs device memory");
    }
}
