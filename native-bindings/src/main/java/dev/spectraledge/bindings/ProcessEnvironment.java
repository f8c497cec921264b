package dev.spectraledge.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The environment that native libraries of this process see; {@link System#getenv} is a copy made at its first use. */
final class ProcessEnvironment {
    private static final MethodHandle SETENV = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("setenv"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private ProcessEnvironment() {}

    /** Sets a variable with libc's {@code setenv}, replacing its value. Call it before other threads run native code. */
    static void set(String name, String value) {
        int status;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nativeName = arena.allocateFrom(name);
            MemorySegment nativeValue = arena.allocateFrom(value);
            try {
                status = (int) SETENV.invokeExact(nativeName, nativeValue, 1);
            } catch (Throwable t) {
                throw new AssertionError("setenv takes two strings and an int", t);
            }
        }
        if (status != 0) {
            throw new IllegalArgumentException("libc refuses the environment variable name '" + name + "'");
        }
    }
}
