package dev.spectraledge.bench.gpu;

import dev.spectraledge.bench.peers.Quantile;
import dev.spectraledge.bindings.CuBlas;
import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.bindings.CudaDriver.Extent;
import dev.spectraledge.bindings.KernelArguments;
import dev.spectraledge.bindings.Nvrtc;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.KernelSources;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What this device can do at best, by the libraries and bindings that we use ourselves: memory traffic by a copy, products
 * by cuBLAS on random numbers (zeros are faster), and the price of a launch and of a node in a graph.
 */
final class Ceilings implements CheckStep {
    private static final int SAMPLES = 10;
    private static final Extent ONE = new Extent(1);
    /** Random numbers that fill matrices again and again. */
    private static final int BLOCK = 1 << 18;

    private static final long SEED = 7;

    /** Name of our own float32 products. */
    static final String PEDANTIC = "fp32 (pedantic)";

    private final CheckSizes sizes;

    Ceilings(CheckSizes sizes) {
        this.sizes = sizes;
    }

    @Override
    public void run(CheckLog log) {
        try (CudaDevice device = CudaDevice.open(0);
                StreamTimer timer = new StreamTimer(device.stream())) {
            log.attempt("copy", () -> copy(log, device, timer));
            log.attempt("products", () -> products(log, device, timer));
            log.attempt("launches", () -> launches(log, device, timer));
        }
    }

    private void copy(CheckLog log, CudaDevice device, StreamTimer timer) {
        MemorySegment source = CudaDriver.allocate(sizes.copyBytes());
        MemorySegment target = CudaDriver.allocate(sizes.copyBytes());
        CudaDriver.fillBytes(source, (byte) 1, sizes.copyBytes(), device.stream());
        double microseconds = timer.microseconds(
                SAMPLES, 1, () -> CudaDriver.copyOnDevice(target, source, sizes.copyBytes(), device.stream()));
        CudaDriver.free(source);
        CudaDriver.free(target);
        log.measured(
                "copy within the device",
                Map.of(
                        "gigabytes_per_second",
                        2 * sizes.copyBytes() / microseconds * 1e-3,
                        "bytes",
                        sizes.copyBytes()));
    }

