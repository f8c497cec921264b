package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CacheDirectory;
import dev.spectraledge.bindings.CuBlas;
import dev.spectraledge.bindings.CuSolver;
import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.bindings.CudaLibraries;
import dev.spectraledge.bindings.Nvrtc;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One device of the machine, ready for work: its primary context, one stream, cuBLAS with a workspace of its own, and the
 * kernels that have been loaded. One thread at a time uses it.
 */
public final class CudaDevice implements AutoCloseable {
    private static final long BLAS_WORKSPACE_BYTES = 32L << 20;
    /** Which device's context the thread has; a driver call tells the same, but takes longer. */
    private static final ThreadLocal<CudaDevice> CURRENT = new ThreadLocal<>();

    private final CudaDriver.Device device;
    private final CudaDriver.Context context;
    private final CudaDriver.Stream stream;
    private final int architecture;
    private final int sharedBytesPerBlock;
    private final MemoryOwner owner = MemoryOwner.open("cuda device");
    private final CudaMemory memory;
    private final KernelModules modules;
    private final CuBlas blas;
    private final SideStream side;
    private CuSolver solver;
    private final List<CudaGraph> graphs = new ArrayList<>();
    private final List<Runnable> closings = new ArrayList<>();
    private DeferredWork deferred;
    private boolean recording;
    private boolean closed;

    private CudaDevice(CudaDriver.Device device, int architecture, Path cache) {
        this.device = device;
        this.architecture = architecture;
        modules = new KernelModules(this, cache);
        context = CudaDriver.retainPrimaryContext(device);
        CudaDriver.makeCurrent(context);
        CURRENT.set(this);
        stream = CudaDriver.createStream();
        sharedBytesPerBlock = CudaDriver.attribute(device, CudaDriver.DeviceAttribute.MAX_SHARED_BYTES_PER_BLOCK);
        memory = new CudaMemory(this, owner);
        blas = createBlas(stream);
        side = new SideStream(this);
    }

    /** cuBLAS for one stream, with a workspace of its own: products never wait for memory, and repeat their bits. */
    CuBlas createBlas(CudaDriver.Stream ofStream) {
        CuBlas created = CuBlas.create();
        created.setStream(ofStream);
        created.setWorkspace(memory.allocate(owner, DType.INT32, BLAS_WORKSPACE_BYTES / Integer.BYTES)
                .deviceSegment());
        return created;
    }

    /** How products of float32 are computed from now on, in every stream. */
    void setMathMode(CuBlas.MathMode mode) {
        blas.setMathMode(mode);
        side.blas().setMathMode(mode);
    }

    /**
     * Opens a device; loads CUDA if nobody has yet. Compiled kernels are kept in the user's cache folder.
     *
     * @param ordinal number of the device, from 0
     * @throws dev.spectraledge.bindings.CudaUnavailableException where there is no usable CUDA
     * @throws UncheckedIOException where nothing names a folder for the cache
     */
    public static CudaDevice open(int ordinal) {
        try {
            return open(ordinal, CacheDirectory.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /**
     * The same with a cache of its own.
     *
     * @throws dev.spectraledge.bindings.CudaUnavailableException where there is no usable CUDA
     */
    public static CudaDevice open(int ordinal, Path cache) {
        int count = CudaLibraries.load().deviceCount();
        if (ordinal < 0 || ordinal >= count) {
            throw new IllegalArgumentException("there is no CUDA device " + ordinal + ", the driver shows " + count);
        }
        CudaDriver.Device device = CudaDriver.device(ordinal);
        int architecture = 10 * CudaDriver.attribute(device, CudaDriver.DeviceAttribute.COMPUTE_CAPABILITY_MAJOR)
                + CudaDriver.attribute(device, CudaDriver.DeviceAttribute.COMPUTE_CAPABILITY_MINOR);
        // Whoever chooses a device hears now, and not at the first kernel, that nothing can be compiled for this one.
        Nvrtc.target(architecture);
        return new CudaDevice(device, architecture, cache);
    }

    /** Product name, for example {@code NVIDIA H200}. */
    public String name() {
        return CudaDriver.name(device);
    }

    /** Compute capability as 10 · major + minor. */
    public int architecture() {
        return architecture;
    }

    /** Bytes of memory of the device. */
    public long totalMemory() {
        return CudaDriver.totalMemory(device);
    }

    /** Bytes of shared memory that one block can have. */
    int sharedBytesPerBlock() {
        return sharedBytesPerBlock;
    }

    /** Where all work of this device goes; an event that is recorded here happens after the operations called so far. */
    public CudaDriver.Stream stream() {
        return stream;
    }

    CuBlas blas() {
        return blas;
    }

    SideStream side() {
        return side;
    }

    /** cuSOLVER, opened when it is first needed: it is large, and training does without. */
    CuSolver solver() {
        if (solver == null) {
            solver = CuSolver.create();
            solver.setStream(stream);
        }
        return solver;
    }

    CudaMemory memory() {
        return memory;
    }

    KernelModules modules() {
        return modules;
    }

    /** Makes this the device of the calling thread, for an operation that comes after all before it. */
    void use() {
        if (closed) {
            throw new IllegalStateException("the CUDA device is closed");
        }
        if (CURRENT.get() != this) {
            CudaDriver.makeCurrent(context);
            CURRENT.set(this);
        }
        if (deferred != null) {
            deferred.beforeOperation();
        }
    }

    /** Work that is done before any operation that is not known to go without it. */
    void setDeferred(DeferredWork work) {
        deferred = work;
    }

    /** Done when the device is closed, after all work. */
    void onClose(Runnable closing) {
        closings.add(closing);
    }

    boolean isOpen() {
        return !closed;
    }

    /** Kernels, copies and fills of all recordings that are open. */
    public long recordedNodes() {
        return graphs.stream().mapToLong(CudaGraph::nodes).sum();
    }

    boolean isRecording() {
        return recording;
    }

    /** Refuses what cannot be part of a recording. */
    void requireNotRecording(String what) {
        if (recording) {
            throw new IllegalStateException(
                    what + " cannot be recorded; do the operations once before, so that they find what they need");
        }
    }

    CudaGraph record(Runnable operations) {
        use();
        requireNotRecording("a recording");
        CudaDriver.beginCapture(stream);
        recording = true;
        try {
            operations.run();
            use();
        } catch (RuntimeException | Error failure) {
            abandonCapture(failure);
            throw failure;
        } finally {
            recording = false;
        }
        CudaDriver.Graph graph = CudaDriver.endCapture(stream);
        try {
            CudaGraph result = new CudaGraph(this, CudaDriver.instantiate(graph), CudaDriver.nodeCount(graph));
            graphs.add(result);
            return result;
        } finally {
            CudaDriver.destroy(graph);
        }
    }

    private void abandonCapture(Throwable failure) {
        if (deferred != null) {
            deferred.abandon();
        }
        try {
            CudaDriver.destroy(CudaDriver.endCapture(stream));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    void forget(CudaGraph graph) {
        graphs.remove(graph);
    }

    /** Ends all work and frees all memory of the device, also that of owners that are still open; closing twice is fine. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        use();
        CudaDriver.synchronize(stream);
        List.copyOf(graphs).forEach(CudaGraph::close);
        closings.forEach(Runnable::run);
        side.close();
        blas.close();
        if (solver != null) {
            solver.close();
        }
        modules.unload();
        owner.close();
        memory.freeAll();
        CudaDriver.destroy(stream);
        closed = true;
        CURRENT.remove();
        CudaDriver.releasePrimaryContext(device);
    }
}
