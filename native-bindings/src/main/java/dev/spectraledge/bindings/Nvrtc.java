package dev.spectraledge.bindings;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.spectraledge.bindings.CudaUnavailableException.Reason;
import dev.spectraledge.bindings.raw.nvrtc.nvrtc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;

/** Compiles CUDA C++ at run time. Needs NVRTC of the user's toolkit, and neither a driver nor a device. */
public final class Nvrtc {
    private Nvrtc() {}

    /** Version of NVRTC. */
    public record Version(int major, int minor) {
        @Override
        public String toString() {
            return major + "." + minor;
        }
    }

    /**
     * What kernels are compiled for.
     *
     * @param architecture 10 · major + minor of the compute capability
     * @param isMachineCode whether for that architecture alone, as a cubin; otherwise as PTX, which the driver translates at
     *     load for this architecture and every later one
     */
    public record Target(int architecture, boolean isMachineCode) {
        /** The value of the option {@code --gpu-architecture}. */
        public String option() {
            return (isMachineCode ? "sm_" : "compute_") + architecture;
        }
    }

    /**
     * Result of a compilation.
     *
     * @param image a cubin, or PTX text with its terminating zero; both are what
     *     {@link CudaDriver#loadModule} takes
     * @param log warnings and what {@code --ptxas-options=-v} reports; empty when there is nothing to say
     */
    public record Compilation(byte[] image, String log) {}