    private void products(CheckLog log, CudaDevice device, StreamTimer timer) {
        for (int order : sizes.productOrders()) {
            long bytes = (long) order * order * Float.BYTES;
            try (Arena arena = Arena.ofConfined();
                    CuBlas blas = CuBlas.create()) {
                blas.setStream(device.stream());
                MemorySegment a = CudaDriver.allocate(bytes);
                MemorySegment b = CudaDriver.allocate(bytes);
                MemorySegment c = CudaDriver.allocate(bytes);
                MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1);
                MemorySegment zero = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0);
                tile(a, floats(arena), device);
                tile(b, floats(arena), device);
                for (CuBlas.MathMode mode : CuBlas.MathMode.values()) {
                    blas.setMathMode(mode);
                    log(
                            log,
                            name(mode),
                            order,
                            timer,
                            () -> blas.sgemm(
                                    false, false, order, order, order, one, a, order, b, order, zero, c, order));
                }
                tile(a, bfloat16s(arena), device);
                tile(b, bfloat16s(arena), device);
                long stride = (long) order * order;
                log(
                        log,
                        "bf16",
                        order,
                        timer,
                        () -> blas.gemmStridedBatched(
                                false,
                                false,
                                order,
                                order,
                                order,
                                one,
                                a,
                                order,
                                stride,
                                b,
                                order,
                                stride,
                                CuBlas.ElementType.BFLOAT16,
                                zero,
                                c,
                                order,
                                stride,
                                CuBlas.ElementType.FLOAT32,
                                1,
                                CuBlas.ComputeType.FLOAT32));
                CudaDriver.free(a);
                CudaDriver.free(b);
                CudaDriver.free(c);
            }
        }
    }

    /** PyTorch's float32 products are in the default mode, ours in the pedantic one. */
    private static String name(CuBlas.MathMode mode) {
        return switch (mode) {
            case DEFAULT -> "fp32 (default)";
            case PEDANTIC -> PEDANTIC;
            case TF32 -> "tf32";
        };
    }

    private static void log(CheckLog log, String precision, int order, StreamTimer timer, Runnable product) {
        double microseconds = timer.microseconds(SAMPLES, 1, product);
        log.measured(
                precision + " product of order " + order,
                Map.of("teraflops", 2.0 * order * order * order / microseconds * 1e-6, "microseconds", microseconds));
    }

    /** In [−1, 1). */
    private static MemorySegment floats(Arena arena) {
        SplittableRandom random = new SplittableRandom(SEED);
        MemorySegment block = arena.allocate(ValueLayout.JAVA_FLOAT, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            block.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
        }
        return block;
    }

    private static MemorySegment bfloat16s(Arena arena) {
        MemorySegment floats = floats(arena);
        MemorySegment block = arena.allocate(ValueLayout.JAVA_SHORT, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            int bits = floats.getAtIndex(ValueLayout.JAVA_INT, i);
            block.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> Short.SIZE));
        }
        return block;
    }

    /** Fills device memory with copies of a block. */
    private static void tile(MemorySegment target, MemorySegment block, CudaDevice device) {
        long bytes = Math.min(block.byteSize(), target.byteSize());
        CudaDriver.copyToDevice(target, block, bytes, device.stream());
        while (bytes < target.byteSize()) {
            long more = Math.min(bytes, target.byteSize() - bytes);
            CudaDriver.copyOnDevice(target.asSlice(bytes, more), target, more, device.stream());
            bytes += more;
        }
        CudaDriver.synchronize(device.stream());
    }

    private void launches(CheckLog log, CudaDevice device, StreamTimer timer) {
        Nvrtc.Target target = Nvrtc.target(device.architecture());
        CudaDriver.KernelModule module = CudaDriver.loadModule(Nvrtc.compile(
                        target,
                        "extern \"C\" __global__ void empty() {}",
                        "empty.cu",
                        KernelSources.options(DType.FLOAT32, target.option()))
                .image());
        int count = sizes.launches();
        try (Arena arena = Arena.ofConfined()) {
            CudaDriver.Kernel kernel = CudaDriver.kernel(module, "empty");
            KernelArguments none = new KernelArguments(arena, 0);
            Runnable launch = () -> CudaDriver.launch(kernel, ONE, ONE, 0, device.stream(), none);
            double inStream = timer.microseconds(SAMPLES, count, launch);
            CudaDriver.beginCapture(device.stream());
            for (int i = 0; i < count; i++) {
                launch.run();
            }
            CudaDriver.Graph graph = CudaDriver.endCapture(device.stream());
            CudaDriver.ExecutableGraph executable = CudaDriver.instantiate(graph);
            CudaDriver.upload(executable, device.stream());
            Runnable replay = () -> CudaDriver.launch(executable, device.stream());
            double inGraph = timer.microseconds(SAMPLES, 1, replay) / count;
            log.measured(
                    "launches",
                    Map.of(
                            "host_microseconds_per_launch", hostMicroseconds(device, count, launch),
                            "device_microseconds_per_launch", inStream,
                            "device_microseconds_per_graph_node", inGraph,
                            "host_microseconds_per_graph_launch", hostMicroseconds(device, 1, replay),
                            "nodes_of_the_graph", count));
            CudaDriver.destroy(graph);
            CudaDriver.destroy(executable);
        } finally {
            CudaDriver.unload(module);
        }
    }

    /** What a call costs the thread that makes it, the device having nothing to do before. */
    private static double hostMicroseconds(CudaDevice device, int calls, Runnable work) {
        double[] times = new double[SAMPLES];
        for (int sample = -1; sample < SAMPLES; sample++) {
            CudaDriver.synchronize(device.stream());
            long begin = System.nanoTime();
            for (int call = 0; call < calls; call++) {
                work.run();
            }
            if (sample >= 0) {
                times[sample] = (System.nanoTime() - begin) * 1e-3 / calls;
            }
        }
        return Quantile.of(times, 0.5);
    }
}
