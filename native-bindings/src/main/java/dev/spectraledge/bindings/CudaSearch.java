package dev.spectraledge.bindings;

import dev.spectraledge.bindings.CudaUnavailableException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The places where a CUDA toolkit and the NVIDIA driver may lie, in order, and which of them is taken. */
final class CudaSearch {
    static final String PROPERTY = "spectraledge.cuda.directory";
    static final String VARIABLE = "SPECTRALEDGE_CUDA_DIRECTORY";
    static final String PYTHON = "SPECTRALEDGE_PYTHON";
    static final String DRIVER = "libcuda.so.1";

    private final UnaryOperator<String> properties;
    private final UnaryOperator<String> environment;
    private final Path root;
    private final Loader loader;

    /** Finds the file that the system loader takes for a name; it must hold the symbol. */
    interface Loader {
        Optional<Path> find(String soname, String symbol);
    }

    /**
     * @param properties reads a system property, or null
     * @param environment reads an environment variable, or null
     * @param root what absolute places are relative to, {@code /} outside of tests
     */
    CudaSearch(UnaryOperator<String> properties, UnaryOperator<String> environment, Path root, Loader loader) {
        this.properties = properties;
        this.environment = environment;
        this.root = root;
        this.loader = loader;
    }

    static CudaSearch ofHost() {
        return new CudaSearch(System::getProperty, System::getenv, Path.of("/"), SystemLoader::find);
    }

    /**
     * One place for a toolkit.
     *
     * @param origin what names the place
     * @param location what it names, before expansion
     * @param binding whether the user asked for this place: then nothing after it is tried
     * @param folderSets each a set of folders that together may hold a toolkit
     */
    private record Place(String origin, String location, boolean binding, List<List<Path>> folderSets) {
        /** The toolkit of this place with a major version up to {@code newestMajor}. */
        Optional<CudaToolkit> toolkit(int newestMajor) {
            return CudaToolkit.MAJORS.stream()
                    .filter(major -> major <= newestMajor)
                    .flatMap(major ->
                            folderSets.stream().flatMap(folders -> CudaToolkit.in(origin, folders, major).stream()))
                    .findFirst();
        }

        LibraryCandidate candidate() {
            return new LibraryCandidate(origin, location, state());
        }

        private String state() {
            if (!Files.isDirectory(Path.of(location))) {
                return "no such folder";
            }
            return toolkit(Integer.MAX_VALUE).map(CudaSearch::found).orElseGet(() -> "lacks " + nearestMiss());
        }

        /** What is missing where least is missing. */
        private String nearestMiss() {
            return String.join(
                    ", ",
                    CudaToolkit.MAJORS.stream()
                            .flatMap(major -> folderSets.stream().map(folders -> CudaToolkit.missing(folders, major)))
                            .min(Comparator.comparingInt(List::size))
                            .orElseThrow());
        }
    }

    /** The user's folder: the system property, else the environment variable; empty when neither is set. */
    private Optional<Place> chosen() {
        return set("system property " + PROPERTY, properties.apply(PROPERTY))
                .or(() -> set("environment " + VARIABLE, environment.apply(VARIABLE)));
    }

    private static Optional<Place> set(String origin, String value) {
        if (value == null || value.isBlank()) {
            return Optional.empty();
        }
        Path folder = Path.of(value).toAbsolutePath();
        List<List<Path>> folderSets = List.of(
                List.of(folder), List.of(folder.resolve("lib64")), List.of(folder.resolve("lib")), wheels(folder));
        return Optional.of(new Place(origin, folder.toString(), true, folderSets));
    }

    /** Every place for a toolkit except the system loader's own search, which needs libraries to be opened. */
    private List<Place> places() {
        List<Place> places = new ArrayList<>();
        chosen().ifPresent(places::add);
        installed("environment CUDA_HOME", environment.apply("CUDA_HOME")).ifPresent(places::add);
        installed("usual place", root.resolve("usr/local/cuda").toString()).ifPresent(places::add);
        for (Path packages : pythonPackages()) {
            Path nvidia = packages.resolve("nvidia");
            if (Files.isDirectory(nvidia)) {
                places.add(new Place(
                        "Python packages",
                        nvidia.toString(),
                        false,
                        List.of(List.of(nvidia.resolve("cu13/lib")), wheels(nvidia))));
            }
        }
        return places;
    }

