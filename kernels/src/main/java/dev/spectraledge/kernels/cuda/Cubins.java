package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CacheFolder;
import dev.spectraledge.bindings.CudaLibraries;
import dev.spectraledge.bindings.CudaLibrary;
import dev.spectraledge.bindings.Nvrtc;
import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.kernels.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Compiled kernels for one device, kept in a folder of the cache under a hash of all that they depend on: source, options
 * with the architecture, and the compiler with its version. Processes that start together compile the same and rename it
 * into place.
 *
 * <p>A file is the image and then its SHA-256, behind where readers of cubins look. What is cut off or damaged is not used
 * but compiled again; what others could have written is refused by {@link CacheFolder}.
 */
final class Cubins {
    private static final String FOLDER = "kernels";

    private final Nvrtc.Target target;
    private final CacheFolder folder;
    private final String compiler;

    /**
     * @param architecture of the device, 10 · major + minor of its compute capability
     * @param cache the folder of all that is cached
     */
    Cubins(int architecture, Path cache) {
        target = Nvrtc.target(architecture);
        compiler = CudaLibraries.toolkit().files().get(CudaLibrary.NVRTC) + " " + Nvrtc.version();
        try {
            folder = CacheFolder.open(cache).folder(FOLDER);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** What has been kept of {@code stem.cu} for one type. */
    Optional<byte[]> kept(String stem, DType type) {
        try {
            return folder.read(key(stem, type)).flatMap(Cubins::unsealed);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Compiles {@code stem.cu} for one type, and keeps the result. */
    byte[] compile(String stem, DType type) {
        byte[] image = Nvrtc.compile(target, KernelSources.text(stem), stem + ".cu", options(type))
                .image();
        try {
            folder.write(key(stem, type), sealed(image));
        } catch (IOException e) {
            throw unusable(e);
        }
        return image;
    }

    private List<String> options(DType type) {
        return KernelSources.options(type, target.option());
    }

    private String key(String stem, DType type) {
        return Sha256.hex(compiler + '\n' + String.join("\n", options(type)) + '\n' + KernelSources.text(stem));
    }

    private static byte[] sealed(byte[] image) {
        byte[] content = Arrays.copyOf(image, image.length + Sha256.BYTES);
        System.arraycopy(Sha256.of(image), 0, content, image.length, Sha256.BYTES);
        return content;
    }

    private static Optional<byte[]> unsealed(byte[] content) {
        int length = content.length - Sha256.BYTES;
        if (length < 0) {
            return Optional.empty();
        }
        byte[] image = Arrays.copyOf(content, length);
        return Arrays.equals(sealed(image), content) ? Optional.of(image) : Optional.empty();
    }

    private static UncheckedIOException unusable(IOException cause) {
        return new UncheckedIOException("compiled kernels cannot be kept: " + cause.getMessage(), cause);
    }
}
