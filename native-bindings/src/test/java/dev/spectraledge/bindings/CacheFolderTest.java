package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class CacheFolderTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path temporary;

    private Path directory;

    @BeforeEach
    void choose() throws IOException {
        directory = temporary.toRealPath().resolve("above/cache");
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IOException.class).hasMessage(message);
    }

    @Test
    void keepsWhatIsWritten() throws IOException {
        CacheFolder folder = CacheFolder.open(directory).folder("kernels");
        assertThat(folder.read("one")).isEmpty();
        folder.write("one", CONTENT);
        assertThat(folder.read("one")).hasValue(CONTENT);
        folder.write("one", new byte[0]);
        assertThat(CacheFolder.open(directory).folder("kernels").read("one")).hasValue(new byte[0]);
        assertThat(folder.path()).isEqualTo(directory.resolve("kernels")).isDirectoryNotContaining("glob:**.tmp-*");
    }

    /** Whatever the mask of the user, which is 022 or 002 or even 000. */
    @Test
    void nobodyElseCanWriteToWhatItMakes() throws IOException {
        CacheFolder folder = CacheFolder.open(directory).folder("kernels");
        folder.write("one", CONTENT);
        for (Path made : new Path[] {
            directory.getParent(), directory, folder.path(), folder.path().resolve("one")
        }) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .matches("rw[x-](r-[x-]|---)(r-[x-]|---)");
        }
    }

    @Test
    void whatBelongsToAnotherUserIsRefused() throws IOException {
        CacheFolder cache = CacheFolder.open(directory);
        cache.write("one", CONTENT);
        giveAway(directory.resolve("one"));
        assertRefused(
                () -> cache.read("one"),
                directory.resolve("one") + " in the cache belongs to 54321: set SPECTRALEDGE_CACHE to a folder of your"
                        + " own");
        giveAway(directory);
        assertRefused(
                () -> CacheFolder.open(directory),
                "the cache " + directory + " belongs to 54321: set SPECTRALEDGE_CACHE to a folder of your own");
    }

    private static void giveAway(Path file) {
        try {
            Files.setAttribute(file, "unix:uid", 54321);
        } catch (IOException notAllowed) {
            assumeTrue(false, "only root can give files away");
        }
    }

    @Test
    void whereOthersCanReplaceTheCacheItIsRefused() throws IOException {
        CacheFolder.open(directory);
        Path above = directory.getParent();
        allow(above, "rwxrwxrwx");
        assertRefused(
                () -> CacheFolder.open(directory),
                "the cache " + directory + " is in " + above
                        + ", where others can replace it (mode 777): run chmod go-w " + above
                        + ", or set SPECTRALEDGE_CACHE to a folder of your own");
        // As in /tmp: everybody may add, nobody may rename what belongs to somebody else.
        Files.setAttribute(above, "unix:mode", 0b001_111_111_111);
        assertThat(CacheFolder.open(directory).path()).isEqualTo(directory);
    }

    /** A group with the number of its only user is that user; systems that make such groups let them write. */
    @Test
    void aGroupOfTheUsersOwnIsNobodyElse() {
        int sticky = 1 << 9;
        assertThat(new FileAccess(1000, "a", 1000, 0b111_111_101).othersMayReplaceEntries())
                .isFalse();
        assertThat(new FileAccess(1000, "a", 100, 0b111_111_101).othersMayReplaceEntries())
                .isTrue();
        assertThat(new FileAccess(1000, "a", 100, sticky | 0b111_111_101).othersMayReplaceEntries())
                .isFalse();
        assertThat(new FileAccess(1000, "a", 1000, 0b111_111_111).othersMayReplaceEntries())
                .isTrue();
        assertThat(new FileAccess(1000, "a", 1000, 0b111_111_101).othersMayChange())
                .isTrue();
    }

    @Test
    void linksLeadToTheCacheButNotOutOfIt() throws IOException {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), Files.createDirectories(directory));
        CacheFolder cache = CacheFolder.open(link);
        assertThat(cache.path()).isEqualTo(directory);
        Path elsewhere = Files.write(temporary.resolve("elsewhere"), CONTENT);
        Files.createSymbolicLink(directory.resolve("one"), elsewhere);
        assertRefused(
                () -> cache.read("one"),
                directory.resolve("one")
                        + " in the cache is missing or no regular file (links are not followed): delete " + directory);
        cache.write("one", new byte[1]);
        assertThat(elsewhere).hasBinaryContent(CONTENT);
        assertThat(cache.read("one")).hasValue(new byte[1]);
        Files.createSymbolicLink(directory.resolve("kernels"), temporary);
        assertRefused(
                () -> cache.folder("kernels"),
                directory.resolve("kernels") + " in the cache is no folder (links are not followed): delete it");
    }
}