    private static Optional<Place> installed(String origin, String value) {
        if (value == null || value.isBlank()) {
            return Optional.empty();
        }
        Path folder = Path.of(value).toAbsolutePath();
        String target = NativeLibraries.platform().equals("linux-arm64") ? "sbsa-linux" : "x86_64-linux";
        return Optional.of(new Place(
                origin,
                folder.toString(),
                false,
                List.of(List.of(folder.resolve("lib64")), List.of(folder.resolve("targets/" + target + "/lib")))));
    }

    /** The {@code lib} folders of NVIDIA's Python packages of CUDA 12, one package per library. */
    private static List<Path> wheels(Path nvidia) {
        return children(nvidia, "*").stream()
                .map(folder -> folder.resolve("lib"))
                .filter(Files::isDirectory)
                .toList();
    }

    /**
     * Folders of installed Python packages: of the Python that the user named, the active environment, the user, every
     * {@code python3} on PATH and the usual prefixes. No Python is run for it.
     */
    private Set<Path> pythonPackages() {
        List<Path> prefixes = new ArrayList<>();
        String named = environment.apply(PYTHON);
        if (named != null && named.contains("/")) {
            prefixes.add(prefix(Path.of(named)));
        } else if (named != null && !named.isBlank()) {
            prefixes.addAll(prefixesOnPath(named));
        }
        Stream.of("VIRTUAL_ENV", "CONDA_PREFIX")
                .map(environment)
                .filter(value -> value != null && !value.isBlank())
                .forEach(value -> prefixes.add(Path.of(value)));
        prefixes.addAll(prefixesOnPath("python3"));
        String home = properties.apply("user.home");
        if (home != null) {
            prefixes.add(Path.of(home, ".local"));
        }
        prefixes.add(root.resolve("usr/local"));
        prefixes.add(root.resolve("usr"));
        Set<Path> packages = new LinkedHashSet<>();
        for (Path prefix : prefixes) {
            for (Path library : children(prefix.resolve("lib"), "python3*")) {
                packages.add(library.resolve("site-packages"));
                packages.add(library.resolve("dist-packages"));
            }
        }
        return packages;
    }

    /** Of {@code PREFIX/bin/python}, which in a virtual environment is a link that must not be followed. */
    private static Path prefix(Path program) {
        Path bin = program.toAbsolutePath().normalize().resolveSibling("");
        return bin.resolveSibling("");
    }

    private List<Path> prefixesOnPath(String program) {
        String path = environment.apply("PATH");
        return Stream.of((path == null ? "" : path).split(":", -1))
                .filter(entry -> !entry.isBlank())
                .map(entry -> Path.of(entry, program))
                .filter(Files::exists)
                .map(CudaSearch::prefix)
                .toList();
    }

    /**
     * The first toolkit that a driver of this version can run.
     *
     * @param driverVersion as 1000 · major + 10 · minor
     * @throws CudaUnavailableException when there is none
     */
    CudaToolkit toolkit(int driverVersion) {
        int newestMajor = driverVersion / 1000;
        List<Place> places = places();
        Optional<CudaToolkit> found = Optional.empty();
        for (Place place : places) {
            found = place.toolkit(newestMajor);
            if (found.isPresent() || place.binding()) {
                break;
            }
        }
        boolean chosen = !places.isEmpty() && places.getFirst().binding();
        if (found.isEmpty() && !chosen) {
            found = toolkitOfLoader(newestMajor);
        }
        return found.orElseThrow(() -> noToolkit(chosen ? places.subList(0, 1) : places, driverVersion));
    }

    /** The toolkit in the folder where the system loader finds NVRTC. */
    private Optional<CudaToolkit> toolkitOfLoader(int newestMajor) {
        return CudaToolkit.MAJORS.stream()
                .filter(major -> major <= newestMajor)
                .flatMap(major -> loader
                        .find(CudaLibrary.NVRTC.soname(major), CudaLibrary.NVRTC.newestSymbol())
                        .flatMap(file -> CudaToolkit.in("system loader", List.of(file.getParent()), major))
                        .stream())
                .findFirst();
    }

