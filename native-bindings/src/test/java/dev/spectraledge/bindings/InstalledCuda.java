package dev.spectraledge.bindings;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The CUDA libraries of this machine, for tests: in the folders of system property {@code cuda.libraries}, separated by
 * colons, of which the first is the one that is loaded; else wherever {@link CudaLibraries} finds them.
 */
final class InstalledCuda {
    private InstalledCuda() {}

    /** Skips the test, with the reason, where there is no toolkit. */
    static CudaToolkit assumeToolkit() {
        folders().findFirst().ifPresent(folder -> System.setProperty(CudaSearch.PROPERTY, folder));
        try {
            return CudaLibraries.toolkit();
        } catch (CudaUnavailableException e) {
            return abort(e.getMessage());
        }
    }

    /** Skips the test, with the reason, where there is no toolkit, or where a driver would make calls succeed. */
    static void assumeToolkitWithoutDriver() {
        assumeToolkit();
        assumeTrue(driver().isEmpty(), "this machine has an NVIDIA driver");
    }

    /** Every toolkit that {@code cuda.libraries} names, else the one that is found. */
    static List<CudaToolkit> toolkits() {
        List<CudaToolkit> toolkits = folders()
                .map(Path::of)
                .map(folder -> CudaToolkit.MAJORS.stream()
                        .flatMap(major -> CudaToolkit.in("cuda.libraries", List.of(folder), major).stream())
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("cuda.libraries: no toolkit in " + folder)))
                .toList();
        return toolkits.isEmpty() ? List.of(assumeToolkit()) : toolkits;
    }

    static Optional<Path> driver() {
        try {
            return Optional.of(CudaSearch.ofHost().driver());
        } catch (CudaUnavailableException none) {
            return Optional.empty();
        }
    }

    private static Stream<String> folders() {
        return Stream.of(System.getProperty("cuda.libraries", "").split(":", -1))
                .filter(folder -> !folder.isBlank());
    }
}
