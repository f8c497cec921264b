package dev.spectraledge.analysis.cli;

import dev.spectraledge.bindings.SharedLibraries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a GPU computation would need of this machine, and which of it is there. */
final class GpuCheck {
    /** Library, and who brings it. */
    private static final Map<String, String> LIBRARIES = libraries();

    private GpuCheck() {}

    /** State of each library by name: {@code found}, or what to install. */
    static Map<String, Object> libraryStates() {
        Map<String, Object> states = new LinkedHashMap<>();
        LIBRARIES.forEach((library, origin) -> states.put(
                library,
                candidates(library).stream()
                        .filter(SharedLibraries::loads)
                        .findFirst()
                        .map(found -> "found as " + found)
                        .orElse("missing: comes with " + origin)));
        return states;
    }

    private static Map<String, String> libraries() {
        Map<String, String> libraries = new LinkedHashMap<>();
        libraries.put("libcuda.so.1", "the NVIDIA driver");
        for (String library : List.of("libnvrtc.so", "libcublas.so", "libcublasLt.so", "libcusolver.so")) {
            libraries.put(library, "the CUDA toolkit (set CUDA_HOME if it is installed)");
        }
        return libraries;
    }

    /** By the system's search path, then below the folders where toolkits are installed. */
    private static List<String> candidates(String library) {
        List<String> candidates = new ArrayList<>(List.of(library));
        Stream.of(System.getenv("CUDA_HOME"), System.getenv("CUDA_PATH"), "/usr/local/cuda")
                .filter(folder -> folder != null && !folder.isBlank())
                .map(folder -> Path.of(folder, "lib64", library))
                .filter(Files::exists)
                .forEach(path -> candidates.add(path.toString()));
        return candidates;
    }
}
