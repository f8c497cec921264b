package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Replay;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Work beside the device's own stream is done before what it uses is written, and no sooner than that. */
class SideStreamTest {
    private static final int ROWS = 3;
    private static final int WIDTH = 4;

    private final MemoryOwner owner = MemoryOwner.open("side stream");
    private TestDevice device;
    private CudaBackend backend;
    private PackedSequences rows;

    @BeforeEach
    void start() {
        device = TestDevice.start(ProductPrecision.FP32);
        backend = device.backend();
        rows = new PackedSequences(owner, 1, 1, ROWS);
        rows.append(0, ROWS);
    }

    @AfterEach
    void stop() {
        owner.close();
        if (device != null) {
            device.close();
        }
    }

    private Tensor ones(long... shape) {
        Tensor tensor = backend.allocate(owner, DType.FLOAT32, shape);
        backend.fill(tensor, 1);
        return tensor;
    }

    /**
     * A weight gradient, behind which the matrix that it is made of is zeroed.
     *
     * @param announced whether the device hears of that
     */
    private double weightGradient(LaneOrder order, boolean announced) {
        device.run(order);
        Tensor gradient = ones(1, ROWS, WIDTH);
        Tensor input = ones(1, ROWS, WIDTH);
        Tensor weight = ones(1, WIDTH, WIDTH);
        Runnable operations = () -> {
            backend.fill(gradient, 1);
            backend.fill(weight, 0);
            backend.linearBackward(rows, gradient, input, weight, null, weight, null);
            if (announced) {
                backend.fill(rows, gradient, 0);
            } else {
                MemorySegment memory = gradient.deviceSegment();
                CudaDriver.fillBytes(memory, (byte) 0, memory.byteSize(), backend.device().stream());
            }
        };
        operations.run();
        try (Replay replay = backend.record(operations)) {
            replay.replay();
            return weight.get(0, 0, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(LaneOrder.class)
    void whatIsWrittenWaitsForItsUsers(LaneOrder order) {
        assertThat(weightGradient(order, true)).isEqualTo(ROWS);
    }

    /** The emulated machine runs branches of a graph in several orders, of which one shows that nothing joins them. */
    @Test
    void aJoinThatIsMissingShows() {
        device.machine();
        Set<Double> results = new HashSet<>();
        for (LaneOrder order : LaneOrder.values()) {
            results.add(weightGradient(order, false));
        }
        assertThat(results).containsExactlyInAnyOrder((double) ROWS, 0.0);
    }

    @ParameterizedTest
    @CsvSource({"true, 2", "false, 1"})
    void theWayWaitsForAWeightGradientOnlyWhereItsMatrixIsWritten(boolean written, int expected) {
        Tensor gradient = ones(1, ROWS, WIDTH);
        Tensor input = ones(1, ROWS, WIDTH);
        Tensor third = ones(1, ROWS, WIDTH);
        Tensor weight = ones(1, WIDTH, WIDTH);
        Runnable operations = () -> {
            backend.linearBackward(rows, gradient, input, weight, null, weight, null);
            backend.geluBackward(rows, Gelu.ERF, third, third, written ? gradient : third);
        };
        operations.run();
        try (Replay replay = backend.record(operations)) {
            replay.replay();
            assertThat(device.machine().get("graph-depth")).isEqualTo(expected);
        }
    }
}
