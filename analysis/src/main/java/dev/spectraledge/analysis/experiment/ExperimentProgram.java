package dev.spectraledge.analysis.experiment;

import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.run.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which program measures: its version, and a digest of the compiled experiments, which change between versions as well. */
final class ExperimentProgram {
    private static final int DIGITS = 12;
    private static final String PACKAGE = ExperimentProgram.class.getPackageName();
    private static final String IDENTITY = identify();

    private ExperimentProgram() {}

    /** The same for the same experiments. */
    static String identity() {
        return IDENTITY;
    }

    private static String identify() {
        try {
            Path source = Path.of(ExperimentProgram.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Environment.projectVersion() + "+" + (Files.isDirectory(source) ? digest(source) : ofJar(source));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("cannot tell which program this is", impossible);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read the program's own classes", failure);
        }
    }

    private static String ofJar(Path jar) throws IOException {
        try (FileSystem inside = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
            return digest(inside.getPath("/"));
        }
    }

    private static String digest(Path root) throws IOException {
        MessageDigest digest = Sha256.start();
        try (Stream<Path> files = Files.walk(root.resolve(PACKAGE.replace('.', '/')))) {
            List<Path> classes = files.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .toList();
            for (Path file : classes) {
                digest.update(Files.readAllBytes(file));
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }
}
