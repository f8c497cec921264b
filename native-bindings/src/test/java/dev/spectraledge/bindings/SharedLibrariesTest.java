package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SharedLibrariesTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void theCLibraryLoads() {
        assertThat(SharedLibraries.loads("libc.so.6")).isTrue();
    }

    @Test
    void aLibraryThatNobodyHasDoesNot() {
        assertThat(SharedLibraries.loads("libno-such-library-anywhere.so")).isFalse();
    }
}
