package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.bindings.BundledLibrary.BundledFile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class BundledLibraryTest {
    private static final List<String> FILES = List.of("libmain.so", "libhelper.so");

    @TempDir
    private Path folder;

    private Path cache;
    private final List<URLClassLoader> loaders = new ArrayList<>();
    private BundledLibrary library;

    @BeforeEach
    void writeJar() throws IOException {
        cache = folder.resolve("deep/cache");
        library = bundled("one.jar", "main content", "helper content");
    }

    @AfterEach
    void closeJars() throws IOException {
        for (URLClassLoader loader : loaders) {
            loader.close();
        }
    }

    private BundledLibrary bundled(String jarName, String... contents) throws IOException {
        Path jar = folder.resolve(jarName);
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            for (int i = 0; i < contents.length; i++) {
                entries.putNextEntry(new JarEntry("native/test/" + FILES.get(i)));
                entries.write(contents[i].getBytes(StandardCharsets.UTF_8));
                entries.closeEntry();
            }
        }
        return expecting(jar, contents.length > 0 ? contents[0] : "", contents.length > 1 ? contents[1] : "");
    }

    private BundledLibrary expecting(Path jar, String main, String helper) throws IOException {
        URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
        loaders.add(loader);
        return new BundledLibrary(
                loader,
                "test",
                "native/test",
                List.of(
                        new BundledFile(FILES.get(0), Sha256.hex(main)),
                        new BundledFile(FILES.get(1), Sha256.hex(helper))));
    }

    @Test
    void unpacksEveryFileOnce() throws IOException {
        assertThat(library.isPresent()).isTrue();
        assertThat(library.folder(cache)).doesNotExist();
        Path main = library.unpack(cache);
        assertThat(main).isEqualTo(library.folder(cache).resolve("libmain.so")).hasContent("main content");
        assertThat(main.resolveSibling("libhelper.so")).hasContent("helper content");
        FileTime marked = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(main, marked);
        assertThat(library.unpack(cache)).isEqualTo(main);
        assertThat(Files.getLastModifiedTime(main)).isEqualTo(marked);
        assertThat(cache).isDirectoryNotContaining(path -> path.toString().contains(".tmp-"));
    }

    @Test
    void otherContentGetsAnotherFolder() throws IOException {
        Path first = library.unpack(cache);
        Path second = bundled("two.jar", "main CONTENT", "helper content").unpack(cache);
        assertThat(second).hasContent("main CONTENT");
        assertThat(first).hasContent("main content");
    }

    @Test
    void threadsThatStartTogetherAllGetTheWholeFiles() throws Exception {
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<Path>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(executor.submit(() -> {
                    start.await();
                    return library.unpack(cache);
                }));
            }
            for (Future<Path> result : results) {
                assertThat(result.get()).hasContent("main content");
            }
        }
        try (Stream<Path> content = Files.list(cache)) {
            assertThat(content).containsExactly(library.folder(cache));
        }
    }

    @Test
    void detectsACorruptedCache() throws IOException {
        Path main = library.unpack(cache);
        Path helper = main.resolveSibling("libhelper.so");
        for (String wrong : List.of("helper Content", "helper", "")) {
            Files.writeString(helper, wrong);
            assertRefused("cached file " + helper + " is not the one that this program unpacked; delete the folder "
                    + helper.getParent());
        }
        Files.delete(helper);
        assertRefused(helper + " in the cache is missing or no regular file (links are not followed): delete "
                + helper.getParent());
    }

    /** Two words of one length and one CRC-32. */
    @Test
    void aForgedChecksumDoesNotPass() throws IOException {
        library = bundled("word.jar", "plumless", "helper content");
        Path main = library.unpack(cache);
        Files.writeString(main, "buckeroo");
        assertRefused("cached file " + main + " is not the one that this program unpacked; delete the folder "
                + main.getParent());
    }

    @Test
    void anotherLibraryOnTheClassPathIsNotUnpacked() throws IOException {
        bundled("other.jar", "main CONTENT", "helper content");
        library = expecting(folder.resolve("other.jar"), "main content", "helper content");
        assertThatThrownBy(() -> library.unpack(cache))
                .isInstanceOf(IOException.class)
                .hasMessage("jar:" + folder.resolve("other.jar").toUri().toURL()
                        + "!/native/test/libmain.so is not the library"
                        + " that this version was made for: its SHA-256 is not " + Sha256.hex("main content"));
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void linksInTheCacheAreNotFollowed() throws IOException {
        Path main = library.unpack(cache);
        Path elsewhere = Files.move(main, folder.resolve("elsewhere.so"));
        Files.createSymbolicLink(main, elsewhere);
        assertRefused(main + " in the cache is missing or no regular file (links are not followed): delete "
                + main.getParent());

        Files.delete(main);
        Files.move(elsewhere, main);
        Path moved = Files.move(main.getParent(), folder.resolve("moved"));
        Files.createSymbolicLink(main.getParent(), moved);
        assertRefused(main.getParent() + " in the cache is no folder (links are not followed): delete it");
    }

    @Test
    void whatOthersCanWriteIsRefused() throws IOException {
        Path main = library.unpack(cache);
        for (Path entry : List.of(cache, main.getParent(), main)) {
            Set<PosixFilePermission> before = Files.getPosixFilePermissions(entry);
            Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString("rwxrwxr-x"));
            String name = entry.equals(cache) ? "the cache " + entry : entry + " in the cache";
            assertRefused("others can write to " + name
                    + " (mode 775): delete it or, if you trust what it holds, run chmod -R go-w " + cache
                    + ", or set SPECTRALEDGE_CACHE to a folder of your own");
            Files.setPosixFilePermissions(entry, before);
        }
        assertThat(library.unpack(cache)).isEqualTo(main);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> library.unpack(cache))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    @Test
    void reportsWhatIsMissing() throws IOException {
        BundledLibrary incomplete = bundled("incomplete.jar", "main content");
        assertThatThrownBy(() -> incomplete.unpack(cache))
                .isInstanceOf(IOException.class)
                .hasMessage("no native/test/libhelper.so on the class path");
        BundledLibrary absent = bundled("absent.jar");
        assertThat(absent.isPresent()).isFalse();
        assertThatThrownBy(() -> absent.unpack(cache))
                .isInstanceOf(IOException.class)
                .hasMessage("no native/test/libmain.so on the class path");
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void aCacheThatCannotBeWrittenNamesTheVariable() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> library.unpack(file))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot make the cache " + file
                        + " (FileAlreadyExistsException): set SPECTRALEDGE_CACHE to a folder of your own");
    }
}
