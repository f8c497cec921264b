package dev.spectraledge.bindings;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.spectraledge.bindings.CudaDriver.DeviceAttribute;
import dev.spectraledge.bindings.CudaDriver.Extent;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Needs a device, or an emulated one in {@code cuda.libraries}; {@link CudaLibrariesTest} has what needs none. */
class CudaDriverTest {
    private static final int COUNT = 1000;
    private static final long BYTES = COUNT * (long) Integer.BYTES;

    private CudaDriver.Device device;
    private CudaDriver.Stream stream;
    private MemorySegment host;
    private MemorySegment memory;

    @BeforeEach
    void needsADevice() {
        InstalledCuda.assumeToolkit();
        try {
            CudaLibraries.load();
        } catch (CudaUnavailableException e) {
            abort(e.getMessage());
        }
        device = CudaDriver.device(0);
        CudaDriver.makeCurrent(CudaDriver.retainPrimaryContext(device));
        stream = CudaDriver.createStream();
        host = CudaDriver.allocateHost(BYTES);
        memory = CudaDriver.allocate(BYTES);
    }

    @AfterEach
    void giveBack() {
        if (memory != null) {
            CudaDriver.free(memory);
            CudaDriver.freeHost(host);
            CudaDriver.destroy(stream);
            CudaDriver.releasePrimaryContext(device);
        }
    }

    @Test
    void aDeviceDescribesItself() {
        assertThat(CudaDriver.name(device)).isNotBlank();
        assertThat(CudaDriver.totalMemory(device)).isGreaterThan(BYTES);
        assertThat(CudaDriver.memoryUse().free())
                .isPositive()
                .isLessThanOrEqualTo(CudaDriver.memoryUse().total());
        for (DeviceAttribute attribute : DeviceAttribute.values()) {
            assertThat(CudaDriver.attribute(device, attribute))
                    .as(attribute.name())
                    .isNotNegative();
        }
        assertThat(CudaDriver.currentContext()).isPresent();
    }

    @Test
    void memoryComesBackAsItWent() {
        MemorySegment copy = CudaDriver.allocate(BYTES);
        int[] values = IntStream.range(0, COUNT).map(i -> 7 * i - 3).toArray();
        host.copyFrom(MemorySegment.ofArray(values));
        CudaDriver.copyToDevice(memory, host, BYTES, stream);
        CudaDriver.copyOnDevice(copy, memory, BYTES, stream);
        CudaDriver.fillInts(copy, -1, 2, stream);
        CudaDriver.fillBytes(copy, (byte) 0x11, 4, stream);
        CudaDriver.synchronize(stream);
        CudaDriver.copyToHost(host, copy, BYTES, stream);
        CudaDriver.synchronize(stream);
        CudaDriver.free(copy);
        values[0] = 0x11111111;
        values[1] = -1;
        assertThat(host.toArray(JAVA_INT)).isEqualTo(values);
        assertThat(CudaDriver.isDone(stream)).isTrue();
    }

    @Test
    void eventsHappenAndKeepTime() {
        CudaDriver.Stream other = CudaDriver.createStream();
        CudaDriver.Event start = CudaDriver.createTimingEvent();
        CudaDriver.Event end = CudaDriver.createTimingEvent();
        CudaDriver.Event fence = CudaDriver.createEvent();
        CudaDriver.record(start, stream);
        CudaDriver.fillInts(memory, 5, COUNT, stream);
        CudaDriver.record(end, stream);
        CudaDriver.record(fence, stream);
        CudaDriver.waitFor(other, fence);
        CudaDriver.copyToHost(host, memory, BYTES, other);
        CudaDriver.synchronize(other);
        CudaDriver.synchronize(end);
        assertThat(host.toArray(JAVA_INT)).containsOnly(5);
        assertThat(CudaDriver.isDone(end)).isTrue();
        assertThat(CudaDriver.elapsedMilliseconds(start, end)).isNotNegative().isLessThan(60_000);
        CudaDriver.destroy(start);
        CudaDriver.destroy(end);
        CudaDriver.destroy(fence);
        CudaDriver.destroy(other);
    }

    @Test
    void aGraphDoesItsWorkAtEachLaunchAndNotBefore() {
        CudaDriver.fillBytes(memory, (byte) 1, BYTES, stream);
        CudaDriver.synchronize(stream);
        CudaDriver.beginCapture(stream);
        assertThat(CudaDriver.isCapturing(stream)).isTrue();
        CudaDriver.fillBytes(memory, (byte) 2, BYTES / 2, stream);
        CudaDriver.copyToHost(host, memory, BYTES, stream);
        CudaDriver.Graph graph = CudaDriver.endCapture(stream);
        assertThat(CudaDriver.isCapturing(stream)).isFalse();
        assertThat(CudaDriver.nodeCount(graph)).isEqualTo(2);
        CudaDriver.ExecutableGraph executable = CudaDriver.instantiate(graph);
        CudaDriver.destroy(graph);
        CudaDriver.upload(executable, stream);
        CudaDriver.copyToHost(host, memory, BYTES, stream);
        CudaDriver.synchronize(stream);
        assertThat(host.toArray(JAVA_BYTE)).containsOnly(1);

        CudaDriver.launch(executable, stream);
        CudaDriver.synchronize(stream);
        assertThat(host.get(JAVA_BYTE, BYTES / 2 - 1)).isEqualTo((byte) 2);
        assertThat(host.get(JAVA_BYTE, BYTES / 2)).isEqualTo((byte) 1);
        CudaDriver.destroy(executable);
    }

    @Test
    void anErrorHasNameCodeAndText() {
        byte[] noImage = "no image".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> CudaDriver.loadModule(noImage)).isInstanceOfSatisfying(CudaException.class, e -> {
            assertThat(e.operation()).isEqualTo("cuModuleLoadData");
            assertThat(e.code()).isPositive();
            assertThat(e.name()).startsWith("CUDA_ERROR_");
            assertThat(e.getMessage()).isEqualTo("cuModuleLoadData: " + e.name() + " (" + e.code() + "): " + e.text());
        });
    }

    @Test
    void whatMakesNoSenseIsRefusedBeforeTheCall() {
        assertThatThrownBy(() -> CudaDriver.allocate(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an allocation of 0 bytes; at least 1 is needed");
        assertThatThrownBy(() -> new Extent(4, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("extent 4 x 0 x 1 must be at least 1 along each axis");
    }
}
