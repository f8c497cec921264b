package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaUnavailableException;
import dev.spectraledge.bindings.Nvrtc;
import dev.spectraledge.kernels.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles all kernels with the NVRTC of this machine, in a JVM of its own because that of the tests has the emulated one.
 * Prints what the assembler reports; exits with {@link #UNAVAILABLE} and the reason where there is no NVRTC.
 */
final class CompileKernels {
    static final int UNAVAILABLE = 3;

    private CompileKernels() {}

    /**
     * Compiles what it is asked for.
     *
     * @param arguments a type and its architectures, as {@code FLOAT32:80,90}, any number of times
     */
    public static void main(String[] arguments) {
        try {
            List<Integer> supported = Nvrtc.supportedArchitectures();
            for (String argument : arguments) {
                String[] parts = argument.split(":", 2);
                for (String architecture : parts[1].split(",", -1)) {
                    if (supported.contains(Integer.valueOf(architecture))) {
                        compile(DType.valueOf(parts[0]), architecture);
                    }
                }
            }
        } catch (CudaUnavailableException e) {
            System.out.println(e.getMessage());
            System.exit(UNAVAILABLE);
        }
    }

    private static void compile(DType type, String architecture) {
        for (String stem : KernelSources.STEMS) {
            List<String> options = new ArrayList<>(KernelSources.options(type, "sm_" + architecture));
            options.add("--ptxas-options=-v");
            System.out.println(Nvrtc.compileToCubin(KernelSources.text(stem), stem + ".cu", options)
                    .log());
        }
    }
}
