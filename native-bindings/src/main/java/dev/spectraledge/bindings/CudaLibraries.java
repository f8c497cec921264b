package dev.spectraledge.bindings;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.spectraledge.bindings.CudaUnavailableException.Reason;
import dev.spectraledge.bindings.raw.cuda.cuda_h;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The CUDA of this JVM: the NVIDIA driver and the user's toolkit, found and loaded. Nothing of CUDA comes with this
 * program, and nothing of the CUDA runtime library is used.
 *
 * <p>Places for the toolkit, in order: system property {@code spectraledge.cuda.directory}, environment variable
 * {@code SPECTRALEDGE_CUDA_DIRECTORY} (each the folder of the libraries, of a toolkit, or of NVIDIA's Python packages;
 * when set, nothing after it is tried), {@code CUDA_HOME}, {@code /usr/local/cuda}, the Python packages
 * {@code nvidia/cu13/lib} and {@code nvidia/…/lib} (of the Python that {@code SPECTRALEDGE_PYTHON} names first), the system
 * loader. All libraries come from one place. The driver comes from the user's folder if that holds one, else from the
 * system loader, else from the usual places.
 *
 * <p>{@link #load} asks the driver first, because it answers at once, and opens no library of the toolkit: each is opened
 * when it is first used, the largest take 0.3 s.
 */
public final class CudaLibraries {
    private static Path driver;
    private static CudaLibraries loaded;
    private static CudaToolkit toolkit;
    private static final Set<CudaLibrary> OPEN = EnumSet.noneOf(CudaLibrary.class);

    private final int driverVersion;
    private final int deviceCount;

    private CudaLibraries(int driverVersion, int deviceCount) {
        this.driverVersion = driverVersion;
        this.deviceCount = deviceCount;
    }

    /**
     * CUDA, ready to be used: the driver is loaded and initialised, shows a device, and there is a toolkit for it.
     *
     * @throws CudaUnavailableException when that is not so
     */
    public static synchronized CudaLibraries load() {
        if (loaded == null) {
            loadDriver();
            int version = initialise();
            int devices = query("cuDeviceGetCount", cuda_h::cuDeviceGetCount);
            if (devices == 0) {
                throw noDevice();
            }
            selectToolkit(version);
            loaded = new CudaLibraries(version, devices);
        }
        return loaded;
    }

    /**
     * The toolkit that is used, with or without a driver.
     *
     * @throws CudaUnavailableException when there is none
     */
    public static synchronized CudaToolkit toolkit() {
        if (toolkit == null) {
            toolkit = CudaSearch.ofHost().toolkit(Integer.MAX_VALUE);
        }
        return toolkit;
    }

    /** The driver's file. */
    public Path driver() {
        return driver;
    }

    /** Newest CUDA version that the driver supports, as 1000 · major + 10 · minor. */
    public int driverVersion() {
        return driverVersion;
    }

    /** Devices that the driver shows, at least 1. */
    public int deviceCount() {
        return deviceCount;
    }

    /** Every place where the driver and the toolkit are looked for, in order, with what is there. */
    public static List<LibraryCandidate> candidates() {
        return CudaSearch.ofHost().candidates();
    }

    /** Loads the driver alone. */
    static synchronized void loadDriver() {
        if (driver == null) {
            Path file = CudaSearch.ofHost().driver();
            open(Reason.NO_DRIVER, "the NVIDIA driver", file);
            driver = file;
        }
    }

    /** Loads a library of the toolkit. */
    static synchronized void open(CudaLibrary library) {
        if (!OPEN.contains(library)) {
            Path file = toolkit().files().get(library);
            if (library == CudaLibrary.NVRTC) {
                openNvrtcBuiltins();
            }
            open(Reason.LIBRARIES_MISSING, library.toString(), file);
            if (SymbolLookup.loaderLookup().find(library.newestSymbol()).isEmpty()) {
                throw new CudaUnavailableException(
                        Reason.LIBRARIES_MISSING,
                        file + " has no function " + library.newestSymbol() + "; CUDA 12.6 or newer is needed");
            }
            OPEN.add(library);
        }
    }

    private static void openNvrtcBuiltins() {
        try {
            for (Path file : toolkit().nvrtcBuiltins()) {
                open(Reason.LIBRARIES_MISSING, "NVRTC's built-in functions", file);
            }
        } catch (IOException e) {
            throw new CudaUnavailableException(
                    Reason.LIBRARIES_MISSING, "cannot list the folder of NVRTC: " + e.getMessage(), e);
        }
    }

    private static void open(Reason reason, String name, Path file) {
        try {
            System.load(file.toString());
        } catch (UnsatisfiedLinkError e) {
            throw new CudaUnavailableException(reason, "cannot load " + name + ": " + e.getMessage(), e);
        }
    }

    /** Starts the driver and returns its version. */
    private static int initialise() {
        int status = cuda_h.cuInit(0);
        if (status == cuda_h.CUDA_ERROR_NO_DEVICE()) {
            throw noDevice();
        }
        if (status != 0) {
            CudaException cause = DriverStatus.failure("cuInit", status);
            throw new CudaUnavailableException(
                    Reason.DRIVER_FAILED,
                    "the NVIDIA driver " + driver + " does not start: " + cause.getMessage(),
                    cause);
        }
        return query("cuDriverGetVersion", cuda_h::cuDriverGetVersion);
    }

    private static CudaUnavailableException noDevice() {
        String visible = System.getenv("CUDA_VISIBLE_DEVICES");
        return new CudaUnavailableException(
                Reason.NO_DEVICE,
                "the NVIDIA driver " + driver + " shows no CUDA device"
                        + (visible == null ? "" : " (CUDA_VISIBLE_DEVICES is '" + visible + "')"));
    }

    private interface Query {
        int call(MemorySegment result);
    }

    private static int query(String operation, Query query) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(JAVA_INT);
            DriverStatus.check(operation, query.call(result));
            return result.get(JAVA_INT, 0);
        }
    }

    private static void selectToolkit(int driverVersion) {
        if (toolkit == null) {
            toolkit = CudaSearch.ofHost().toolkit(driverVersion);
        }
        if (toolkit.major() > driverVersion / 1000) {
            throw CudaSearch.tooOld(toolkit, driverVersion);
        }
    }
}
