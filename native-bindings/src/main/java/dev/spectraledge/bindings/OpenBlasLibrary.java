package dev.spectraledge.bindings;

import dev.spectraledge.bindings.raw.openblas.openblas_h;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one OpenBLAS of this JVM: found, loaded and described.
 *
 * <p>Candidates, in order: system property {@code spectraledge.openblas}, environment variable
 * {@code SPECTRALEDGE_OPENBLAS} (each the path of a shared library with CBLAS and LAPACKE), the bundled library. Load it
 * explicitly where the program starts: {@link Blas} and {@link Lapack} otherwise load it with default options on first
 * use, and a failure inside their initialisation reaches the caller wrapped in an {@link ExceptionInInitializerError}.
 *
 * <p>OpenBLAS's own threads are switched off (one thread) when it is loaded, because the work is split over this
 * program's workers; {@link #setThreads} changes that for the whole process.
 */
public final class OpenBlasLibrary {
    private static final String CORE_TYPE_VARIABLE = "OPENBLAS_CORETYPE";

    /** As {@code sha256sum} prints it, for every platform; the library itself before those that it needs. */
    private static final String DIGESTS = "openblas.sha256";

    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\S*");

    private static OpenBlasLibrary loaded;

    private final Path path;
    private final Options options;
    private final Optional<String> slowerThanCpu;

    private OpenBlasLibrary(Path path, Options options) {
        this.path = path;
        this.options = options;
        this.slowerThanCpu = slowerThanCpu(coreName(), pinnedBy(options, coreName()), CpuFeatures.ofHost());
    }

    /**
     * How to load OpenBLAS.
     *
     * @param coreType the kernels to use, for example {@code Haswell}, in place of what OpenBLAS or
     *     {@code OPENBLAS_CORETYPE} in the environment would choose; empty to leave the choice to them
     */
    public record Options(Optional<String> coreType) {
        /** The environment, else OpenBLAS, chooses the core type. */
        public static Options defaults() {
            return new Options(Optional.empty());
        }

        /** These kernels, whatever the environment says. */
        public static Options withCoreType(String coreType) {
            return new Options(Optional.of(coreType));
        }
    }

    /**
     * The library, loaded with default options unless it is loaded already.
     *
     * @throws NativeLibraryException when it cannot be found or loaded
     */
    public static OpenBlasLibrary load() {
        return load(Options.defaults());
    }

    /**
     * The library, loaded with these options.
     *
     * @throws NativeLibraryException when it cannot be found or loaded, or has not the core type that is asked for
     * @throws IllegalStateException when it is loaded already and runs another core type than the one asked for
     */
    public static synchronized OpenBlasLibrary load(Options options) {
        if (loaded == null) {
            loaded = open(options);
        }
        options.coreType().ifPresent(coreType -> {
            if (!coreType.equalsIgnoreCase(loaded.coreName())) {
                throw new IllegalStateException("OpenBLAS is loaded already with core type " + loaded.coreName()
                        + "; ask for " + coreType + " before anything uses it");
            }
        });
        return loaded;
    }

    private static OpenBlasLibrary open(Options options) {
        options.coreType().ifPresent(coreType -> ProcessEnvironment.set(CORE_TYPE_VARIABLE, coreType));
        Path path = locator().load();
        requireOpenBlas(path);
        openblas_h.openblas_set_num_threads(1);
        OpenBlasLibrary library = new OpenBlasLibrary(path, options);
        options.coreType().ifPresent(coreType -> {
            if (!coreType.equalsIgnoreCase(library.coreName())) {
                throw new NativeLibraryException("core type " + coreType + " is not available: " + library.config()
                        + " chose " + library.coreName() + " on this CPU");
            }
        });
        return library;
    }

    /** An override may name any file: these symbols and 32-bit integers are what the bindings were generated for. */
    private static void requireOpenBlas(Path path) {
        SymbolLookup symbols = SymbolLookup.loaderLookup();
        for (String symbol : List.of("openblas_get_config", "cblas_sgemm", "LAPACKE_sgesdd_work")) {
            if (symbols.find(symbol).isEmpty()) {
                throw new NativeLibraryException(path + " is no OpenBLAS with LAPACKE: it has no symbol " + symbol);
            }
        }
        String config = openblas_h.openblas_get_config().getString(0);
        if (config.contains("USE64BITINT")) {
            throw new NativeLibraryException(path + " was built with 64-bit integers; one with 32-bit is needed");
        }
    }

