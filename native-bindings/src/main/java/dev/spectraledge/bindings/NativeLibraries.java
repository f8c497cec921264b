package dev.spectraledge.bindings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Finds one native library and loads it. Candidates, in order: a system property, an environment variable, the copy
 * bundled in a jar. The first that is set is used.
 *
 * <p>The library is loaded with {@link System#load} from this class, which makes its symbols visible to
 * {@link java.lang.foreign.SymbolLookup#loaderLookup} of every class of the same class loader; that is the lookup which
 * jextract's classes use. {@code System.load} is preferred to {@code SymbolLookup.libraryLookup} because only it reports
 * why the dynamic loader refused a file.
 */
final class NativeLibraries {
    private final String name;
    private final String property;
    private final String variable;
    private final Optional<BundledLibrary> bundled;
    private final UnaryOperator<String> properties;
    private final UnaryOperator<String> environment;

    /**
     * @param name what messages call the library
     * @param property system property with the path of the library
     * @param variable environment variable with the path of the library
     * @param bundled the copy on the class path, empty where this platform has none
     * @param properties reads a system property, or null
     * @param environment reads an environment variable, or null
     */
    NativeLibraries(
            String name,
            String property,
            String variable,
            Optional<BundledLibrary> bundled,
            UnaryOperator<String> properties,
            UnaryOperator<String> environment) {
        this.name = name;
        this.property = property;
        this.variable = variable;
        this.bundled = bundled;
        this.properties = properties;
        this.environment = environment;
    }

    /** Every candidate in order, without loading or unpacking anything. */
    List<LibraryCandidate> candidates() {
        List<LibraryCandidate> candidates = new ArrayList<>();
        candidates.add(override("system property " + property, properties.apply(property)));
        candidates.add(override("environment " + variable, environment.apply(variable)));
        candidates.add(bundledCandidate());
        return List.copyOf(candidates);
    }

    /**
     * Loads the library into the JVM and returns its path.
     *
     * @throws NativeLibraryException when no candidate is set, or the first that is set cannot be used
     */
    Path load() {
        List<LibraryCandidate> candidates = candidates();
        List<Path> files = locate(candidates);
        try {
            files.forEach(file -> System.load(file.toString()));
        } catch (UnsatisfiedLinkError e) {
            throw new NativeLibraryException(name, e.getMessage(), candidates, e);
        }
        return files.getLast();
    }

    /** The library, after those that it needs and brings along. */
    private List<Path> locate(List<LibraryCandidate> candidates) {
        for (LibraryCandidate candidate : candidates.subList(0, 2)) {
            if (candidate.isSet()) {
                Path path = Path.of(candidate.location());
                if (!Files.isRegularFile(path)) {
                    throw new NativeLibraryException(
                            name, candidate.origin() + " names " + path + ", which is no file", candidates, null);
                }
                return List.of(path);
            }
        }
        BundledLibrary library = bundled.filter(BundledLibrary::isPresent)
                .orElseThrow(() -> new NativeLibraryException(
                        name,
                        "no copy for " + platform() + " on the class path; set -D" + property + " or " + variable
                                + " to the path of a library",
                        candidates,
                        null));
        try {
            return library.inLoadingOrder(library.unpack(CacheDirectory.path(properties, environment)));
        } catch (IOException e) {
            throw new NativeLibraryException(name, "cannot unpack it: " + describe(e), candidates, e);
        }
    }

    private static LibraryCandidate override(String origin, String value) {
        if (value == null || value.isBlank()) {
            return LibraryCandidate.notSet(origin);
        }
        Path path = Path.of(value).toAbsolutePath();
        return new LibraryCandidate(origin, path.toString(), Files.isRegularFile(path) ? "found" : "no such file");
    }

    private LibraryCandidate bundledCandidate() {
        String origin = "bundled for " + platform();
        if (bundled.filter(BundledLibrary::isPresent).isEmpty()) {
            return new LibraryCandidate(origin, "class path", "not on the class path");
        }
        try {
            Path folder = bundled.get().folder(CacheDirectory.path(properties, environment));
            return new LibraryCandidate(
                    origin, folder.toString(), Files.isDirectory(folder) ? "found" : "unpacked on first use");
        } catch (IOException e) {
            return new LibraryCandidate(origin, "class path", describe(e));
        }
    }

    /** This machine in the words of the bundled jars: {@code linux-x86_64}, {@code linux-arm64}, … */
    static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String architecture = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm64";
            default -> System.getProperty("os.arch");
        };
        return system + "-" + architecture;
    }

    /** Java's file exceptions often carry nothing but the path. */
    private static String describe(IOException e) {
        return e.getClass().equals(IOException.class)
                ? e.getMessage()
                : e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
