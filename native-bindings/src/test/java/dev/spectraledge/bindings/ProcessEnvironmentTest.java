package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

class ProcessEnvironmentTest {
    private static final AddressLayout STRING =
            ValueLayout.ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(1024, ValueLayout.JAVA_BYTE));
    private static final MethodHandle GETENV = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("getenv"),
                    FunctionDescriptor.of(STRING, ValueLayout.ADDRESS));

    @Test
    void nativeCodeSeesTheNewValue() throws Throwable {
        String name = "SPECTRALEDGE_TEST_VARIABLE";
        for (String value : new String[] {"first", "second"}) {
            ProcessEnvironment.set(name, value);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment seen = (MemorySegment) GETENV.invokeExact(arena.allocateFrom(name));
                assertThat(seen.getString(0)).isEqualTo(value);
            }
        }
    }

    @Test
    void aNameThatLibcRefusesIsAnError() {
        assertThatThrownBy(() -> ProcessEnvironment.set("A=B", "value"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("libc refuses the environment variable name 'A=B'");
    }
}
