package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaLibraries;
import dev.spectraledge.bindings.CudaLibrary;
import dev.spectraledge.bindings.Nvrtc;
import dev.spectraledge.kernels.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Compiled kernels for one architecture, kept in a folder under a hash of all that they depend on: source, options with the
 * architecture, and the compiler with its version. Processes that start together compile the same and rename it into place.
 */
final class Cubins {
    private final int architecture;
    private final Path folder;
    private final String compiler;

    /** @param architecture 10 · major + minor of the compute capability */
    Cubins(int architecture, Path folder) {
        this.architecture = architecture;
        this.folder = folder;
        Nvrtc.Version version = Nvrtc.version();
        compiler =
                CudaLibraries.toolkit().files().get(CudaLibrary.NVRTC) + " " + version.major() + "." + version.minor();
    }

    /** A cubin of {@code stem.cu} for one type, or PTX where the device is newer than the compiler. */
    byte[] image(String stem, DType type) {
        String source = KernelSources.text(stem);
        int newest = Nvrtc.supportedArchitectures().getLast();
        boolean isKnown = architecture <= newest;
        List<String> options = KernelSources.options(type, isKnown ? "sm_" + architecture : "compute_" + newest);
        Path file = folder.resolve(key(source, options));
        try {
            if (Files.isRegularFile(file)) {
                return Files.readAllBytes(file);
            }
            Nvrtc.Compilation compilation = isKnown
                    ? Nvrtc.compileToCubin(source, stem + ".cu", options)
                    : Nvrtc.compileToPtx(source, stem + ".cu", options);
            store(compilation.image(), file);
            return compilation.image();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the cache of compiled kernels " + folder, e);
        }
    }

    private String key(String source, List<String> options) {
        String content = compiler + '\n' + String.join("\n", options) + '\n' + source;
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void store(byte[] image, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp-" + UUID.randomUUID());
        try {
            Files.write(temporary, image);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
