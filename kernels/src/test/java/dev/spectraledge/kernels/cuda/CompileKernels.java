package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaUnavailableException;
import dev.spectraledge.bindings.Nvrtc;
import dev.spectraledge.kernels.DType;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles kernels with the NVRTC of this machine, in a JVM of its own because that of the tests has the emulated one. Prints
 * what the assembler reports; exits with {@link #UNAVAILABLE} and the reason where there is no NVRTC.
 */
final class CompileKernels {
    static final int UNAVAILABLE = 3;

    private CompileKernels() {}

    /**
     * Compiles what it is asked for, where this NVRTC knows the architecture.
     *
     * @param arguments a folder with sources, {@code STEM.cu} each, which gets their cubins, {@code STEM.TYPE.ARCHITECTURE}; then
     *     a type and its architectures, as {@code FLOAT32:80,90}, any number of times
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        try {
            List<Integer> supported = Nvrtc.supportedArchitectures();
            for (String argument : List.of(arguments).subList(1, arguments.length)) {
                String[] parts = argument.split(":", 2);
                for (String architecture : parts[1].split(",", -1)) {
                    if (supported.contains(Integer.valueOf(architecture))) {
                        compile(folder, DType.valueOf(parts[0]), architecture);
                    }
                }
            }
        } catch (CudaUnavailableException e) {
            System.out.println(e.getMessage());
            System.exit(UNAVAILABLE);
        }
    }

    private static void compile(Path folder, DType type, String architecture) throws IOException {
        List<String> options = new ArrayList<>(KernelSources.options(type, "sm_" + architecture));
        options.add("--ptxas-options=-v");
        try (DirectoryStream<Path> sources = Files.newDirectoryStream(folder, "*.cu")) {
            for (Path source : sources) {
                String name = source.getFileName().toString();
                Nvrtc.Compilation compiled = Nvrtc.compileToCubin(Files.readString(source), name, options);
                System.out.println(compiled.log());
                String stem = name.substring(0, name.length() - ".cu".length());
                Files.write(folder.resolve(stem + "." + type + "." + architecture), compiled.image());
            }
        }
    }
}
