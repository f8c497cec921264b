package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.spectraledge.bindings.CudaUnavailableException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaSearchTest {
    private static final int DRIVER_13 = 13000;
    private static final int DRIVER_12 = 12060;

    private static final List<String> CUDA_13 =
            List.of("libnvrtc.so.13", "libcublas.so.13", "libcublasLt.so.13", "libcusolver.so.12");
    private static final List<String> CUDA_12 =
            List.of("libnvrtc.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcusolver.so.11");

    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, Path> loader = new HashMap<>();

    @TempDir
    private Path root;

    @BeforeEach
    void home() {
        properties.put("user.home", root.resolve("home").toString());
    }

    private CudaSearch search() {
        return new CudaSearch(
                properties::get, environment::get, root, (soname, symbol) -> Optional.ofNullable(loader.get(soname)));
    }

    private Path folder(String name, List<String> files) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        for (String file : files) {
            Files.createFile(folder.resolve(file));
        }
        return folder;
    }

    private static void assertUnavailable(ThrowingCallable call, Reason reason, String message) {
        assertThatThrownBy(call)
                .asInstanceOf(type(CudaUnavailableException.class))
                .satisfies(e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e.getMessage()).isEqualTo(message).doesNotContain("\n");
                });
    }

    /** Fills every place, then empties one after another: the next one is taken each time. */
    @Test
    void placesAreTriedInOrder() throws IOException {
        Path loaderFolder = folder("loader", CUDA_13);
        loader.put("libnvrtc.so.13", loaderFolder.resolve("libnvrtc.so.13"));
        List<Path> expected = List.of(
                folder("property", CUDA_13),
                folder("variable", CUDA_13),
                folder("home-of-cuda/lib64", CUDA_13),
                folder("usr/local/cuda/lib64", CUDA_13),
                folder("venv/lib/python3.12/site-packages/nvidia/cu13/lib", CUDA_13),
                folder("on-path/lib/python3.11/site-packages/nvidia/cu13/lib", CUDA_13),
                folder("home/.local/lib/python3.11/site-packages/nvidia/cu13/lib", CUDA_13),
                folder("usr/local/lib/python3.11/dist-packages/nvidia/cu13/lib", CUDA_13),
                folder("usr/lib/python3/dist-packages/nvidia/cu13/lib", CUDA_13),
                loaderFolder);
        folder("on-path/bin", List.of("python3"));
        properties.put(CudaSearch.PROPERTY, root.resolve("property").toString());
        environment.put(CudaSearch.VARIABLE, root.resolve("variable").toString());
        environment.put("CUDA_HOME", root.resolve("home-of-cuda").toString());
        environment.put("VIRTUAL_ENV", root.resolve("venv").toString());
        environment.put("PATH", root.resolve("no-such-folder") + "::" + root.resolve("on-path/bin"));
        for (int i = 0; i < expected.size(); i++) {
            assertThat(search().toolkit(DRIVER_13).folders()).containsExactly(expected.get(i));
            if (i == 0) {
                properties.remove(CudaSearch.PROPERTY);
            } else if (i == 1) {
                environment.remove(CudaSearch.VARIABLE);
            } else {
                Files.delete(expected.get(i).resolve(CUDA_13.getFirst()));
            }
        }
        assertThatThrownBy(() -> search().toolkit(DRIVER_13)).isInstanceOf(CudaUnavailableException.class);
    }

    @Test
    void librariesOfTwoFoldersAreNotMixed() throws IOException {
        folder("home-of-cuda/lib64", CUDA_13.subList(0, 2));
        folder("usr/local/cuda/lib64", CUDA_13.subList(2, 4));
        environment.put("CUDA_HOME", root.resolve("home-of-cuda").toString());
        assertUnavailable(
                () -> search().toolkit(DRIVER_13),
                Reason.LIBRARIES_MISSING,
                "CUDA libraries missing: no place holds NVRTC, cuBLAS, cuBLASLt and cuSOLVER of one CUDA 13 or 12"
                        + " (searched: environment CUDA_HOME = " + root.resolve("home-of-cuda")
                        + ": lacks libcublasLt.so.13, libcusolver.so.12; usual place = "
                        + root.resolve("usr/local/cuda")
                        + ": lacks libnvrtc.so.13, libcublas.so.13; system loader); set -Dspectraledge.cuda.directory"
                        + " or SPECTRALEDGE_CUDA_DIRECTORY to their folder");
    }

    @Test
    void majorVersionsAreNotMixed() throws IOException {
        folder(
                "property",
                List.of(
                        "libnvrtc.so.13",
                        "libcublas.so.12",
                        "libcublasLt.so.12",
                        "libcusolver.so.12",
                        "libnvrtc.so.12"));
        properties.put(CudaSearch.PROPERTY, root.resolve("property").toString());
        assertThatThrownBy(() -> search().toolkit(DRIVER_13))
                .isInstanceOfSatisfying(
                        CudaUnavailableException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.LIBRARIES_MISSING));
    }

    @Test
    void theNewestToolkitThatTheDriverRunsIsTaken() throws IOException {
        Path folder = folder("usr/local/cuda/lib64", CUDA_13);
        CUDA_12.forEach(file -> folder.resolve(file).toFile().deleteOnExit());
        for (String file : CUDA_12) {
            Files.createFile(folder.resolve(file));
        }
        assertThat(search().toolkit(DRIVER_13).major()).isEqualTo(13);
        assertThat(search().toolkit(DRIVER_12).major()).isEqualTo(12);
        assertThat(search().toolkit(DRIVER_12).files().get(CudaLibrary.CUSOLVER))
                .isEqualTo(folder.resolve("libcusolver.so.11"));
    }

    @Test
    void aToolkitTooNewForTheDriverIsPassedOver() throws IOException {
        folder("home-of-cuda/lib64", CUDA_13);
        environment.put("CUDA_HOME", root.resolve("home-of-cuda").toString());
        assertUnavailable(
                () -> search().toolkit(DRIVER_12),
                Reason.DRIVER_TOO_OLD,
                "the NVIDIA driver is too old: it supports CUDA 12.6, the libraries in "
                        + root.resolve("home-of-cuda/lib64") + " are of CUDA 13");
        Path older = folder("usr/local/cuda/targets/x86_64-linux/lib", CUDA_12);
        folder("usr/local/cuda/targets/sbsa-linux/lib", CUDA_12);
        if (NativeLibraries.platform().equals("linux-x86_64")) {
            assertThat(search().toolkit(DRIVER_12).folders()).containsExactly(older);
        }
    }

    @Test
    void nothingIsTriedAfterTheChosenFolder() throws IOException {
        folder("usr/local/cuda/lib64", CUDA_13);
        Path empty = folder("empty", List.of());
        environment.put(CudaSearch.VARIABLE, empty.toString());
        assertUnavailable(
                () -> search().toolkit(DRIVER_13),
                Reason.LIBRARIES_MISSING,
                "CUDA libraries missing: no place holds NVRTC, cuBLAS, cuBLASLt and cuSOLVER of one CUDA 13 or 12"
                        + " (searched: environment SPECTRALEDGE_CUDA_DIRECTORY = " + empty
                        + ": lacks libnvrtc.so.13, libcublas.so.13, libcublasLt.so.13, libcusolver.so.12); set"
                        + " -Dspectraledge.cuda.directory or SPECTRALEDGE_CUDA_DIRECTORY to their folder");
    }

    @Test
    void theChosenFolderMayBeAToolkitOrPythonPackages() throws IOException {
        Path lib64 = folder("toolkit/lib64", CUDA_13);
        properties.put(CudaSearch.PROPERTY, root.resolve("toolkit").toString());
        assertThat(search().toolkit(DRIVER_13).folders()).containsExactly(lib64);

        Path cu13 = folder("python/nvidia/cu13/lib", CUDA_13);
        properties.put(CudaSearch.PROPERTY, cu13.getParent().getParent().toString());
        assertThat(search().toolkit(DRIVER_13).folders()).containsExactly(cu13);
    }

    @Test
    void pythonPackagesOfCuda12LieSideBySide() throws IOException {
        String nvidia = "venv/lib/python3.12/site-packages/nvidia/";
        Path cublas = folder(nvidia + "cublas/lib", CUDA_12.subList(1, 3));
        Path nvrtc = folder(nvidia + "cuda_nvrtc/lib", CUDA_12.subList(0, 1));
        Path cusolver = folder(nvidia + "cusolver/lib", CUDA_12.subList(3, 4));
        environment.put("VIRTUAL_ENV", root.resolve("venv").toString());
        CudaToolkit toolkit = search().toolkit(DRIVER_13);
        assertThat(toolkit.origin()).isEqualTo("Python packages");
        assertThat(toolkit.folders()).containsExactly(cublas, nvrtc, cusolver);
        assertThat(toolkit.files())
                .containsEntry(CudaLibrary.NVRTC, nvrtc.resolve("libnvrtc.so.12"))
                .containsEntry(CudaLibrary.CUBLASLT, cublas.resolve("libcublasLt.so.12"));
    }

    /** By path or by name; a virtual environment's Python is a link to one that has no such packages. */
    @Test
    void thePythonThatTheUserNamesComesBeforeOthers() throws IOException {
        folder("venv/lib/python3.12/site-packages/nvidia/cu13/lib", CUDA_13);
        environment.put("VIRTUAL_ENV", root.resolve("venv").toString());
        Path named = folder("named/lib/python3.11/site-packages/nvidia/cu13/lib", CUDA_13);
        Path system = folder("system/bin", List.of("python3.11"));
        Path python =
                Files.createSymbolicLink(folder("named/bin", List.of()).resolve("py"), system.resolve("python3.11"));
        environment.put(CudaSearch.PYTHON, python.toString());
        assertThat(search().toolkit(DRIVER_13).folders()).containsExactly(named);

        environment.put(CudaSearch.PYTHON, "py");
        environment.put("PATH", system + ":" + python.getParent());
        assertThat(search().toolkit(DRIVER_13).folders()).containsExactly(named);

        environment.put(CudaSearch.PYTHON, "/");
        assertThat(search().toolkit(DRIVER_13).folders())
                .containsExactly(root.resolve("venv/lib/python3.12/site-packages/nvidia/cu13/lib"));
    }

    @Test
    void theBuiltinsOfNvrtcAreThoseBesideIt() throws IOException {
        Path folder = folder("property", CUDA_13);
        folder(
                "property",
                List.of("libnvrtc-builtins.so.13.0", "libnvrtc-builtins.alt.so.13.0", "libnvrtc-builtins.so.12.6"));
        properties.put(CudaSearch.PROPERTY, folder.toString());
        assertThat(search().toolkit(DRIVER_13).nvrtcBuiltins())
                .containsExactly(folder.resolve("libnvrtc-builtins.so.13.0"));
    }

    @Test
    void theDriverOfTheChosenFolderComesFirst() throws IOException {
        Path chosen = folder("property", List.of("libcuda.so.1")).resolve("libcuda.so.1");
        Path container =
                folder("usr/local/nvidia/lib64", List.of("libcuda.so.1")).resolve("libcuda.so.1");
        Path found = Path.of("/found/by/the/loader");
        properties.put(CudaSearch.PROPERTY, chosen.getParent().toString());
        loader.put("libcuda.so.1", found);
        assertThat(search().driver()).isEqualTo(chosen);
        Files.delete(chosen);
        assertThat(search().driver()).isEqualTo(found);
        loader.clear();
        assertThat(search().driver()).isEqualTo(container);
        Files.delete(container);
        assertThatThrownBy(() -> search().driver()).isInstanceOfSatisfying(CudaUnavailableException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.NO_DRIVER);
            assertThat(e.getMessage())
                    .startsWith("no NVIDIA driver: libcuda.so.1 is neither known to the system loader nor in ")
                    .contains(container.getParent().toString())
                    .doesNotContain("\n");
        });
    }

    @Test
    void candidatesShowWhatIsThere() throws IOException {
        folder("usr/local/cuda/lib64", CUDA_12);
        environment.put("CUDA_HOME", root.resolve("gone").toString());
        properties.put(CudaSearch.PROPERTY, "");
        assertThat(search().candidates().stream().map(LibraryCandidate::toString))
                .containsSubsequence(
                        "driver by the system loader = libcuda.so.1: not found",
                        "system property spectraledge.cuda.directory: not set",
                        "environment SPECTRALEDGE_CUDA_DIRECTORY: not set",
                        "environment CUDA_HOME = " + root.resolve("gone") + ": no such folder",
                        "usual place = " + root.resolve("usr/local/cuda") + ": found CUDA 12 in "
                                + root.resolve("usr/local/cuda/lib64"),
                        "system loader = libnvrtc.so.13 or libnvrtc.so.12: no complete toolkit");
    }
}