    private static CudaUnavailableException noToolkit(List<Place> places, int driverVersion) {
        Optional<CudaToolkit> tooNew = places.stream()
                .flatMap(place -> place.toolkit(Integer.MAX_VALUE).stream())
                .findFirst();
        if (tooNew.isPresent()) {
            return tooOld(tooNew.get(), driverVersion);
        }
        String searched =
                places.stream().map(place -> place.candidate().toString()).collect(Collectors.joining("; "));
        boolean chosen = !places.isEmpty() && places.getFirst().binding();
        return new CudaUnavailableException(
                Reason.LIBRARIES_MISSING,
                "CUDA libraries missing: no place holds NVRTC, cuBLAS, cuBLASLt and cuSOLVER of one CUDA 13 or 12"
                        + " (searched: " + searched + (chosen ? "" : "; system loader") + "); set -D" + PROPERTY
                        + " or " + VARIABLE + " to their folder");
    }

    static CudaUnavailableException tooOld(CudaToolkit toolkit, int driverVersion) {
        return new CudaUnavailableException(
                Reason.DRIVER_TOO_OLD,
                "the NVIDIA driver is too old: it supports CUDA " + driverVersion / 1000 + "."
                        + driverVersion % 1000 / 10 + ", the libraries in "
                        + toolkit.folders().getFirst()
                        + " are of CUDA " + toolkit.major());
    }

    /**
     * The driver's file: in the user's folder if that holds one, which is how an emulated driver is put in, else where the
     * system loader finds it, else in a usual place.
     *
     * @throws CudaUnavailableException when there is none
     */
    Path driver() {
        return chosenDriver()
                .or(() -> loader.find(DRIVER, "cuInit"))
                .or(() -> usualDrivers().stream().filter(Files::isRegularFile).findFirst())
                .orElseThrow(() -> new CudaUnavailableException(
                        Reason.NO_DRIVER,
                        "no NVIDIA driver: " + DRIVER + " is neither known to the system loader nor in "
                                + usualDrivers().stream()
                                        .map(file -> file.getParent().toString())
                                        .collect(Collectors.joining(" or "))));
    }

    /** Every place where the driver and a toolkit are looked for, in order; opens what only the system loader can find. */
    List<LibraryCandidate> candidates() {
        List<LibraryCandidate> candidates = new ArrayList<>();
        chosenDriver().ifPresent(file -> candidates.add(candidate("driver in the chosen folder", file)));
        candidates.add(new LibraryCandidate(
                "driver by the system loader",
                DRIVER,
                loader.find(DRIVER, "cuInit").map(file -> "found as " + file).orElse("not found")));
        usualDrivers().forEach(file -> candidates.add(candidate("driver in a usual place", file)));
        candidates.add(chosenOrNotSet("system property " + PROPERTY, properties.apply(PROPERTY)));
        candidates.add(chosenOrNotSet("environment " + VARIABLE, environment.apply(VARIABLE)));
        places().stream()
                .filter(place -> !place.binding())
                .map(Place::candidate)
                .forEach(candidates::add);
        candidates.add(new LibraryCandidate(
                "system loader",
                CudaLibrary.NVRTC.soname(CudaToolkit.MAJORS.getFirst()) + " or "
                        + CudaLibrary.NVRTC.soname(CudaToolkit.MAJORS.getLast()),
                toolkitOfLoader(Integer.MAX_VALUE).map(CudaSearch::found).orElse("no complete toolkit")));
        return List.copyOf(candidates);
    }

    private static LibraryCandidate candidate(String origin, Path file) {
        return new LibraryCandidate(origin, file.toString(), Files.isRegularFile(file) ? "found" : "no such file");
    }

    private static LibraryCandidate chosenOrNotSet(String origin, String value) {
        return set(origin, value).map(Place::candidate).orElseGet(() -> LibraryCandidate.notSet(origin));
    }

    private static String found(CudaToolkit toolkit) {
        return "found CUDA " + toolkit.major() + " in " + toolkit.folders().getFirst();
    }

    private Optional<Path> chosenDriver() {
        return chosen().stream()
                .flatMap(place -> place.folderSets().stream())
                .flatMap(List::stream)
                .map(folder -> folder.resolve(DRIVER))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** Where containers and distributions put the driver. */
    private List<Path> usualDrivers() {
        String multiarch = NativeLibraries.platform().equals("linux-arm64") ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
        return List.of(
                root.resolve("usr/local/nvidia/lib64").resolve(DRIVER),
                root.resolve("usr/lib").resolve(multiarch).resolve(DRIVER));
    }

    private static List<Path> children(Path folder, String pattern) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
            List<Path> children = new ArrayList<>();
            entries.forEach(children::add);
            children.sort(null);
            return children;
        } catch (IOException unreadable) {
            // Nothing in a folder that cannot be listed could be loaded.
            return List.of();
        }
    }
}