    /**
     * The version of the library.
     *
     * @throws CudaUnavailableException when there is no NVRTC
     */
    public static Version version() {
        CudaLibraries.open(CudaLibrary.NVRTC);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment major = arena.allocate(JAVA_INT);
            MemorySegment minor = arena.allocate(JAVA_INT);
            check("nvrtcVersion", nvrtc_h.nvrtcVersion(major, minor));
            return new Version(major.get(JAVA_INT, 0), minor.get(JAVA_INT, 0));
        }
    }

    /**
     * Architectures that cubins can be made for, as 10 · major + minor of the compute capability, ascending.
     *
     * @throws CudaUnavailableException when there is no NVRTC
     */
    public static List<Integer> supportedArchitectures() {
        CudaLibraries.open(CudaLibrary.NVRTC);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            check("nvrtcGetNumSupportedArchs", nvrtc_h.nvrtcGetNumSupportedArchs(count));
            MemorySegment architectures = arena.allocate(JAVA_INT, count.get(JAVA_INT, 0));
            check("nvrtcGetSupportedArchs", nvrtc_h.nvrtcGetSupportedArchs(architectures));
            return architectures.elements(JAVA_INT).map(e -> e.get(JAVA_INT, 0)).toList();
        }
    }

    /**
     * What to compile for so that a device can run it: machine code if this NVRTC knows the device, which is not said by a
     * newer architecture that it knows, otherwise PTX of the greatest architecture below it.
     *
     * @param device 10 · major + minor of its compute capability
     * @throws CudaUnavailableException when there is no NVRTC, or the device is older than all that it knows
     */
    public static Target target(int device) {
        return target(device, version(), supportedArchitectures());
    }

    static Target target(int device, Version version, List<Integer> supported) {
        if (supported.contains(device)) {
            return new Target(device, true);
        }
        int greatest = supported.stream()
                .filter(architecture -> architecture < device)
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> new CudaUnavailableException(
                        Reason.DEVICE_TOO_OLD,
                        "NVRTC " + version + " compiles for compute capability " + capability(supported.getFirst())
                                + " and newer, the device has " + capability(device) + ": set "
                                + CudaSearch.VARIABLE + " to an older CUDA, 12.6 or newer"));
        return new Target(greatest, false);
    }

    private static String capability(int architecture) {
        return architecture / 10 + "." + architecture % 10;
    }

    /**
     * Compiles to a cubin or to PTX, as the target says.
     *
     * @param source CUDA C++; no header is found unless an option names its folder
     * @param name what messages call the source
     * @param options in nvcc's words, with the target's {@link Target#option} as {@code --gpu-architecture} among them
     * @throws CudaException when the source does not compile; its text is the compiler's log
     * @throws CudaUnavailableException when there is no NVRTC
     */
    public static Compilation compile(Target target, String source, String name, List<String> options) {
        return target.isMachineCode() ? compileToCubin(source, name, options) : compileToPtx(source, name, options);
    }

    /**
     * Compiles to a cubin.
     *
     * @param source CUDA C++; no header is found unless an option names its folder
     * @param name what messages call the source
     * @param options in nvcc's words, with {@code --gpu-architecture=sm_NN} among them
     * @throws CudaException when the source does not compile; its text is the compiler's log
     * @throws CudaUnavailableException when there is no NVRTC
     */
    public static Compilation compileToCubin(String source, String name, List<String> options) {
        return compile(source, name, options, "cubin", nvrtc_h::nvrtcGetCUBINSize, nvrtc_h::nvrtcGetCUBIN);
    }

    /**
     * Compiles to PTX, which the driver translates at load: for devices that are newer than this NVRTC.
     *
     * @param source CUDA C++; no header is found unless an option names its folder
     * @param name what messages call the source
     * @param options in nvcc's words, with {@code --gpu-architecture=compute_NN} among them
     * @throws CudaException when the source does not compile; its text is the compiler's log
     * @throws CudaUnavailableException when there is no NVRTC
     */
    public static Compilation compileToPtx(String source, String name, List<String> options) {
        return compile(source, name, options, "PTX", nvrtc_h::nvrtcGetPTXSize, nvrtc_h::nvrtcGetPTX);
    }

    private static Compilation compile(
            String source, String name, List<String> options, String kind, Getter size, Getter content) {
        CudaLibraries.open(CudaLibrary.NVRTC);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            check(
                    "nvrtcCreateProgram",
                    nvrtc_h.nvrtcCreateProgram(
                            result, arena.allocateFrom(source), arena.allocateFrom(name), 0, NULL, NULL));
            MemorySegment program = result.get(ADDRESS, 0);
            try {
                int status = nvrtc_h.nvrtcCompileProgram(program, options.size(), strings(arena, options));
                String log = log(arena, program);
                if (status != 0) {
                    String text = log.isEmpty() ? "options " + options : log;
                    throw new CudaException("compiling " + name, status, statusName(status), text);
                }
                MemorySegment image = content(arena, program, kind, size, content);
                if (image.byteSize() == 0) {
                    throw new IllegalArgumentException(
                            "no " + kind + " of " + name + ": it needs another --gpu-architecture than in " + options);
                }
                return new Compilation(image.toArray(JAVA_BYTE), log);
            } finally {
                nvrtc_h.nvrtcDestroyProgram(result);
            }
        }
    }

    private static MemorySegment strings(Arena arena, List<String> strings) {
        MemorySegment pointers = arena.allocate(ADDRESS, Math.max(1, strings.size()));
        for (int i = 0; i < strings.size(); i++) {
            pointers.setAtIndex(ADDRESS, i, arena.allocateFrom(strings.get(i)));
        }
        return pointers;
    }

    private interface Getter {
        int call(MemorySegment program, MemorySegment result);
    }

    private static MemorySegment content(Arena arena, MemorySegment program, String what, Getter size, Getter content) {
        MemorySegment bytes = arena.allocate(JAVA_LONG);
        check("nvrtc size of " + what, size.call(program, bytes));
        MemorySegment result = arena.allocate(bytes.get(JAVA_LONG, 0));
        check("nvrtc " + what, content.call(program, result));
        return result;
    }

    private static String log(Arena arena, MemorySegment program) {
        return content(arena, program, "log", nvrtc_h::nvrtcGetProgramLogSize, nvrtc_h::nvrtcGetProgramLog)
                .getString(0)
                .strip();
    }

    private static void check(String operation, int status) {
        if (status != 0) {
            throw new CudaException(operation, status, statusName(status), "NVRTC refused the call");
        }
    }

    private static String statusName(int status) {
        return nvrtc_h.nvrtcGetErrorString(status).getString(0);
    }
}
