package dev.spectraledge.bindings;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shared libraries of the class path, unpacked once to a cache folder. The program carries the SHA-256 of each: nothing else
 * is unpacked, and what lies in the cache is checked each time before it is loaded.
 *
 * <p>Processes that start together need no lock: each unpacks into its own temporary folder, the first rename wins, the
 * others throw theirs away.
 */
final class BundledLibrary {
    private static final int HASH_DIGITS = 16;

    private final ClassLoader loader;
    private final String label;
    private final String resourceFolder;
    private final List<BundledFile> files;

    /**
     * One of the files.
     *
     * @param sha256 its digest, as 64 digits
     */
    record BundledFile(String name, String sha256) {}

    /**
     * @param label begins the cache folder's name, for example {@code openblas-linux-x86_64}
     * @param resourceFolder folder on the class path, without slashes at its ends
     * @param files the library to load, then the libraries that must lie beside it, each before those that it needs
     */
    BundledLibrary(ClassLoader loader, String label, String resourceFolder, List<BundledFile> files) {
        this.loader = loader;
        this.label = label;
        this.resourceFolder = resourceFolder;
        this.files = List.copyOf(files);
    }

    /** Whether the library is on the class path. */
    boolean isPresent() {
        return loader.getResource(resource(files.getFirst())) != null;
    }

    /** The folder that {@link #unpack} uses below {@code cache}; its name tells contents apart. */
    Path folder(Path cache) {
        return cache.resolve(folderName());
    }

    private String folderName() {
        String contents = files.stream()
                .map(file -> file.sha256() + " " + file.name() + "\n")
                .collect(Collectors.joining());
        return label + "-" + Sha256.hex(contents).substring(0, HASH_DIGITS);
    }

    /**
     * Unpacks where needed, verifies every file, and returns the path of the library to load.
     *
     * @throws IOException when the cache cannot be written, others can change what is in it, or a file there or on the class
     *     path is not the one that the program knows
     */
    Path unpack(Path cacheDirectory) throws IOException {
        CacheFolder cache = CacheFolder.open(cacheDirectory);
        if (!cache.holds(folderName())) {
            install(folder(cache.path()));
        }
        CacheFolder folder = cache.folder(folderName());
        for (BundledFile file : files) {
            verify(folder.file(file.name()), file);
        }
        return folder.file(files.getFirst().name());
    }

    /**
     * All files, each after those that it needs: the system's loader looks beside a library for what that needs, but not for
     * what those need in turn, and takes what is loaded already under the name that it looks for.
     *
     * @param unpacked what {@link #unpack} returned
     */
    List<Path> inLoadingOrder(Path unpacked) {
        return files.reversed().stream()
                .map(file -> unpacked.resolveSibling(file.name()))
                .toList();
    }

    private void install(Path target) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp-" + UUID.randomUUID());
        Files.createDirectory(temporary, FileAccess.ofNewFolder());
        try {
            for (BundledFile file : files) {
                copyDurably(file, temporary.resolve(file.name()));
            }
            moveIntoPlace(temporary, target);
        } finally {
            delete(temporary);
        }
    }

    /** Forces the bytes to disk: a rename may survive a power failure that the content does not. */
    private void copyDurably(BundledFile file, Path target) throws IOException {
        try (InputStream in = loader.getResourceAsStream(resource(file))) {
            if (in == null) {
                throw new FileNotFoundException("no " + resource(file) + " on the class path");
            }
            DigestInputStream hashed = new DigestInputStream(in, Sha256.start());
            try (OutputStream out = Channels.newOutputStream(CacheFolder.create(target))) {
                hashed.transferTo(out);
            }
            if (!hex(hashed).equals(file.sha256())) {
                throw new IOException(loader.getResource(resource(file))
                        + " is not the library that this version was made for: its SHA-256 is not " + file.sha256());
            }
        }
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void moveIntoPlace(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Another process was first: its folder has the same content and is verified like ours.
            if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> content = Files.list(folder)) {
                for (Path file : content.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static void verify(Path file, BundledFile expected) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            if (!Sha256.hex(in).equals(expected.sha256())) {
                throw new IOException("cached file " + file
                        + " is not the one that this program unpacked; delete the folder " + file.getParent());
            }
        }
    }

    private static String hex(DigestInputStream hashed) {
        return HexFormat.of().formatHex(hashed.getMessageDigest().digest());
    }

    private String resource(BundledFile file) {
        return resourceFolder + "/" + file.name();
    }
}
