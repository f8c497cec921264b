package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    private final Map<String, String> properties = new HashMap<>(Map.of("user.home", "/home/somebody"));
    private final Map<String, String> environment = new HashMap<>();

    private NativeLibraries locator(Optional<BundledLibrary> bundled) {
        return new NativeLibraries("Lib", "test.lib", "TEST_LIB", bundled, properties::get, environment::get);
    }

    @Test
    void anOverrideThatNamesNoFileIsAnErrorWithEveryCandidate(@TempDir Path folder) {
        Path missing = folder.resolve("missing.so");
        environment.put("TEST_LIB", missing.toString());
        String bundled = "bundled for " + NativeLibraries.platform();
        assertThatThrownBy(locator(Optional.empty())::load)
                .isInstanceOf(NativeLibraryException.class)
                .hasMessage("cannot load Lib: environment TEST_LIB names " + missing + ", which is no file "
                        + "(candidates, in order: system property test.lib: not set; environment TEST_LIB = " + missing
                        + ": no such file; " + bundled + " = class path: not on the class path)");
    }

    @Test
    void theLoadersOwnWordsAreInTheError(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("text.so"), "this is no shared library, however long it may be");
        properties.put("test.lib", text.toString());
        environment.put("TEST_LIB", "/never/looked/at");
        assertThatThrownBy(locator(Optional.empty())::load)
                .isInstanceOf(NativeLibraryException.class)
                .hasMessageContainingAll(
                        text.toString(), "file too short", "system property test.lib = " + text + ": found")
                .hasCauseInstanceOf(UnsatisfiedLinkError.class);
    }

    @Test
    void withoutAnyCandidateTheErrorSaysWhatToSet() {
        assertThatThrownBy(locator(Optional.empty())::load)
                .isInstanceOf(NativeLibraryException.class)
                .hasMessageContaining("no copy for " + NativeLibraries.platform()
                        + " on the class path; set -Dtest.lib or TEST_LIB to the path of a library");
    }

    @Test
    void aCacheThatCannotBeUsedIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("cache"), "");
        properties.put("spectraledge.cache", file.toString());
        BundledLibrary bundled = new BundledLibrary(
                getClass().getClassLoader(),
                "junit",
                "org/junit/jupiter/api",
                List.of(new BundledLibrary.BundledFile("Test.class", Sha256.hex("not looked at"))));
        assertThat(locator(Optional.of(bundled)).candidates().getLast().state()).isEqualTo("unpacked on first use");
        assertThatThrownBy(locator(Optional.of(bundled))::load)
                .isInstanceOf(NativeLibraryException.class)
                .hasMessageContaining("cannot unpack it: cannot make the cache " + file)
                .hasMessageContaining("set SPECTRALEDGE_CACHE to a folder of your own");
    }

    @Test
    void aUserWithoutHomeIsToldWhatToSet() {
        properties.put("user.home", "?");
        BundledLibrary bundled = new BundledLibrary(
                getClass().getClassLoader(),
                "junit",
                "org/junit/jupiter/api",
                List.of(new BundledLibrary.BundledFile("Test.class", Sha256.hex("not looked at"))));
        assertThatThrownBy(locator(Optional.of(bundled))::load)
                .isInstanceOf(NativeLibraryException.class)
                .hasMessageContaining(
                        "there is no home folder to keep a cache in: set SPECTRALEDGE_CACHE to a folder of"
                                + " your own")
                .message()
                .doesNotContain("\n");
    }
}
