package dev.spectraledge.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The emulator catches what it is there to catch, and runs correct kernels correctly. */
class EmulatedCudaTest {
    private static final int LAUNCH_FAILED = 719;
    private static final int ROWS = 5;
    private static final int COLUMNS = 1000;

    private CudaCalls cuda;

    @BeforeEach
    void start() {
        cuda = new CudaCalls(EmulatedCuda.start());
    }

    @AfterEach
    void stop() {
        if (cuda != null) {
            cuda.close();
        }
    }

    @Test
    void correctKernelGivesTheSameBytesInEveryLaneOrder() {
        float[] values = gaussians(ROWS * COLUMNS);
        Map<LaneOrder, float[]> sums = rowSums("block_sum", values);
        for (int row = 0; row < ROWS; row++) {
            double expected = 0;
            double magnitude = 0;
            for (int i = 0; i < COLUMNS; i++) {
                expected += values[row * COLUMNS + i];
                magnitude += Math.abs(values[row * COLUMNS + i]);
            }
            // A path of at most ceil(1000/256) + 5 + 5 additions, each off by half an ulp.
            assertThat((double) sums.get(LaneOrder.FORWARD)[row])
                    .isCloseTo(expected, Offset.offset(14 * 0x1p-24 * magnitude));
        }
        assertThat(sums.get(LaneOrder.REVERSE)).isEqualTo(sums.get(LaneOrder.FORWARD));
        assertThat(sums.get(LaneOrder.PERMUTED)).isEqualTo(sums.get(LaneOrder.FORWARD));
    }

    @Test
    void missingBarrierShowsInSomeLaneOrder() {
        cuda.machine.set("check", 0);
        Map<LaneOrder, float[]> sums = rowSums("missing_barrier", gaussians(ROWS * COLUMNS));
        assertThat(sums.values()).anySatisfy(row -> assertThat(row[0]).isNaN());
    }

    @ParameterizedTest
    @EnumSource
    void missingBarrierIsARaceInEveryLaneOrder(LaneOrder order) {
        cuda.machine.run(order);
        long kernel = cuda.kernel("missing_barrier");
        long input = cuda.upload(gaussians(COLUMNS));
        assertThat(cuda.run(kernel, 1, 256, input, cuda.allocate(4), COLUMNS)).isEqualTo(LAUNCH_FAILED);
        assertThat(cuda.machine.lastFailure())
                .contains("kernel missing_barrier: race")
                .contains("shared memory");
    }

    @ParameterizedTest
    @EnumSource
    void raceThatChangesNoResultIsReportedWithBothPlaces(LaneOrder order) {
        cuda.machine.run(order);
        long kernel = cuda.kernel("reused_shared");
        assertThat(cuda.run(kernel, 1, 64, cuda.allocate(256))).isEqualTo(LAUNCH_FAILED);
        assertThat(cuda.machine.lastFailure())
                .contains("race")
                .contains("shared memory")
                .contains("test.cu:6")
                .contains("test.cu:9");
    }

    @ParameterizedTest
    @CsvSource({"__syncthreads(), 0", "__syncwarp(), 0", "'__shfl_sync(~0u, 1, 0)', 719", "0, 719"})
    void lanesOfAWarpMeetAtBarriersOnly(String synchronise, int expected) {
        long kernel = cuda.kernel("warp_exchange", "-DSYNCHRONISE=" + synchronise);
        long values = cuda.allocate(128);
        cuda.check("cuMemsetD32Async", values, 7, 32L, 0L);
        assertThat(cuda.run(kernel, 1, 32, values)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"__ldcg, 0", "*, 719"})
    void whatAnotherBlockWroteIsReadThroughTheSharedCache(String read, int expected) {
        long kernel = cuda.kernel("last_block", "-DREAD=" + read);
        long parts = cuda.allocate(40);
        long ticket = cuda.upload(0f);
        long total = cuda.allocate(4);
        assertThat(cuda.run(kernel, 10, 32, parts, ticket, total)).isEqualTo(expected);
        if (expected == 0) {
            assertThat(Float.floatToRawIntBits(cuda.floats(total, 1)[0])).isEqualTo(55);
        } else {
            assertThat(cuda.machine.lastFailure()).contains("another block's thread wrote it");
        }
    }

    @Test
    void atomicOperationsDoNotRace() {
        long kernel = cuda.kernel("histogram");
        long values = cuda.allocate(400);
        cuda.check("cuMemsetD32Async", values, 3, 100L, 0L);
        long bins = cuda.upload(0f, 0f, 0f, 0f);
        assertThat(cuda.run(kernel, 2, 64, values, 100, bins)).isZero();
        assertThat(Float.floatToRawIntBits(cuda.floats(bins, 4)[3])).isEqualTo(100);
    }

    @Test
    void readOutsideOfAnAllocationIsReportedWithItsPlace() {
        long kernel = cuda.kernel("read_past_the_end");
        long values = cuda.upload(1f, 2f);
        assertThat(cuda.run(kernel, 1, 1, values, 2, cuda.allocate(4))).isEqualTo(LAUNCH_FAILED);
        assertThat(cuda.machine.lastFailure())
                .contains("reads 4 bytes at test.cu:5")
                .contains("is 0 bytes after allocation")
                .contains("(8 bytes)");
    }

    @Test
    void freedMemoryIsNotToBeRead() {
        long kernel = cuda.kernel("scale");
        long values = cuda.upload(1f, 2f);
        cuda.check("cuMemFree_v2", values);
        assertThat(cuda.run(kernel, 1, 32, values, 2, 1f)).isEqualTo(LAUNCH_FAILED);
        assertThat(cuda.machine.lastFailure()).contains("which has been freed");
    }

