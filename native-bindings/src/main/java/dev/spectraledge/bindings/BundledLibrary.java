package dev.spectraledge.bindings;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Shared libraries inside a jar of the class path, unpacked once to a cache folder whose name is a hash of the content.
 *
 * <p>Processes that start together need no lock: each unpacks into its own temporary folder, the first rename wins, the
 * others throw theirs away. The jar's directory already holds each file's size and CRC-32, so neither naming the folder
 * nor verifying it needs the 40 MB to be inflated again.
 */
final class BundledLibrary {
    private static final int HASH_DIGITS = 16;

    private final ClassLoader loader;
    private final String label;
    private final String resourceFolder;
    private final List<String> files;

    /**
     * @param label begins the cache folder's name, for example {@code openblas-linux-x86_64}
     * @param resourceFolder folder inside the jar, without slashes at its ends
     * @param files the library to load, then the libraries that must lie beside it
     */
    BundledLibrary(ClassLoader loader, String label, String resourceFolder, List<String> files) {
        this.loader = loader;
        this.label = label;
        this.resourceFolder = resourceFolder;
        this.files = List.copyOf(files);
    }

    /** Whether the jar is on the class path. */
    boolean isPresent() {
        return loader.getResource(resource(files.getFirst())) != null;
    }

    /** The folder that {@link #unpack} uses below {@code cache}. */
    Path folder(Path cache) throws IOException {
        try (JarFile jar = openJar()) {
            return folder(cache, entries(jar));
        }
    }

    /**
     * Unpacks where needed, verifies every file, and returns the path of the library to load.
     *
     * @throws IOException when the cache cannot be written, or a cached file is not what the jar holds
     */
    Path unpack(Path cache) throws IOException {
        try (JarFile jar = openJar()) {
            List<JarEntry> entries = entries(jar);
            Path target = folder(cache, entries);
            if (!Files.isDirectory(target)) {
                install(jar, entries, target);
            }
            for (JarEntry entry : entries) {
                verify(entry, target.resolve(fileName(entry)));
            }
            return target.resolve(files.getFirst());
        }
    }

    private Path folder(Path cache, List<JarEntry> entries) {
        StringBuilder content = new StringBuilder();
        for (JarEntry entry : entries) {
            content.append(fileName(entry)).append(' ').append(entry.getSize());
            content.append(' ').append(entry.getCrc()).append('\n');
        }
        byte[] hash = sha256(content.toString().getBytes(StandardCharsets.UTF_8));
        return cache.resolve(label + "-" + HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS));
    }

    private static void install(JarFile jar, List<JarEntry> entries, Path target) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp-" + UUID.randomUUID());
        Files.createDirectories(temporary);
        try {
            for (JarEntry entry : entries) {
                copyDurably(jar, entry, temporary.resolve(fileName(entry)));
            }
            moveIntoPlace(temporary, target);
        } finally {
            delete(temporary);
        }
    }

    /** Forces the bytes to disk: a rename may survive a power failure that the content does not. */
    private static void copyDurably(JarFile jar, JarEntry entry, Path file) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, file);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void moveIntoPlace(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Another process was first: its folder has the same content and is verified like ours.
            if (!Files.isDirectory(target)) {
                throw e;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> content = Files.list(folder)) {
                for (Path file : content.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static void verify(JarEntry entry, Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize() || crc32(file) != entry.getCrc()) {
            throw new IOException(
                    "cached file " + file + " differs from the one in the jar; delete the folder " + file.getParent());
        }
    }

    private static long crc32(Path file) throws IOException {
        CRC32 crc = new CRC32();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                crc.update(buffer, 0, read);
            }
        }
        return crc.getValue();
    }

    private JarFile openJar() throws IOException {
        URL url = loader.getResource(resource(files.getFirst()));
        if (url == null) {
            throw new FileNotFoundException("no " + resource(files.getFirst()) + " on the class path");
        }
        URLConnection connection = url.openConnection();
        if (!(connection instanceof JarURLConnection jarConnection)) {
            throw new IOException(url + " must lie inside a jar");
        }
        jarConnection.setUseCaches(false);
        return jarConnection.getJarFile();
    }

    private List<JarEntry> entries(JarFile jar) throws IOException {
        List<JarEntry> entries = new ArrayList<>();
        for (String file : files) {
            JarEntry entry = jar.getJarEntry(resource(file));
            if (entry == null) {
                throw new FileNotFoundException("no " + resource(file) + " in " + jar.getName());
            }
            entries.add(entry);
        }
        return entries;
    }

    private String resource(String file) {
        return resourceFolder + "/" + file;
    }

    private static String fileName(JarEntry entry) {
        return entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
