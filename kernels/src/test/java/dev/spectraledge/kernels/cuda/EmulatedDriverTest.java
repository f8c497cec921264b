package dev.spectraledge.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.cuda.EmulatedCuda.LaneOrder;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The emulated driver runs work when a real one may at the latest, and refuses what a real one refuses. */
class EmulatedDriverTest {
    private static final int INVALID_VALUE = 1;
    private static final int OUT_OF_MEMORY = 2;
    private static final int NO_DEVICE = 100;
    private static final int INVALID_IMAGE = 200;
    private static final int INVALID_CONTEXT = 201;
    private static final int INVALID_HANDLE = 400;
    private static final int ILLEGAL_STATE = 401;
    private static final int NOT_FOUND = 500;
    private static final int NOT_READY = 600;
    private static final int LAUNCH_FAILED = 719;
    private static final int CAPTURE_UNSUPPORTED = 900;
    private static final int CAPTURE_INVALIDATED = 901;
    private static final int CAPTURE_UNJOINED = 904;
    private static final int CAPTURE_ISOLATION = 905;
    private static final int CAPTURED_EVENT = 907;
    private static final int CAPTURE_WRONG_THREAD = 908;
    private static final int GLOBAL = 0;
    private static final int THREAD_LOCAL = 1;
    private static final int RELAXED = 2;

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

    // ---- what runs when ----

    @Test
    void workWaitsUntilSomebodyWaitsForIt() {
        long kernel = cuda.kernel("scale");
        long values = cuda.upload(1f);
        long stream = cuda.stream();
        MemorySegment pinned = pinned(4);
        cuda.launch(kernel, 1, 32, 0, stream, values, 1, 2f);
        cuda.check("cuMemcpyDtoHAsync_v2", pinned, values, 4L, stream);
        assertThat(pinned.get(JAVA_FLOAT, 0)).isNaN();
        assertThat(cuda.call("cuStreamQuery", stream)).isEqualTo(NOT_READY);
        assertThat(cuda.call("cuStreamQuery", stream)).isZero();
        assertThat(pinned.get(JAVA_FLOAT, 0)).isEqualTo(2f);
    }

    @Test
    void pageLockedMemoryIsReadLateAndOtherMemoryAtOnce() {
        long target = cuda.allocate(8);
        long stream = cuda.stream();
        MemorySegment pinned = pinned(4);
        MemorySegment pageable = cuda.arena.allocate(JAVA_FLOAT);
        pinned.set(JAVA_FLOAT, 0, 1f);
        pageable.set(JAVA_FLOAT, 0, 1f);
        cuda.check("cuMemcpyHtoDAsync_v2", target, pinned, 4L, stream);
        cuda.check("cuMemcpyHtoDAsync_v2", target + 4, pageable, 4L, stream);
        pinned.set(JAVA_FLOAT, 0, 2f);
        pageable.set(JAVA_FLOAT, 0, 2f);
        cuda.check("cuStreamSynchronize", stream);
        assertThat(cuda.floats(target, 2)).containsExactly(2f, 1f);
    }

    @ParameterizedTest
    @CsvSource({"true, 6", "false, 5"})
    void anEventOrdersTwoStreams(boolean waits, float expected) {
        long scale = cuda.kernel("scale");
        long add = cuda.kernel("add");
        long values = cuda.upload(1f);
        long first = cuda.stream();
        long second = cuda.stream();
        long event = cuda.made("cuEventCreate", 2);
        cuda.launch(add, 1, 32, 0, first, values, 1, 2f);
        cuda.check("cuEventRecord", event, first);
        if (waits) {
            cuda.check("cuStreamWaitEvent", second, event, 0);
        }
        cuda.launch(scale, 1, 32, 0, second, values, 1, waits ? 2f : 3f);
        cuda.check("cuStreamSynchronize", second);
        cuda.check("cuStreamSynchronize", first);
        assertThat(cuda.floats(values, 1)).containsExactly(expected);
    }

    @Test
    void anEventIsReadyOnceTheWorkBeforeItHasRun() {
        long values = cuda.upload(1f);
        long stream = cuda.stream();
        long event = cuda.made("cuEventCreate", 0);
        long last = cuda.made("cuEventCreate", 0);
        assertThat(cuda.call("cuEventQuery", event)).isZero();
        cuda.launch(cuda.kernel("scale"), 1, 32, 0, stream, values, 1, 2f);
        cuda.check("cuEventRecord", event, stream);
        cuda.check("cuEventRecord", last, stream);
        assertThat(cuda.call("cuEventQuery", event)).isEqualTo(NOT_READY);
        cuda.check("cuEventSynchronize", event);
        MemorySegment milliseconds = cuda.arena.allocate(JAVA_FLOAT);
        assertThat(cuda.call("cuEventElapsedTime", milliseconds, event, last)).isEqualTo(NOT_READY);
        cuda.check("cuEventSynchronize", last);
        cuda.check("cuEventElapsedTime_v2", milliseconds, event, last);
        assertThat(milliseconds.get(JAVA_FLOAT, 0)).isNotNegative();
    }

