package dev.spectraledge.analysis.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.spectraledge.analysis.decomposition.MemoryLimit;
import dev.spectraledge.analysis.online.SpectralObserverFactory;
import dev.spectraledge.bindings.CudaException;
import dev.spectraledge.bindings.CudaUnavailableException;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.cuda.CudaBackend;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.CudaFactorizations;
import dev.spectraledge.kernels.cuda.ProductPrecision;
import dev.spectraledge.kernels.linalg.DenseFactorizations;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.DeviceChoice;
import dev.spectraledge.trainer.config.MemoryNeed;
import dev.spectraledge.trainer.config.Precision;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.Storage;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.Consumer;

/** The backend that a configuration asks for. Choosing is explicit, or {@code auto}, which says what it chose and why. */
final class ComputeDevice implements AutoCloseable {
    private static final String WITHOUT_BFLOAT16 =
            "neither the OpenBLAS of Maven Central nor that of Debian multiplies matrices of bfloat16 (cblas_sbgemm),"
                    + " and Java's Vector API has no such instruction";

    private final Backend backend;
    private final String description;
    private final double memory;
    private final Runnable close;

    private ComputeDevice(Backend backend, String description, double memory, Runnable close) {
        this.backend = backend;
        this.description = description;
        this.memory = memory;
        this.close = close;
    }

    /**
     * Opens a device.
     *
     * @param tell hears the one line of {@code auto}
     * @throws RunException if the device is not to be had
     * @throws UsageException if it cannot compute in this precision
     */
    static ComputeDevice open(DeviceChoice choice, Precision precision, Consumer<String> tell) {
        return switch (choice) {
            case REFERENCE -> new ComputeDevice(new ReferenceBackend(), "reference backend", hostMemory(), () -> {});
            case CPU -> cpu(precision);
            case CUDA -> cudaOrFail(precision);
            case AUTO -> auto(precision, tell);
        };
    }

    private static ComputeDevice cpu(Precision precision) {
        if (precision.needsDevice()) {
            throw new UsageException("precision " + precision.name().toLowerCase(Locale.ROOT) + " needs device cuda"
                    + (precision == Precision.BF16 ? ": " + WITHOUT_BFLOAT16 : "")
                    + "; the CPU computes in float32 or float64");
        }
        return new ComputeDevice(new CpuBackend(), "cpu backend", hostMemory(), () -> {});
    }

    private static ComputeDevice auto(Precision precision, Consumer<String> tell) {
        try {
            ComputeDevice device = cuda(precision);
            tell.accept("device auto: " + device.description);
            return device;
        } catch (CudaUnavailableException unavailable) {
            ComputeDevice device = cpu(precision);
            tell.accept("device auto: cpu (" + unavailable.getMessage() + ")");
            return device;
        }
    }

    private static ComputeDevice cudaOrFail(Precision precision) {
        try {
            return cuda(precision);
        } catch (CudaUnavailableException | CudaException unavailable) {
            throw new RunException("device cuda: " + unavailable.getMessage(), unavailable);
        }
    }

    private static ComputeDevice cuda(Precision precision) {
        CudaDevice device = CudaDevice.open(0);
        CudaBackend backend = new CudaBackend(device, products(precision));
        int architecture = device.architecture();
        String description = "cuda backend on " + device.name() + ", compute capability " + architecture / 10 + "."
                + architecture % 10;
        return new ComputeDevice(backend, description, (double) device.totalMemory(), backend::close);
    }

    private static ProductPrecision products(Precision precision) {
        return switch (precision) {
            case FLOAT32, FLOAT64 -> ProductPrecision.FP32;
            case TF32 -> ProductPrecision.TF32;
            case BF16 -> ProductPrecision.BF16;
        };
    }

    /** Bytes that this process could have at most: those of the machine or of its container, swap space included. */
    private static double hostMemory() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return (double) system.getTotalMemorySize() + system.getTotalSwapSpaceSize();
    }

    /**
     * This device, which is closed where runs need more memory than it has, or updates kept in another form and it is none of the host's.
     *
     * @param runs side by side
     * @throws UsageException that names the keys which are to blame
     */
    ComputeDevice withRoomFor(RunConfig config, int runs) {
        try {
            requireRoomFor(config, runs);
            return this;
        } catch (UsageException tooLarge) {
            close();
            throw tooLarge;
        }
    }

    /** The same of a device that stays open. */
    void requireRoomFor(RunConfig config, int runs) {
        config.observers().stream()
                .filter(observer -> !isHost() && observer.storage() != Storage.FLOAT32)
                .findFirst()
                .ifPresent(observer -> {
                    throw new UsageException(SpectralObserverFactory.refusalOnDevices(observer));
                });
        MemoryNeed need = memoryNeed(config, runs);
        need.requireAtMost(memory, place());
        need.requireHeapAtMost((double) Runtime.getRuntime().maxMemory());
    }

    private MemoryNeed memoryNeed(RunConfig config, int runs) {
        return new MemoryNeed(config, runs, isHost() ? leastWorkers(config, runs) : 0);
    }

    /** The least bytes that a run trains with. */
    double need(RunConfig config) {
        return memoryNeed(config, 1).bytes();
    }

    /** How many there are of the runs alone follows from their data, if nobody says. */
    private static int leastWorkers(RunConfig config, int runs) {
        if (config.threads() > 0) {
            return config.threads();
        }
        return runs == 1 ? 1 : Math.min(runs, Runtime.getRuntime().availableProcessors());
    }

    /** Whether this is the machine itself. */
    boolean isHost() {
        return !backend.isAsynchronous();
    }

    Backend backend() {
        return backend;
    }

    /** The dense factorisations that belong to the backend. */
    DenseFactorizations factorizations() {
        return backend instanceof CudaBackend cuda ? new CudaFactorizations(cuda) : DenseFactorizations.LAPACK;
    }

    /** Threads that a computation of its own is given: all of a host, one that calls a device. */
    int usefulWorkers() {
        return isHost() ? Runtime.getRuntime().availableProcessors() : 1;
    }

    /** Bytes of memory that there are. */
    double memory() {
        return memory;
    }

    MemoryLimit memoryLimit() {
        return new MemoryLimit(memory, place());
    }

    private String place() {
        return isHost() ? "this machine" : "the device";
    }

    /** For the log: backend and, where it has one, the device's name. */
    String description() {
        return description;
    }

    @Override
    public void close() {
        close.run();
    }
}
