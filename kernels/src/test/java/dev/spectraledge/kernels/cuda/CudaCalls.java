package dev.spectraledge.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/**
 * CUDA as its C functions, for tests of the emulator itself: what they return, not what the program makes of it. A call
 * is by name; an int argument is a C int, a long a size, a handle or an address of the device, a segment a pointer.
 */
final class CudaCalls implements AutoCloseable {
    private static final List<String> LIBRARIES =
            List.of("libcuda.so.1", "libnvrtc.so.13", "libcublas.so.13", "libcublasLt.so.13", "libcusolver.so.12");

    final Arena arena = Arena.ofShared();
    final EmulatedCuda machine;
    private final SymbolLookup functions;
    private final MemorySegment result;

    /** A context on a machine without any, current on this thread. */
    CudaCalls(EmulatedCuda machine) {
        this.machine = machine;
        SymbolLookup lookup = name -> Optional.empty();
        for (String library : LIBRARIES) {
            lookup = lookup.or(SymbolLookup.libraryLookup(machine.directory().resolve(library), Arena.global()));
        }
        functions = lookup;
        result = arena.allocate(JAVA_LONG);
        machine.reset();
        check("cuInit", 0);
        check("cuDevicePrimaryCtxRetain", result, 0);
        check("cuCtxSetCurrent", MemorySegment.ofAddress(result.get(JAVA_LONG, 0)));
    }

    /** Calls a function and returns its status. */
    int call(String function, Object... arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            layouts[i] = layout(arguments[i]);
        }
        try {
            return (int) Linker.nativeLinker()
                    .downcallHandle(functions.findOrThrow(function), FunctionDescriptor.of(JAVA_INT, layouts))
                    .invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError(function, e);
        }
    }

    /** Calls a function that has to succeed. */
    void check(String function, Object... arguments) {
        int status = call(function, arguments);
        if (status != 0) {
            throw new AssertionError(function + " returns " + status + "; " + machine.lastFailure());
        }
    }

    /** What a function that has to succeed writes to its first argument, a handle or an address. */
    long made(String function, Object... otherArguments) {
        Object[] arguments = new Object[otherArguments.length + 1];
        arguments[0] = result;
        System.arraycopy(otherArguments, 0, arguments, 1, otherArguments.length);
        check(function, arguments);
        return result.get(JAVA_LONG, 0);
    }

    long stream() {
        return made("cuStreamCreate", 1);
    }

    long allocate(long bytes) {
        return made("cuMemAlloc_v2", bytes);
    }

    long upload(float... values) {
        long address = allocate(4L * values.length);
        check("cuMemcpyHtoDAsync_v2", address, arena.allocateFrom(JAVA_FLOAT, values), 4L * values.length, 0L);
        return address;
    }

    long upload(double... values) {
        long address = allocate(8L * values.length);
        check("cuMemcpyHtoDAsync_v2", address, arena.allocateFrom(JAVA_DOUBLE, values), 8L * values.length, 0L);
        return address;
    }

    float[] floats(long address, int count) {
        MemorySegment values = arena.allocate(JAVA_FLOAT, count);
        check("cuMemcpyDtoHAsync_v2", values, address, 4L * count, 0L);
        return values.toArray(JAVA_FLOAT);
    }

    double[] doubles(long address, int count) {
        MemorySegment values = arena.allocate(JAVA_DOUBLE, count);
        check("cuMemcpyDtoHAsync_v2", values, address, 8L * count, 0L);
        return values.toArray(JAVA_DOUBLE);
    }

    /** Compiles text and loads it; fails with the log of the compiler. */
    long module(String text, String... options) {
        long program = program(text);
        int status = compile(program, options);
        if (status != 0) {
            throw new AssertionError("nvrtcCompileProgram returns " + status + ": " + log(program));
        }
        check("nvrtcGetCUBINSize", program, result);
        MemorySegment image = arena.allocate(result.get(JAVA_LONG, 0), 16);
        check("nvrtcGetCUBIN", program, image);
        check("nvrtcDestroyProgram", arena.allocateFrom(JAVA_LONG, program));
        return made("cuModuleLoadData", image);
    }

    long program(String text) {
        return made(
                "nvrtcCreateProgram",
                arena.allocateFrom(text),
                arena.allocateFrom("test.cu"),
                0,
                MemorySegment.NULL,
                MemorySegment.NULL);
    }

    int compile(long program, String... options) {
        MemorySegment all = arena.allocate(ADDRESS, options.length + 1);
        all.setAtIndex(ADDRESS, 0, arena.allocateFrom("--gpu-architecture=sm_90"));
        for (int i = 0; i < options.length; i++) {
            all.setAtIndex(ADDRESS, i + 1, arena.allocateFrom(options[i]));
        }
        return call("nvrtcCompileProgram", program, options.length + 1, all);
    }

    String log(long program) {
        check("nvrtcGetProgramLogSize", program, result);
        MemorySegment text = arena.allocate(result.get(JAVA_LONG, 0));
        check("nvrtcGetProgramLog", program, text);
        return text.getString(0);
    }

    /** A kernel of {@code src/test/cuda/kernels}, the file being named like the kernel. */
    long kernel(String name, String... options) {
        try {
            String text = Files.readString(EmulatedCuda.source("kernels/" + name + ".cu"));
            return function(module(text, options), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long function(long module, String name) {
        return made("cuModuleGetFunction", module, arena.allocateFrom(name));
    }

    /** Launches one-dimensional blocks and returns the status of the launch alone. */
    int launch(long kernel, int blocks, int threads, int shared, long stream, Object... parameters) {
        MemorySegment addresses = arena.allocate(ADDRESS, Math.max(1, parameters.length));
        for (int i = 0; i < parameters.length; i++) {
            addresses.setAtIndex(ADDRESS, i, value(parameters[i]));
        }
        return call(
                "cuLaunchKernel", kernel, blocks, 1, 1, threads, 1, 1, shared, stream, addresses, MemorySegment.NULL);
    }

    /** Launches in the default stream, where it runs at once, and returns the status. */
    int run(long kernel, int blocks, int threads, Object... parameters) {
        return launch(kernel, blocks, threads, 0, 0L, parameters);
    }

    private MemorySegment value(Object parameter) {
        if (parameter instanceof Integer i) {
            return arena.allocateFrom(JAVA_INT, i);
        } else if (parameter instanceof Long l) {
            return arena.allocateFrom(JAVA_LONG, l);
        } else if (parameter instanceof Float f) {
            return arena.allocateFrom(JAVA_FLOAT, f);
        }
        throw new IllegalArgumentException("no kernel parameter: " + parameter);
    }

    private static MemoryLayout layout(Object argument) {
        if (argument instanceof Integer) {
            return JAVA_INT;
        } else if (argument instanceof Long) {
            return JAVA_LONG;
        } else if (argument instanceof Double) {
            return JAVA_DOUBLE;
        } else if (argument instanceof Byte) {
            return JAVA_BYTE;
        } else if (argument instanceof MemorySegment) {
            return ADDRESS;
        }
        throw new IllegalArgumentException("no argument of a C function: " + argument);
    }

    @Override
    public void close() {
        machine.reset();
        arena.close();
    }
}
