package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
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
import org.junit.jupiter.api.io.TempDir;

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
        URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
        loaders.add(loader);
        return new BundledLibrary(loader, "test", "native/test", FILES);
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
            assertCorrupted(helper);
        }
        Files.delete(helper);
        assertCorrupted(helper);
    }

    private void assertCorrupted(Path file) {
        assertThatThrownBy(() -> library.unpack(cache))
                .isInstanceOf(IOException.class)
                .hasMessage("cached file " + file + " differs from the one in the jar; delete the folder "
                        + file.getParent());
    }

    @Test
    void reportsWhatIsMissing() throws IOException {
        BundledLibrary incomplete = bundled("incomplete.jar", "main content");
        assertThatThrownBy(() -> incomplete.unpack(cache))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no native/test/libhelper.so in");
        BundledLibrary absent = bundled("absent.jar");
        assertThat(absent.isPresent()).isFalse();
        assertThatThrownBy(() -> absent.unpack(cache))
                .isInstanceOf(IOException.class)
                .hasMessage("no native/test/libmain.so on the class path");
    }

    @Test
    void aCacheThatCannotBeWrittenIsAnError() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> library.unpack(file)).isInstanceOf(IOException.class);
    }
}
