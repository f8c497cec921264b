package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class SystemLoaderTest {
    @Test
    void itSaysWhichFileItTook() {
        assertThat(SystemLoader.find("libc.so.6", "dladdr"))
                .hasValueSatisfying(
                        file -> assertThat(file).isAbsolute().exists().hasFileName("libc.so.6"));
    }

    @Test
    void aLibraryThatNobodyHasIsNotFound() {
        assertThat(SystemLoader.find("libno-such-library-anywhere.so", "dladdr"))
                .isEmpty();
    }

    @Test
    void aLibraryWithoutTheFunctionIsNotTheOne() {
        assertThat(SystemLoader.find("libc.so.6", "no_such_function_anywhere")).isEmpty();
    }
}
