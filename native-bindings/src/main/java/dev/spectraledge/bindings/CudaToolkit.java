package dev.spectraledge.bindings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The libraries of one CUDA toolkit, all from one place: libraries of different major versions do not load together.
 *
 * @param origin what named the place, for example {@code environment CUDA_HOME}
 * @param major 12 or 13
 * @param folders one folder, or the folders of the Python packages that share a parent
 * @param files path of each library
 */
public record CudaToolkit(String origin, int major, List<Path> folders, Map<CudaLibrary, Path> files) {
    /** Major versions that are supported, the preferred one first. */
    static final List<Integer> MAJORS = List.of(13, 12);

    public CudaToolkit {
        folders = List.copyOf(folders);
        files = Map.copyOf(files);
    }

    /** The toolkit of this major version in these folders; empty when a library is missing there. */
    static Optional<CudaToolkit> in(String origin, List<Path> folders, int major) {
        Map<CudaLibrary, Path> files = new EnumMap<>(CudaLibrary.class);
        for (CudaLibrary library : CudaLibrary.values()) {
            file(library, folders, major).ifPresent(file -> files.put(library, file));
        }
        return files.size() == CudaLibrary.values().length
                ? Optional.of(new CudaToolkit(origin, major, folders, files))
                : Optional.empty();
    }

    /** Names of the libraries of this major version that these folders lack. */
    static List<String> missing(List<Path> folders, int major) {
        return Arrays.stream(CudaLibrary.values())
                .filter(library -> file(library, folders, major).isEmpty())
                .map(library -> library.soname(major))
                .toList();
    }

    private static Optional<Path> file(CudaLibrary library, List<Path> folders, int major) {
        return folders.stream()
                .map(folder -> folder.resolve(library.soname(major)))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /**
     * What NVRTC opens by name while it compiles: it has no search path of its own, so these are loaded before it.
     *
     * @throws IOException when the folder of NVRTC cannot be read
     */
    List<Path> nvrtcBuiltins() throws IOException {
        Pattern name = Pattern.compile("libnvrtc-builtins\\.so\\." + major + "\\.\\d+");
        Path folder = files.get(CudaLibrary.NVRTC).toAbsolutePath().getParent();
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(
                            file -> name.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }
}