    private Map<LaneOrder, float[]> rowSums(String name, float[] values) {
        Map<LaneOrder, float[]> sums = new EnumMap<>(LaneOrder.class);
        long kernel = cuda.kernel(name);
        long input = cuda.upload(values);
        for (LaneOrder order : LaneOrder.values()) {
            cuda.machine.run(order);
            long output = cuda.allocate(4L * ROWS);
            assertThat(cuda.run(kernel, ROWS, 256, input, output, COLUMNS)).isZero();
            sums.put(order, cuda.floats(output, ROWS));
        }
        return sums;
    }

    @Test
    void redZonesSeeWhatIsWrittenPastTheChecks() {
        cuda.machine.set("check", 0);
        long kernel = cuda.kernel("out_of_bounds");
        long values = cuda.upload(new float[100]);
        assertThat(cuda.run(kernel, 1, 128, values, 100)).isEqualTo(LAUNCH_FAILED);
        assertThat(cuda.machine.lastFailure())
                .contains("kernel out_of_bounds")
                .contains("wrote 112 bytes after the end of allocation")
                .contains("(400 bytes)");
    }

    @Test
    void writeOutsideOfAnAllocationIsAFaultThatStays() {
        long kernel = cuda.kernel("out_of_bounds");
        long values = cuda.upload(new float[100]);
        assertThat(cuda.run(kernel, 1, 128, values, 100)).isEqualTo(LAUNCH_FAILED);
        assertThat(cuda.machine.lastFailure())
                .contains("kernel out_of_bounds: writes 4 bytes at test.cu:3 outside of all memory")
                .contains("is 0 bytes after allocation")
                .contains("block (0,0,0) thread (100,0,0)");
        assertThat(cuda.call("cuCtxSynchronize")).isEqualTo(LAUNCH_FAILED);
    }

    @ParameterizedTest
    @EnumSource
    void laneThatLeavesBeforeAShuffleOfItsWarpIsReported(LaneOrder order) {
        cuda.machine.run(order);
        long kernel = cuda.kernel("early_return");
        long values = cuda.upload(new float[100]);
        assertThat(cuda.run(kernel, 1, 128, values, 100)).isEqualTo(LAUNCH_FAILED);
        assertThat(cuda.machine.lastFailure())
                .contains("kernel early_return")
                .contains("has exited")
                .contains("block (0,0,0) thread (100,0,0)");
    }

    @Test
    void uninitialisedSharedMemoryIsNotANumber() {
        long kernel = cuda.kernel("uninitialised_shared");
        long sum = cuda.upload(0f);
        assertThat(cuda.run(kernel, 1, 64, sum)).isZero();
        assertThat(cuda.floats(sum, 1)[0]).isNaN();
    }

    @Test
    void freshMemoryIsNotANumber() {
        assertThat(cuda.floats(cuda.allocate(12), 3)).containsOnly(Float.NaN);
    }

    @Test
    void captureExecutesNothingUntilReplay() {
        long kernel = cuda.kernel("scale");
        long values = cuda.upload(1f, 2f, 3f);
        long stream = cuda.stream();
        cuda.check("cuStreamBeginCapture_v2", stream, 1);
        assertThat(cuda.launch(kernel, 1, 32, 0, stream, values, 3, 2f)).isZero();
        long graph = captured(stream);
        assertThat(cuda.floats(values, 3)).containsExactly(1f, 2f, 3f);
        long executable = cuda.made("cuGraphInstantiateWithFlags", graph, 0L);
        for (int replay = 0; replay < 3; replay++) {
            cuda.check("cuGraphLaunch", executable, stream);
        }
        cuda.check("cuStreamSynchronize", stream);
        assertThat(cuda.floats(values, 3)).containsExactly(8f, 16f, 24f);
    }

    @Test
    void productIsCapturedWithItsArguments() {
        // Column-major: [1 3; 2 4] times [5 7; 6 8] is [23 31; 34 46].
        long a = cuda.upload(1f, 2f, 3f, 4f);
        long b = cuda.upload(5f, 6f, 7f, 8f);
        long c = cuda.allocate(16);
        long stream = cuda.stream();
        long handle = cuda.made("cublasCreate_v2");
        cuda.check("cublasSetStream_v2", handle, stream);
        MemorySegment one = cuda.arena.allocateFrom(JAVA_FLOAT, 1f);
        MemorySegment zero = cuda.arena.allocateFrom(JAVA_FLOAT, 0f);
        cuda.check("cuStreamBeginCapture_v2", stream, 1);
        cuda.check("cublasSgemm_v2", handle, 0, 0, 2, 2, 2, one, a, 2, b, 2, zero, c, 2);
        one.set(JAVA_FLOAT, 0, 100f);
        long executable = cuda.made("cuGraphInstantiateWithFlags", captured(stream), 0L);
        assertThat(cuda.floats(c, 4)).containsOnly(Float.NaN);
        cuda.check("cuGraphLaunch", executable, stream);
        cuda.check("cuStreamSynchronize", stream);
        assertThat(cuda.floats(c, 4)).containsExactly(23f, 34f, 31f, 46f);
        cuda.check("cublasDestroy_v2", handle);
    }

    private long captured(long stream) {
        MemorySegment graph = cuda.arena.allocate(8);
        cuda.check("cuStreamEndCapture", stream, graph);
        return graph.get(JAVA_LONG, 0);
    }

    private static float[] gaussians(int count) {
        Random random = new Random(1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
