package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.bindings.CudaUnavailableException;
import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CubinsTest {
    private static final int ARCHITECTURE = 90;

    @TempDir
    private Path folder;

    private Path cache;

    @BeforeAll
    static void findCompiler() {
        EmulatedCuda.start();
    }

    @BeforeEach
    void choose() throws IOException {
        cache = folder.toRealPath().resolve("not there yet");
    }

    private Cubins cubins() {
        return new Cubins(ARCHITECTURE, cache);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(cache.resolve("kernels"))) {
            return files.toList();
        }
    }

    private static byte[] sealed(byte[] image) {
        return ByteBuffer.allocate(image.length + Sha256.BYTES)
                .put(image)
                .put(Sha256.of(image))
                .array();
    }

    @Test
    void whatHasBeenCompiledIsKept() throws IOException {
        assertThat(cubins().kept("vectors", DType.FLOAT32)).isEmpty();
        byte[] image = cubins().compile("vectors", DType.FLOAT32);

        assertThat(files()).singleElement().satisfies(file -> {
            assertThat(file).hasBinaryContent(sealed(image));
            assertThat(file.getFileName().toString()).matches("[0-9a-f]{64}");
        });
        assertThat(cubins().kept("vectors", DType.FLOAT32)).hasValue(image);
    }

    @Test
    void whatIsCutOffOrDamagedIsNotUsed() throws IOException {
        byte[] image = cubins().compile("vectors", DType.FLOAT32);
        Path file = files().getFirst();
        byte[] damaged = sealed(image);
        damaged[image.length / 2] ^= 1;
        for (byte[] content : List.of(
                damaged, image, Arrays.copyOf(sealed(image), image.length / 2), new byte[] {1, 2, 3}, new byte[0])) {
            Files.write(file, content);
            assertThat(cubins().kept("vectors", DType.FLOAT32)).isEmpty();
        }
        cubins().compile("vectors", DType.FLOAT32);
        assertThat(cubins().kept("vectors", DType.FLOAT32)).hasValue(image);
    }

    @Test
    void whatOthersCanWriteIsRefused() throws IOException {
        cubins().compile("vectors", DType.FLOAT32);
        Path file = files().getFirst();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThatThrownBy(() -> cubins().kept("vectors", DType.FLOAT32))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("compiled kernels cannot be kept: others can write to " + file + " in the cache (mode 664):"
                        + " delete it or, if you trust what it holds, run chmod -R go-w " + cache
                        + ", or set SPECTRALEDGE_CACHE to a folder of your own");
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        cubins().compile("vectors", DType.FLOAT32);
        Path file = files().getFirst();
        Files.createSymbolicLink(file, Files.move(file, folder.resolve("elsewhere")));
        assertThatThrownBy(() -> cubins().kept("vectors", DType.FLOAT32))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("links are not followed");
    }

    /** A driver that cannot load what an earlier one could, for instance. */
    @Test
    void whatTheDriverRefusesIsCompiledOnceMore() throws IOException {
        byte[] image = cubins().compile("vectors", DType.FLOAT32);
        Path file = files().getFirst();
        Files.write(file, sealed(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}));

        try (MemoryOwner owner = MemoryOwner.open("refused cubin");
                CudaBackend backend = new CudaBackend(CudaDevice.open(0, cache), ProductPrecision.FP32)) {
            Tensor x = backend.allocate(owner, DType.FLOAT32, 1, 5);
            backend.fill(x, 3);
            backend.scale(2, x);
            assertThat(x.get(0, 4)).isEqualTo(6);
        }
        assertThat(cubins().kept("vectors", DType.FLOAT32)).hasValue(image);
        assertThat(file).exists();
    }

    /** The compiler knows 100 and 103, and refuses those between, and all below 75. */
    @ParameterizedTest
    @ValueSource(ints = {101, 102, 130})
    void aDeviceThatTheCompilerDoesNotKnowGetsAnotherForm(int architecture) {
        assertThat(new Cubins(architecture, cache).compile("vectors", DType.FLOAT32))
                .isNotEmpty();
    }

    @Test
    void aDeviceThatIsTooOldIsRefusedWhenItIsOpened() {
        EmulatedCuda machine = EmulatedCuda.start();
        machine.set("architecture", 70);
        try {
            assertThatThrownBy(() -> CudaDevice.open(0, cache))
                    .isInstanceOf(CudaUnavailableException.class)
                    .hasMessage("NVRTC 13.99 compiles for compute capability 7.5 and newer, the device has 7.0: set"
                            + " SPECTRALEDGE_CUDA_DIRECTORY to an older CUDA, 12.6 or newer");
            assertThat(machine.get("contexts")).isZero();
        } finally {
            machine.reset();
        }
    }

    @Test
    void typesArchitecturesAndSourcesAreToldApart() throws IOException {
        cubins().compile("vectors", DType.FLOAT32);
        cubins().compile("vectors", DType.FLOAT64);
        new Cubins(80, cache).compile("vectors", DType.FLOAT32);
        cubins().compile("gelu", DType.FLOAT32);

        assertThat(files()).hasSize(4);
    }
}
