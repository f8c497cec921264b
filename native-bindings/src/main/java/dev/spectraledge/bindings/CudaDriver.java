package dev.spectraledge.bindings;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.spectraledge.bindings.raw.cuda.cuda_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/**
 * The CUDA driver: devices, contexts, memory, streams, events, graphs and kernels.
 *
 * <p>Device memory is a {@link MemorySegment} whose address is the device's and whose size is that of the allocation: it
 * may be sliced and passed on, but reading or writing it from Java ends the process. Sizes are checked before each call.
 * Every call that fails throws {@link CudaException}; a failed kernel may be reported by a later call.
 *
 * <p>{@link #launch(Kernel, Extent, Extent, int, Stream, KernelArguments)}, {@link #launch(ExecutableGraph, Stream)}, the
 * copies, fills, {@link #record} and {@link #waitFor} allocate nothing. Calls act on the context that
 * {@link #makeCurrent} gave the calling thread.
 *
 * <p>Call {@link CudaLibraries#load} where the program starts: a driver that is missing reaches the first caller of this
 * class wrapped in an {@link ExceptionInInitializerError} otherwise.
 */
public final class CudaDriver {
    private static final int NAME_BYTES = 256;

    static {
        CudaLibraries.loadDriver();
    }

    private CudaDriver() {}

    /** A device by the driver's number. */
    public record Device(int handle) {}

    /** What allocations, streams and modules belong to; each device has one primary context. */
    public record Context(MemorySegment handle) {}

    /** A queue of work. */
    public record Stream(MemorySegment handle) {}

    /** A mark in a stream. */
    public record Event(MemorySegment handle) {}

    /** Work as it was captured. */
    public record Graph(MemorySegment handle) {}

    /** A graph that can be launched. */
    public record ExecutableGraph(MemorySegment handle) {}

    /** Compiled code on the device. */
    public record KernelModule(MemorySegment handle) {}

    /** One {@code __global__} function of a module. */
    public record Kernel(MemorySegment handle) {}

    /** Size of a grid in blocks, or of a block in threads. */
    public record Extent(int x, int y, int z) {
        public Extent {
            if (x < 1 || y < 1 || z < 1) {
                throw new IllegalArgumentException(
                        "extent " + x + " x " + y + " x " + z + " must be at least 1 along each axis");
            }
        }

        public Extent(int x) {
            this(x, 1, 1);
        }

        public Extent(int x, int y) {
            this(x, y, 1);
        }
    }

    /** Bytes of device memory. */
    public record MemoryUse(long free, long total) {}

    /** Facts about a device. */
    public enum DeviceAttribute {
        COMPUTE_CAPABILITY_MAJOR(cuda_h.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR()),
        COMPUTE_CAPABILITY_MINOR(cuda_h.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR()),
        MULTIPROCESSOR_COUNT(cuda_h.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT()),
        MAX_THREADS_PER_MULTIPROCESSOR(cuda_h.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR()),
        /** Bytes of shared memory that a block may have after {@link #setMaxDynamicSharedBytes}. */
        MAX_SHARED_BYTES_PER_BLOCK(cuda_h.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN()),
        L2_CACHE_BYTES(cuda_h.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE());

        private final int code;

        DeviceAttribute(int code) {
            this.code = code;
        }
    }

    /** Facts about a compiled kernel. */
    public enum KernelAttribute {
        REGISTERS(cuda_h.CU_FUNC_ATTRIBUTE_NUM_REGS()),
        /** Bytes per thread of local memory, spilled registers among them. */
        LOCAL_BYTES(cuda_h.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES()),
        STATIC_SHARED_BYTES(cuda_h.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES()),
        MAX_THREADS_PER_BLOCK(cuda_h.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK());

        private final int code;

        KernelAttribute(int code) {
            this.code = code;
        }
    }

    // Devices and contexts

