package dev.spectraledge.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.spectraledge.bindings.CudaLibraries;
import dev.spectraledge.bindings.LibraryCandidate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * A CUDA machine without a GPU: the driver, NVRTC, cuBLAS, cuBLASLt and cuSOLVER under their real file names, with every
 * kernel run on the CPU. Built by g++ when its sources have changed; {@code src/test/cuda/README.md} says what it checks.
 */
public final class EmulatedCuda {
    /** Where the program looks for CUDA first. */
    public static final String DIRECTORY_PROPERTY = "spectraledge.cuda.directory";

    /** The order in which the lanes of a warp, the warps of a block and the blocks of a grid run. */
    public enum LaneOrder {
        FORWARD(0),
        REVERSE(1),
        PERMUTED(2);

        private final int setting;

        LaneOrder(int setting) {
            this.setting = setting;
        }
    }

    private static EmulatedCuda machine;

    private final Path directory;
    private final Path cache;
    private final MethodHandle set;
    private final MethodHandle get;
    private final MethodHandle holds;
    private final MethodHandle reset;
    private final MethodHandle lastFailure;

    private EmulatedCuda(Path directory) {
        this.directory = directory;
        cache = temporaryFolder();
        SymbolLookup driver = SymbolLookup.libraryLookup(directory.resolve("libcuda.so.1"), Arena.global());
        set = handle(driver, "cudaEmulatorSet", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        get = handle(driver, "cudaEmulatorGet", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        holds = handle(driver, "cudaEmulatorHolds", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
        reset = handle(driver, "cudaEmulatorReset", FunctionDescriptor.ofVoid());
        lastFailure = handle(driver, "cudaEmulatorLastFailure", FunctionDescriptor.of(ADDRESS));
    }

    /**
     * The machine of this JVM, which finds it as its CUDA from now on.
     *
     * @throws TestAbortedException with the reason where the emulator cannot run
     */
    public static synchronized EmulatedCuda start() {
        if (machine == null) {
            machine = new EmulatedCuda(build());
            System.setProperty(DIRECTORY_PROPERTY, machine.directory.toString());
        }
        return machine;
    }

    /** Whether this is memory of an emulated device of this JVM, which the host can reach once all work is done. */
    public static synchronized boolean holds(MemorySegment memory) {
        if (machine == null) {
            return false;
        }
        try {
            return (int) machine.holds.invokeExact(memory, memory.byteSize()) != 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The folder of the libraries. */
    public Path directory() {
        return directory;
    }

    /**
     * A cache for compiled kernels that goes with this JVM: a clone of the sources may lie where others can write, and a
     * cache must not. Compiling again costs little, because the emulated compiler keeps what it has made.
     */
    public Path cache() {
        return cache;
    }

    /** Changes something about the machine, by a key of the README. */
    public void set(String key, long value) {
        try (Arena arena = Arena.ofConfined()) {
            int status = (int) set.invokeExact(arena.allocateFrom(key), arena.allocateFrom(Long.toString(value)));
            if (status != 0) {
                throw new IllegalArgumentException("the emulator has no setting " + key + " = " + value);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The order in which everything runs that CUDA leaves open, from the next launch on. */
    public void run(LaneOrder order) {
        set("order", order.setting);
    }

    /** A figure of the machine, by a name of the README. */
    public long get(String figure) {
        long value;
        try (Arena arena = Arena.ofConfined()) {
            value = (long) get.invokeExact(arena.allocateFrom(figure));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        if (value < 0) {
            throw new IllegalArgumentException("the emulator has no figure " + figure);
        }
        return value;
    }

    /** Back to the settings of the start, without contexts, memory, streams, modules or a fault. */
    public void reset() {
        try {
            reset.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** What the last fault was, with the kernel and the place; empty where there was none since the reset. */
    public String lastFailure() {
        try {
            MemorySegment text = (MemorySegment) lastFailure.invokeExact();
            return text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** A file below {@code src/test/cuda} of this module. */
    public static Path source(String name) {
        Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        for (Path folder = module; folder != null; folder = folder.getParent()) {
            for (Path candidate : List.of(folder, folder.resolve("kernels"))) {
                Path file = candidate.resolve("src/test/cuda").resolve(name);
                if (Files.exists(file)) {
                    return file;
                }
            }
        }
        throw new IllegalStateException("no src/test/cuda/" + name + " above " + module);
    }

    private static Path temporaryFolder() {
        try {
            Path folder = Files.createTempDirectory("emulated-cuda-cache-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> content = Files.walk(folder)) {
            content.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path build() {
        Path script = source("emulator/build.sh");
        Path target = script.resolve("../../../../../target/cuda-emulator").normalize();
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString(), target.toString()));
        headers().map(Path::toString).forEach(command::add);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int status = process.waitFor();
            String last = output.substring(output.lastIndexOf('\n') + 1);
            if (status == 3) {
                throw new TestAbortedException(last);
            }
            if (status != 0) {
                throw new IllegalStateException("the CUDA emulator does not build:\n" + output);
            }
            return Path.of(last);
        } catch (IOException e) {
            if (System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows")) {
                throw new TestAbortedException("the CUDA emulator needs a shell and g++", e);
            }
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while building the CUDA emulator", e);
        }
    }

    /** Folders with NVIDIA's headers: beside the libraries that a system property names for tests, or found as they are. */
    private static Stream<Path> headers() {
        Stream<Path> named = Stream.of(System.getProperty("cuda.libraries", "").split(":", -1))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder).resolveSibling("include"));
        Stream<Path> found = CudaLibraries.candidates().stream()
                .map(LibraryCandidate::location)
                .flatMap(place -> Stream.of(Path.of(place, "include"), Path.of(place, "cu13", "include")));
        return Stream.concat(named, found)
                .filter(folder -> Files.exists(folder.resolve("cusolverDn.h")))
                .distinct();
    }

    private static MethodHandle handle(SymbolLookup library, String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor);
    }
}