    /** Every place where OpenBLAS is looked for, in order, without loading it. */
    public static List<LibraryCandidate> candidates() {
        return locator().candidates();
    }

    private static NativeLibraries locator() {
        String platform = NativeLibraries.platform();
        List<BundledLibrary.BundledFile> files = bundledFiles(platform);
        Optional<BundledLibrary> bundled = files.isEmpty()
                ? Optional.empty()
                : Optional.of(new BundledLibrary(
                        OpenBlasLibrary.class.getClassLoader(),
                        "openblas-" + platform,
                        "org/bytedeco/openblas/" + platform,
                        files));
        return new NativeLibraries(
                "OpenBLAS",
                "spectraledge.openblas",
                "SPECTRALEDGE_OPENBLAS",
                bundled,
                System::getProperty,
                System::getenv);
    }

    /** The files of the bundled library for a platform; none where there is no such library. */
    static List<BundledLibrary.BundledFile> bundledFiles(String platform) {
        try (InputStream in = OpenBlasLibrary.class.getResourceAsStream(DIGESTS)) {
            if (in == null) {
                throw new IllegalStateException(DIGESTS + " is missing on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("  " + platform + "/", 2))
                    .filter(parts -> parts.length == 2)
                    .map(parts -> new BundledLibrary.BundledFile(parts[1], parts[0]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + DIGESTS, e);
        }
    }

    private static Optional<String> pinnedBy(Options options, String coreName) {
        if (options.coreType().isPresent()) {
            return Optional.of("the configuration");
        }
        // OpenBLAS ignores a name that it does not know, and then nothing is pinned.
        return coreName.equalsIgnoreCase(System.getenv(CORE_TYPE_VARIABLE))
                ? Optional.of(CORE_TYPE_VARIABLE)
                : Optional.empty();
    }

    /** The file that is loaded. */
    public Path path() {
        return path;
    }

    /** The options that it was loaded with. */
    public Options options() {
        return options;
    }

    /** Version and build options in OpenBLAS's words, for example {@code OpenBLAS 0.3.31 DYNAMIC_ARCH …}. */
    public String config() {
        return openblas_h.openblas_get_config().getString(0).strip();
    }

    /** Version number, for example {@code 0.3.31}. */
    public String version() {
        Matcher matcher = VERSION.matcher(config());
        return matcher.find() ? matcher.group() : "unknown";
    }

    /** The core type whose kernels run, for example {@code Cooperlake}. */
    public String coreName() {
        return openblas_h.openblas_get_corename().getString(0);
    }

    /** How OpenBLAS's own threads were built: {@code none}, {@code pthreads} or {@code OpenMP}. */
    public String threading() {
        return switch (openblas_h.openblas_get_parallel()) {
            case 0 -> "none";
            case 1 -> "pthreads";
            default -> "OpenMP";
        };
    }

    /** Threads that OpenBLAS uses inside one call, 1 unless {@link #setThreads} changed it. */
    public int threads() {
        return openblas_h.openblas_get_num_threads();
    }

    /**
     * Sets the threads inside one call, for the whole process.
     *
     * @throws IllegalArgumentException when {@code threads} is below 1
     */
    public void setThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("OpenBLAS needs at least 1 thread, not " + threads);
        }
        openblas_h.openblas_set_num_threads(threads);
    }

    /** One line for logs when the kernels that run are slower than what the CPU offers; empty otherwise. */
    public Optional<String> slowerThanCpu() {
        return slowerThanCpu;
    }

    static Optional<String> slowerThanCpu(String coreName, Optional<String> pinnedBy, CpuFeatures cpu) {
        VectorLevel running = VectorLevel.ofCoreType(coreName);
        return cpu.vectorLevel()
                .filter(offered -> running.compareTo(offered) < 0)
                .map(offered -> "OpenBLAS runs its " + coreName + " kernels (" + running + "), "
                        + pinnedBy.map(by -> "pinned by " + by).orElse("its own choice") + "; this CPU offers "
                        + offered
                        + cpu.openBlasCoreType()
                                .map(best -> ", core type " + best)
                                .orElse(""));
    }
}