    // ---- capture ----

    @ParameterizedTest
    @EnumSource
    void forkedStreamsJoinTheCaptureAndMayRunInAnyOrder(LaneOrder order) {
        cuda.machine.run(order);
        long add = cuda.kernel("add");
        long scale = cuda.kernel("scale");
        long values = cuda.upload(1f, 1f);
        long origin = cuda.stream();
        long forked = cuda.stream();
        long fork = cuda.made("cuEventCreate", 2);
        long join = cuda.made("cuEventCreate", 2);
        cuda.check("cuStreamBeginCapture_v2", origin, THREAD_LOCAL);
        cuda.launch(add, 1, 32, 0, origin, values, 2, 1f);
        cuda.check("cuEventRecord", fork, origin);
        cuda.check("cuStreamWaitEvent", forked, fork, 0);
        cuda.launch(scale, 1, 32, 0, origin, values, 1, 3f);
        cuda.launch(scale, 1, 32, 0, forked, values + 4, 1, 5f);
        cuda.check("cuEventRecord", join, forked);
        cuda.check("cuStreamWaitEvent", origin, join, 0);
        cuda.launch(add, 1, 32, 0, origin, values, 2, 1f);
        long graph = captured(origin);
        assertThat(nodes(graph)).isEqualTo(4);
        replay(graph, origin);
        assertThat(cuda.floats(values, 2)).containsExactly(7f, 11f);
    }

    @Test
    void aMissingDependencyInAGraphShowsInSomeOrder() {
        long add = cuda.kernel("add");
        long scale = cuda.kernel("scale");
        Set<Float> results = new HashSet<>();
        for (LaneOrder order : LaneOrder.values()) {
            cuda.machine.run(order);
            long values = cuda.upload(1f);
            long origin = cuda.stream();
            long forked = cuda.stream();
            long fork = cuda.made("cuEventCreate", 2);
            long join = cuda.made("cuEventCreate", 2);
            cuda.check("cuStreamBeginCapture_v2", origin, THREAD_LOCAL);
            cuda.check("cuEventRecord", fork, origin);
            cuda.check("cuStreamWaitEvent", forked, fork, 0);
            cuda.launch(add, 1, 32, 0, origin, values, 1, 1f);
            cuda.launch(scale, 1, 32, 0, forked, values, 1, 3f); // should have waited for the addition
            cuda.check("cuEventRecord", join, forked);
            cuda.check("cuStreamWaitEvent", origin, join, 0);
            replay(captured(origin), origin);
            results.add(cuda.floats(values, 1)[0]);
        }
        assertThat(results).containsExactlyInAnyOrder(6f, 4f);
    }

    @Test
    void aForkedStreamThatDoesNotComeBackSpoilsTheCapture() {
        long kernel = cuda.kernel("add");
        long values = cuda.upload(1f);
        long origin = cuda.stream();
        long forked = cuda.stream();
        long fork = cuda.made("cuEventCreate", 2);
        cuda.check("cuStreamBeginCapture_v2", origin, THREAD_LOCAL);
        cuda.check("cuEventRecord", fork, origin);
        cuda.check("cuStreamWaitEvent", forked, fork, 0);
        cuda.launch(kernel, 1, 32, 0, forked, values, 1, 1f);
        assertThat(endCapture(origin)).isEqualTo(CAPTURE_UNJOINED);
    }

    @ParameterizedTest
    @CsvSource({"cuStreamSynchronize", "cuStreamQuery", "cuMemAlloc_v2", "cuCtxSynchronize", "cuMemHostAlloc"})
    void callsThatWaitOrAllocateEndACapture(String function) {
        long values = cuda.upload(1f);
        long kernel = cuda.kernel("add");
        long stream = cuda.stream();
        cuda.check("cuStreamBeginCapture_v2", stream, THREAD_LOCAL);
        int status = switch (function) {
            case "cuMemAlloc_v2" -> cuda.call(function, cuda.arena.allocate(JAVA_LONG), 4L);
            case "cuMemHostAlloc" -> cuda.call(function, cuda.arena.allocate(JAVA_LONG), 4L, 0);
            case "cuCtxSynchronize" -> cuda.call(function);
            default -> cuda.call(function, stream);
        };
        assertThat(status).isEqualTo(CAPTURE_UNSUPPORTED);
        assertThat(cuda.launch(kernel, 1, 32, 0, stream, values, 1, 1f)).isEqualTo(CAPTURE_INVALIDATED);
        assertThat(endCapture(stream)).isEqualTo(CAPTURE_INVALIDATED);
        assertThat(cuda.launch(kernel, 1, 32, 0, stream, values, 1, 1f)).isZero();
    }