    /** The device with this number, from 0. */
    public static Device device(int ordinal) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(JAVA_INT);
            check("cuDeviceGet " + ordinal, cuda_h.cuDeviceGet(result, ordinal));
            return new Device(result.get(JAVA_INT, 0));
        }
    }

    /** Product name of a device. */
    public static String name(Device device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_BYTES);
            check("cuDeviceGetName", cuda_h.cuDeviceGetName(name, NAME_BYTES, device.handle()));
            return name.getString(0);
        }
    }

    /** Bytes of memory of a device. */
    public static long totalMemory(Device device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(JAVA_LONG);
            check("cuDeviceTotalMem", cuda_h.cuDeviceTotalMem_v2(bytes, device.handle()));
            return bytes.get(JAVA_LONG, 0);
        }
    }

    /** A fact about a device. */
    public static int attribute(Device device, DeviceAttribute attribute) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            check(
                    "cuDeviceGetAttribute " + attribute,
                    cuda_h.cuDeviceGetAttribute(value, attribute.code, device.handle()));
            return value.get(JAVA_INT, 0);
        }
    }

    /** The primary context of a device, made if need be; pairs with {@link #releasePrimaryContext}. */
    public static Context retainPrimaryContext(Device device) {
        return new Context(
                created("cuDevicePrimaryCtxRetain", out -> cuda_h.cuDevicePrimaryCtxRetain(out, device.handle())));
    }

    /** Undoes one {@link #retainPrimaryContext}; the last one frees everything in the context. */
    public static void releasePrimaryContext(Device device) {
        check("cuDevicePrimaryCtxRelease", cuda_h.cuDevicePrimaryCtxRelease_v2(device.handle()));
    }

    /** Makes a context that of the calling thread. */
    public static void makeCurrent(Context context) {
        check("cuCtxSetCurrent", cuda_h.cuCtxSetCurrent(context.handle()));
    }

    /** The context of the calling thread; empty when it has none. */
    public static Optional<Context> currentContext() {
        MemorySegment handle = created("cuCtxGetCurrent", cuda_h::cuCtxGetCurrent);
        return handle.address() == 0 ? Optional.empty() : Optional.of(new Context(handle));
    }

    /** Waits until all work of the current context is done. */
    public static void synchronize() {
        check("cuCtxSynchronize", cuda_h.cuCtxSynchronize());
    }

    // Memory

    /** Free and total memory of the current context's device. */
    public static MemoryUse memoryUse() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment free = arena.allocate(JAVA_LONG);
            MemorySegment total = arena.allocate(JAVA_LONG);
            check("cuMemGetInfo", cuda_h.cuMemGetInfo_v2(free, total));
            return new MemoryUse(free.get(JAVA_LONG, 0), total.get(JAVA_LONG, 0));
        }
    }

    /** New device memory, not zeroed, aligned to 256 bytes; pairs with {@link #free}. */
    public static MemorySegment allocate(long bytes) {
        requirePositive(bytes);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(JAVA_LONG);
            check("cuMemAlloc of " + bytes + " bytes", cuda_h.cuMemAlloc_v2(address, bytes));
            return MemorySegment.ofAddress(address.get(JAVA_LONG, 0)).reinterpret(bytes);
        }
    }

    /** Frees what {@link #allocate} returned. */
    public static void free(MemorySegment device) {
        check("cuMemFree", cuda_h.cuMemFree_v2(device.address()));
    }

    /** New page-locked host memory, which copies need in order to run beside other work; pairs with {@link #freeHost}. */
    public static MemorySegment allocateHost(long bytes) {
        requirePositive(bytes);
        return created(
                        "cuMemHostAlloc of " + bytes + " bytes",
                        out -> cuda_h.cuMemHostAlloc(out, bytes, cuda_h.CU_MEMHOSTALLOC_PORTABLE()))
                .reinterpret(bytes);
    }

    /** Frees what {@link #allocateHost} returned. */
    public static void freeHost(MemorySegment host) {
        check("cuMemFreeHost", cuda_h.cuMemFreeHost(host));
    }

    /** Copies the first {@code bytes} of off-heap host memory to the device, in stream order. */
    public static void copyToDevice(MemorySegment device, MemorySegment host, long bytes, Stream stream) {
        Segments.bytes("device", device, bytes);
        Segments.bytes("host", host, bytes);
        check("cuMemcpyHtoDAsync", cuda_h.cuMemcpyHtoDAsync_v2(device.address(), host, bytes, stream.handle()));
    }

    /** Copies the first {@code bytes} of device memory to off-heap host memory, in stream order. */
    public static void copyToHost(MemorySegment host, MemorySegment device, long bytes, Stream stream) {
        Segments.bytes("host", host, bytes);
        Segments.writable("host", host);
        Segments.bytes("device", device, bytes);
        check("cuMemcpyDtoHAsync", cuda_h.cuMemcpyDtoHAsync_v2(host, device.address(), bytes, stream.handle()));
    }

    /** Copies the first {@code bytes} of device memory to other device memory, in stream order. */
    public static void copyOnDevice(MemorySegment target, MemorySegment source, long bytes, Stream stream) {
        Segments.bytes("target", target, bytes);
        Segments.bytes("source", source, bytes);
        check(
                "cuMemcpyDtoDAsync",
                cuda_h.cuMemcpyDtoDAsync_v2(target.address(), source.address(), bytes, stream.handle()));
    }

    /** Sets the first {@code count} bytes of device memory, in stream order. */
    public static void fillBytes(MemorySegment device, byte value, long count, Stream stream) {
        Segments.bytes("device", device, count);
        check("cuMemsetD8Async", cuda_h.cuMemsetD8Async(device.address(), value, count, stream.handle()));
    }

    /** Sets the first {@code count} 32-bit words of device memory, in stream order. */
    public static void fillInts(MemorySegment device, int value, long count, Stream stream) {
        Segments.array("device", device, count, Integer.BYTES);
        check("cuMemsetD32Async", cuda_h.cuMemsetD32Async(device.address(), value, count, stream.handle()));
    }

    // Streams and events

    /** A new stream that does not wait for the default stream; pairs with {@link #destroy(Stream)}. */
    public static Stream createStream() {
        return new Stream(
                created("cuStreamCreate", out -> cuda_h.cuStreamCreate(out, cuda_h.CU_STREAM_NON_BLOCKING())));
    }

    /** Gives a stream back; its work is still done. */
    public static void destroy(Stream stream) {
        check("cuStreamDestroy", cuda_h.cuStreamDestroy_v2(stream.handle()));
    }

    /** Waits until all work of a stream is done. */
    public static void synchronize(Stream stream) {
        check("cuStreamSynchronize", cuda_h.cuStreamSynchronize(stream.handle()));
    }

    /** Whether all work of a stream is done. */
    public static boolean isDone(Stream stream) {
        return isDone("cuStreamQuery", cuda_h.cuStreamQuery(stream.handle()));
    }

    /** Lets later work of a stream wait until an event has happened. */
    public static void waitFor(Stream stream, Event event) {
        check("cuStreamWaitEvent", cuda_h.cuStreamWaitEvent(stream.handle(), event.handle(), 0));
    }

    /** A new event that a thread waits for asleep; it keeps no time. Pairs with {@link #destroy(Event)}. */
    public static Event createEvent() {
        int flags = cuda_h.CU_EVENT_BLOCKING_SYNC() | cuda_h.CU_EVENT_DISABLE_TIMING();
        return new Event(created("cuEventCreate", out -> cuda_h.cuEventCreate(out, flags)));
    }

    /** A new event that keeps the time at which it happens. Pairs with {@link #destroy(Event)}. */
    public static Event createTimingEvent() {
        return new Event(created("cuEventCreate", out -> cuda_h.cuEventCreate(out, cuda_h.CU_EVENT_BLOCKING_SYNC())));
    }

    /** Gives an event back. */
    public static void destroy(Event event) {
        check("cuEventDestroy", cuda_h.cuEventDestroy_v2(event.handle()));
    }

    /** Lets an event happen when the work that a stream holds now is done. */
    public static void record(Event event, Stream stream) {
        check("cuEventRecord", cuda_h.cuEventRecord(event.handle(), stream.handle()));
    }

    /** Waits until an event has happened. */
    public static void synchronize(Event event) {
        check("cuEventSynchronize", cuda_h.cuEventSynchronize(event.handle()));
    }

    /** Whether an event has happened. */
    public static boolean isDone(Event event) {
        return isDone("cuEventQuery", cuda_h.cuEventQuery(event.handle()));
    }

    /** Milliseconds between two timing events that have happened. */
    public static float elapsedMilliseconds(Event start, Event end) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment milliseconds = arena.allocate(JAVA_FLOAT);
            int status = ElapsedTime.VERSION_2
                    ? cuda_h.cuEventElapsedTime_v2(milliseconds, start.handle(), end.handle())
                    : cuda_h.cuEventElapsedTime(milliseconds, start.handle(), end.handle());
            check("cuEventElapsedTime", status);
            return milliseconds.get(JAVA_FLOAT, 0);
        }
    }

    /** The second form came with the driver of CUDA 12.8. */
    private static final class ElapsedTime {
        static final boolean VERSION_2 =
                SymbolLookup.loaderLookup().find("cuEventElapsedTime_v2").isPresent();
    }

    // Graphs

    /** Lets a stream record work in place of doing it, until {@link #endCapture}; other threads are not affected. */
    public static void beginCapture(Stream stream) {
        check(
                "cuStreamBeginCapture",
                cuda_h.cuStreamBeginCapture_v2(stream.handle(), cuda_h.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL()));
    }

    /** The work since {@link #beginCapture}; pairs with {@link #destroy(Graph)}. */
    public static Graph endCapture(Stream stream) {
        return new Graph(created("cuStreamEndCapture", out -> cuda_h.cuStreamEndCapture(stream.handle(), out)));
    }

    /** Whether a stream records work, a recording that has failed among it. */
    public static boolean isCapturing(Stream stream) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(JAVA_INT);
            check("cuStreamIsCapturing", cuda_h.cuStreamIsCapturing(stream.handle(), status));
            return status.get(JAVA_INT, 0) != cuda_h.CU_STREAM_CAPTURE_STATUS_NONE();
        }
    }

    /** Number of nodes of a graph. */
    public static long nodeCount(Graph graph) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_LONG);
            check("cuGraphGetNodes", cuda_h.cuGraphGetNodes(graph.handle(), NULL, count));
            return count.get(JAVA_LONG, 0);
        }
    }

    /** Makes a graph ready to be launched; it may be destroyed then. Pairs with {@link #destroy(ExecutableGraph)}. */
    public static ExecutableGraph instantiate(Graph graph) {
        return new ExecutableGraph(created(
                "cuGraphInstantiateWithFlags", out -> cuda_h.cuGraphInstantiateWithFlags(out, graph.handle(), 0)));
    }

    /** Brings a graph to the device ahead of its first launch. */
    public static void upload(ExecutableGraph graph, Stream stream) {
        check("cuGraphUpload", cuda_h.cuGraphUpload(graph.handle(), stream.handle()));
    }

    /** Runs a graph in stream order. */
    public static void launch(ExecutableGraph graph, Stream stream) {
        check("cuGraphLaunch", cuda_h.cuGraphLaunch(graph.handle(), stream.handle()));
    }

    /** Gives a graph back. */
    public static void destroy(Graph graph) {
        check("cuGraphDestroy", cuda_h.cuGraphDestroy(graph.handle()));
    }

    /** Gives a graph back. */
    public static void destroy(ExecutableGraph graph) {
        check("cuGraphExecDestroy", cuda_h.cuGraphExecDestroy(graph.handle()));
    }

    // Kernels

    /** Loads a cubin for the device of the current context, or PTX text with its terminating zero. */
    public static KernelModule loadModule(byte[] image) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(Math.max(1, image.length), Long.BYTES);
            copy.copyFrom(MemorySegment.ofArray(image));
            return new KernelModule(created("cuModuleLoadData", out -> cuda_h.cuModuleLoadData(out, copy)));
        }
    }

    /** Unloads a module. */
    public static void unload(KernelModule module) {
        check("cuModuleUnload", cuda_h.cuModuleUnload(module.handle()));
    }

    /** The kernel of this (mangled, unless {@code extern "C"}) name. */
    public static Kernel kernel(KernelModule module, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nativeName = arena.allocateFrom(name);
            return new Kernel(created(
                    "cuModuleGetFunction " + name,
                    out -> cuda_h.cuModuleGetFunction(out, module.handle(), nativeName)));
        }
    }

    /** The device memory of a global variable of a module. */
    public static MemorySegment global(KernelModule module, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(JAVA_LONG);
            MemorySegment bytes = arena.allocate(JAVA_LONG);
            check(
                    "cuModuleGetGlobal " + name,
                    cuda_h.cuModuleGetGlobal_v2(address, bytes, module.handle(), arena.allocateFrom(name)));
            return MemorySegment.ofAddress(address.get(JAVA_LONG, 0)).reinterpret(bytes.get(JAVA_LONG, 0));
        }
    }

    /** A fact about a kernel. */
    public static int attribute(Kernel kernel, KernelAttribute attribute) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            check("cuFuncGetAttribute " + attribute, cuda_h.cuFuncGetAttribute(value, attribute.code, kernel.handle()));
            return value.get(JAVA_INT, 0);
        }
    }

    /** Allows launches of a kernel with this much dynamic shared memory; needed beyond 48 KiB. */
    public static void setMaxDynamicSharedBytes(Kernel kernel, int bytes) {
        check(
                "cuFuncSetAttribute, dynamic shared memory of " + bytes + " bytes",
                cuda_h.cuFuncSetAttribute(
                        kernel.handle(), cuda_h.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES(), bytes));
    }

    /** Blocks of a kernel that one multiprocessor holds at a time. */
    public static int maxActiveBlocksPerMultiprocessor(Kernel kernel, int blockThreads, long dynamicSharedBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment blocks = arena.allocate(JAVA_INT);
            check(
                    "cuOccupancyMaxActiveBlocksPerMultiprocessor",
                    cuda_h.cuOccupancyMaxActiveBlocksPerMultiprocessor(
                            blocks, kernel.handle(), blockThreads, dynamicSharedBytes));
            return blocks.get(JAVA_INT, 0);
        }
    }

    /**
     * Runs a kernel in stream order.
     *
     * @param grid in blocks
     * @param block in threads
     * @param sharedBytes dynamic shared memory of a block
     * @param arguments all arguments in the kernel's order and types; their values are read before this returns
     */
    public static void launch(
            Kernel kernel, Extent grid, Extent block, int sharedBytes, Stream stream, KernelArguments arguments) {
        launch(kernel, grid.x(), grid.y(), grid.z(), block.x(), block.y(), block.z(), sharedBytes, stream, arguments);
    }

    /** The same with a grid of {@code gridX · gridY · gridZ} blocks of {@code threads} threads along one axis. */
    public static void launch(
            Kernel kernel,
            int gridX,
            int gridY,
            int gridZ,
            int threads,
            int sharedBytes,
            Stream stream,
            KernelArguments arguments) {
        launch(kernel, gridX, gridY, gridZ, threads, 1, 1, sharedBytes, stream, arguments);
    }

    private static void launch(
            Kernel kernel,
            int gridX,
            int gridY,
            int gridZ,
            int blockX,
            int blockY,
            int blockZ,
            int sharedBytes,
            Stream stream,
            KernelArguments arguments) {
        check(
                "cuLaunchKernel",
                cuda_h.cuLaunchKernel(
                        kernel.handle(),
                        gridX,
                        gridY,
                        gridZ,
                        blockX,
                        blockY,
                        blockZ,
                        sharedBytes,
                        stream.handle(),
                        arguments.pointers(),
                        NULL));
    }

    private interface Creation {
        int call(MemorySegment result);
    }

    private static MemorySegment created(String operation, Creation creation) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            check(operation, creation.call(result));
            return result.get(ADDRESS, 0);
        }
    }

    private static boolean isDone(String operation, int status) {
        if (status == cuda_h.CUDA_ERROR_NOT_READY()) {
            return false;
        }
        check(operation, status);
        return true;
    }

    private static void requirePositive(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("an allocation of " + bytes + " bytes; at least 1 is needed");
        }
    }

    private static void check(String operation, int status) {
        DriverStatus.check(operation, status);
    }
}