    @Test
    void aRelaxedCaptureAllowsAllocations() {
        long stream = cuda.stream();
        cuda.check("cuStreamBeginCapture_v2", stream, RELAXED);
        cuda.allocate(4);
        assertThat(endCapture(stream)).isZero();
    }

    @ParameterizedTest
    @CsvSource({THREAD_LOCAL + ", 0", GLOBAL + ", " + CAPTURE_UNSUPPORTED})
    void anotherThreadMayAllocateUnlessTheCaptureIsGlobal(int mode, int expected) {
        long stream = cuda.stream();
        cuda.check("cuStreamBeginCapture_v2", stream, mode);
        MemorySegment context = cuda.arena.allocate(JAVA_LONG);
        MemorySegment address = cuda.arena.allocate(JAVA_LONG);
        cuda.check("cuCtxGetCurrent", context);
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> {
            cuda.check("cuCtxSetCurrent", MemorySegment.ofAddress(context.get(JAVA_LONG, 0)));
            return cuda.call("cuMemAlloc_v2", address, 4L);
        });
        assertThat(status.join()).isEqualTo(expected);
        assertThat(endCapture(stream)).isEqualTo(expected == 0 ? 0 : CAPTURE_INVALIDATED);
    }

    @Test
    void aCaptureEndsOnTheThreadAndInTheStreamWhereItBegan() {
        long stream = cuda.stream();
        MemorySegment graph = cuda.arena.allocate(JAVA_LONG);
        MemorySegment context = cuda.arena.allocate(JAVA_LONG);
        cuda.check("cuCtxGetCurrent", context);
        assertThat(cuda.call("cuStreamEndCapture", stream, graph)).isEqualTo(ILLEGAL_STATE);
        cuda.check("cuStreamBeginCapture_v2", stream, THREAD_LOCAL);
        assertThat(cuda.call("cuStreamBeginCapture_v2", stream, THREAD_LOCAL)).isEqualTo(ILLEGAL_STATE);
        CompletableFuture<Integer> elsewhere = CompletableFuture.supplyAsync(() -> {
            cuda.check("cuCtxSetCurrent", MemorySegment.ofAddress(context.get(JAVA_LONG, 0)));
            return cuda.call("cuStreamEndCapture", stream, graph);
        });
        assertThat(elsewhere.join()).isEqualTo(CAPTURE_WRONG_THREAD);
        assertThat(endCapture(stream)).isZero();
    }

    @Test
    void captureAndOtherWorkDoNotMix() {
        long stream = cuda.stream();
        long other = cuda.stream();
        long event = cuda.made("cuEventCreate", 2);
        cuda.check("cuEventRecord", event, other);
        cuda.check("cuStreamBeginCapture_v2", stream, THREAD_LOCAL);
        assertThat(cuda.call("cuStreamWaitEvent", stream, event, 0)).isEqualTo(CAPTURE_ISOLATION);
        assertThat(endCapture(stream)).isEqualTo(CAPTURE_INVALIDATED);
        cuda.check("cuStreamBeginCapture_v2", stream, THREAD_LOCAL);
        cuda.check("cuEventRecord", event, stream);
        assertThat(cuda.call("cuEventQuery", event)).isEqualTo(CAPTURED_EVENT);
        assertThat(endCapture(stream)).isEqualTo(CAPTURE_INVALIDATED);
    }

    @Test
    void copiesOfAGraphReadTheHostWhenTheyReplay() {
        long target = cuda.allocate(4);
        long stream = cuda.stream();
        MemorySegment source = pinned(4);
        source.set(JAVA_FLOAT, 0, 1f);
        cuda.check("cuStreamBeginCapture_v2", stream, THREAD_LOCAL);
        cuda.check("cuMemcpyHtoDAsync_v2", target, source, 4L, stream);
        long graph = captured(stream);
        source.set(JAVA_FLOAT, 0, 2f);
        replay(graph, stream);
        assertThat(cuda.floats(target, 1)).containsExactly(2f);
    }

    // ---- refusals ----

    @Test
    void launchesHaveLimits() {
        long kernel = cuda.kernel("scale");
        long bounded = cuda.kernel("block_sum");
        long values = cuda.upload(1f);
        assertThat(cuda.run(kernel, 1, 1024, values, 1, 2f)).isZero();
        assertThat(cuda.run(kernel, 1, 1025, values, 1, 2f)).isEqualTo(INVALID_VALUE);
        assertThat(cuda.run(kernel, 0, 32, values, 1, 2f)).isEqualTo(INVALID_VALUE);
        assertThat(cuda.run(bounded, 1, 257, values, values, 1)).isEqualTo(INVALID_VALUE);
        assertThat(cuda.launch(kernel, 1, 32, 48 << 10, 0L, values, 1, 2f)).isZero();
        assertThat(cuda.launch(kernel, 1, 32, (48 << 10) + 1, 0L, values, 1, 2f))
                .isEqualTo(INVALID_VALUE);
        cuda.check("cuFuncSetAttribute", kernel, 8, 227 << 10);
        assertThat(cuda.launch(kernel, 1, 32, 227 << 10, 0L, values, 1, 2f)).isZero();
        assertThat(cuda.call("cuFuncSetAttribute", kernel, 8, (227 << 10) + 1)).isEqualTo(INVALID_VALUE);
    }

    @Test
    void aThreadNeedsAContext() {
        long kernel = cuda.kernel("scale");
        long values = cuda.upload(1f);
        CompletableFuture<Integer> elsewhere = new CompletableFuture<>();
        Thread thread = new Thread(() -> elsewhere.complete(cuda.call("cuMemcpyDtoDAsync_v2", values, values, 4L, 0L)));
        thread.start();
        assertThat(elsewhere.join()).isEqualTo(INVALID_CONTEXT);
        cuda.check("cuDevicePrimaryCtxRelease_v2", 0);
        assertThat(cuda.run(kernel, 1, 32, values, 1, 2f)).isEqualTo(INVALID_CONTEXT);
    }

    @Test
    void handlesThatAreGoneAreRefused() {
        long stream = cuda.stream();
        cuda.check("cuStreamDestroy_v2", stream);
        assertThat(cuda.call("cuStreamSynchronize", stream)).isEqualTo(INVALID_HANDLE);
        long event = cuda.made("cuEventCreate", 0);
        cuda.check("cuEventDestroy_v2", event);
        assertThat(cuda.call("cuEventRecord", event, 0L)).isEqualTo(INVALID_HANDLE);
        long memory = cuda.allocate(4);
        cuda.check("cuMemFree_v2", memory);
        assertThat(cuda.call("cuMemFree_v2", memory)).isEqualTo(INVALID_VALUE);
    }

    @Test
    void writesToFreedMemoryAreNoticed() {
        long kernel = cuda.kernel("out_of_bounds");
        long values = cuda.upload(1f, 2f);
        cuda.check("cuMemFree_v2", values);
        cuda.machine.set("check", 0);
        assertThat(cuda.run(kernel, 1, 2, values, 2)).isEqualTo(LAUNCH_FAILED);
        assertThat(cuda.machine.lastFailure()).contains("(8 bytes), which had been freed");
    }

    @Test
    void copiesStayWithinAllocations() {
        long values = cuda.upload(1f, 2f);
        MemorySegment host = cuda.arena.allocate(12);
        assertThat(cuda.call("cuMemcpyDtoHAsync_v2", host, values, 12L, 0L)).isEqualTo(INVALID_VALUE);
        assertThat(cuda.call("cuMemsetD32Async", values + 4, 0, 2L, 0L)).isEqualTo(INVALID_VALUE);
    }

    @Test
    void aFaultInAStreamShowsWhereItIsWaitedForAndStaysUntilTheContextGoes() {
        long kernel = cuda.kernel("out_of_bounds");
        long values = cuda.allocate(4);
        long stream = cuda.stream();
        assertThat(cuda.launch(kernel, 1, 32, 0, stream, values, 1)).isZero();
        assertThat(cuda.call("cuStreamSynchronize", stream)).isEqualTo(LAUNCH_FAILED);
        assertThat(cuda.call("cuMemAlloc_v2", cuda.arena.allocate(8), 4L)).isEqualTo(LAUNCH_FAILED);
        cuda.check("cuDevicePrimaryCtxRelease_v2", 0);
        cuda.made("cuDevicePrimaryCtxRetain", 0);
        cuda.allocate(4);
    }

    // ---- settings ----

    @Test
    void theMachineCanBeOtherwise() {
        cuda.machine.set("memory", 1000);
        cuda.allocate(600);
        assertThat(cuda.call("cuMemAlloc_v2", cuda.arena.allocate(8), 500L)).isEqualTo(OUT_OF_MEMORY);
        MemorySegment version = cuda.arena.allocate(JAVA_INT);
        cuda.machine.set("driver-version", 11080);
        cuda.check("cuDriverGetVersion", version);
        assertThat(version.get(JAVA_INT, 0)).isEqualTo(11080);
        cuda.machine.set("devices", 0);
        assertThat(cuda.call("cuInit", 0)).isEqualTo(NO_DEVICE);
        cuda.machine.set("cublas-create-status", 1);
        assertThat(cuda.call("cublasCreate_v2", cuda.arena.allocate(8))).isEqualTo(1);
    }

    @Test
    void aLaunchCanBeMadeToFail() {
        long kernel = cuda.kernel("scale");
        long values = cuda.upload(1f);
        cuda.machine.set("fail-launch", 2);
        assertThat(cuda.run(kernel, 1, 32, values, 1, 2f)).isZero();
        assertThat(cuda.run(kernel, 1, 32, values, 1, 2f)).isEqualTo(LAUNCH_FAILED);
        assertThat(cuda.machine.lastFailure()).contains("kernel scale");
    }

    @Test
    void figuresCountWhatIsAlive() {
        cuda.allocate(100);
        cuda.stream();
        assertThat(cuda.machine.get("device-allocations")).isEqualTo(1);
        assertThat(cuda.machine.get("device-bytes")).isEqualTo(100);
        assertThat(cuda.machine.get("streams")).isEqualTo(1);
        assertThat(cuda.machine.get("contexts")).isEqualTo(1);
    }

    // ---- modules ----

    @Test
    void modulesHaveFunctionsAndGlobals() {
        long module = cuda.module("""
                __constant__ float factors[3];
                extern "C" __global__ void factor(float* out) {
                  *out = factors[2];
                }
                """);
        MemorySegment address = cuda.arena.allocate(JAVA_LONG);
        MemorySegment bytes = cuda.arena.allocate(JAVA_LONG);
        cuda.check("cuModuleGetGlobal_v2", address, bytes, module, cuda.arena.allocateFrom("factors"));
        assertThat(bytes.get(JAVA_LONG, 0)).isEqualTo(12);
        MemorySegment factors = cuda.arena.allocateFrom(JAVA_FLOAT, 1f, 2f, 3f);
        cuda.check("cuMemcpyHtoDAsync_v2", address.get(JAVA_LONG, 0), factors, 12L, 0L);
        long out = cuda.upload(0f);
        assertThat(cuda.run(cuda.function(module, "factor"), 1, 1, out)).isZero();
        assertThat(cuda.floats(out, 1)).containsExactly(3f);
        assertThat(cuda.call("cuModuleGetFunction", address, module, cuda.arena.allocateFrom("absent")))
                .isEqualTo(NOT_FOUND);
        cuda.check("cuModuleUnload", module);
        assertThat(cuda.call("cuModuleUnload", module)).isEqualTo(INVALID_HANDLE);
    }

    @Test
    void imagesOfOthersAreRefused() {
        assertThat(cuda.call("cuModuleLoadData", cuda.arena.allocate(8), cuda.arena.allocateFrom("// some PTX text")))
                .isEqualTo(INVALID_IMAGE);
    }

    private MemorySegment pinned(long bytes) {
        return MemorySegment.ofAddress(cuda.made("cuMemHostAlloc", bytes, 0)).reinterpret(bytes);
    }

    private int endCapture(long stream) {
        return cuda.call("cuStreamEndCapture", stream, cuda.arena.allocate(ADDRESS));
    }

    private long captured(long stream) {
        MemorySegment graph = cuda.arena.allocate(JAVA_LONG);
        cuda.check("cuStreamEndCapture", stream, graph);
        return graph.get(JAVA_LONG, 0);
    }

    private long nodes(long graph) {
        MemorySegment count = cuda.arena.allocate(JAVA_LONG);
        cuda.check("cuGraphGetNodes", graph, MemorySegment.NULL, count);
        return count.get(JAVA_LONG, 0);
    }

    private void replay(long graph, long stream) {
        long executable = cuda.made("cuGraphInstantiateWithFlags", graph, 0L);
        cuda.check("cuGraphDestroy", graph);
        cuda.check("cuGraphUpload", executable, stream);
        cuda.check("cuGraphLaunch", executable, stream);
        cuda.check("cuGraphExecDestroy", executable);
        cuda.check("cuStreamSynchronize", stream);
    }
}
