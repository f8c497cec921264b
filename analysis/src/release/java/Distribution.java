import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Makes the program as people get it who have neither JDK nor Maven: our jars, the libraries, a Java runtime of only the modules
 * that these need, and a launcher; as a folder and as a zip file. Maven's profile {@code release} runs it with the JDK of the build:
 *
 * <pre>java Distribution.java REPOSITORY TARGET NAME TIMESTAMP</pre>
 *
 * TARGET holds our jar of the command line, what it needs at run time in {@code lib}, and {@code bom.json}.
 */
public final class Distribution {
    /** What is asked for by name only, which {@code jdeps} does not see: logs, vectors, signals, the inside of our own jar. */
    private static final List<String> UNSEEN_MODULES =
            List.of("java.logging", "jdk.incubator.vector", "jdk.unsupported", "jdk.zipfs");

    /** Of the release as it is unpacked. */
    private static final List<String> FROM_REPOSITORY =
            List.of("LICENSE", "NOTICE", "CITATION.cff", "CHANGELOG.md", "examples");

    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");

    private final Path repository;
    private final Path target;
    private final Path folder;
    private final FileTime time;

    private Distribution(Path repository, Path target, String name, Instant time) {
        this.repository = repository;
        this.target = target;
        this.folder = target.resolve("release").resolve(name + "-linux-" + System.getProperty("os.arch"));
        this.time = FileTime.from(time);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        new Distribution(
                        Path.of(arguments[0]).toAbsolutePath(),
                        Path.of(arguments[1]).toAbsolutePath(),
                        arguments[2],
                        Instant.parse(arguments[3]))
                .make();
    }

    private void make() throws IOException, InterruptedException {
        delete(folder.getParent());
        Path libraries = Files.createDirectories(folder.resolve("lib"));
        for (Path jar : jars()) {
            if (jar.getFileName().toString().startsWith("openblas-")) {
                withoutJavaCpp(jar, Files.createDirectories(libraries.resolve("native")));
            } else {
                Files.copy(jar, libraries.resolve(jar.getFileName()));
            }
        }
        link(libraries);
        Path files = repository.resolve("analysis/src/release/files");
        copy(files, folder);
        Files.setPosixFilePermissions(folder.resolve("sedge"), EXECUTABLE);
        copy(repository.resolve("analysis/src/release/licenses"), folder.resolve("licenses"));
        for (String name : FROM_REPOSITORY) {
            copy(repository.resolve(name), folder.resolve(name));
        }
        Path components = target.resolve("bom.json");
        if (Files.exists(components)) {
            Files.copy(components, folder.resolve("sbom.cdx.json"));
        }
        complete();
        Path zip = folder.resolveSibling(folder.getFileName() + ".zip");
        pack(zip);
        System.out.printf("%s, %.0f MB%n", zip, Files.size(zip) / 1e6);
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> own = Files.list(target);
                Stream<Path> others = Files.list(target.resolve("lib"))) {
            return Stream.concat(
                            own.filter(file -> file.getFileName().toString().matches("analysis-.*\\.jar"))
                                    .filter(file -> !file.toString().matches(".*-(sources|javadoc)\\.jar")),
                            others.filter(file -> file.toString().endsWith(".jar")))
                    .sorted()
                    .toList();
        }
    }

    /** The libraries alone: JavaCPP's own copies are two thirds of the jar, and nothing here calls them. */
    private void withoutJavaCpp(Path jar, Path into) throws IOException {
        Path smaller = Files.copy(jar, into.resolve(jar.getFileName()));
        try (FileSystem inside = FileSystems.newFileSystem(smaller)) {
            List<Path> unused;
            try (Stream<Path> entries = Files.walk(inside.getPath("/"))) {
                unused = entries.filter(Files::isRegularFile)
                        .filter(entry -> entry.toString().matches(".*/(libjni[^/]*|module-info\\.class)|.*/include/.*"))
                        .toList();
            }
            for (Path entry : unused) {
                Files.delete(entry);
            }
        }
    }

    /** A runtime of the modules that the jars need. */
    private void link(Path libraries) throws IOException, InterruptedException {
        List<String> jars;
        try (Stream<Path> files = Files.list(libraries)) {
            jars = files.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .sorted()
                    .toList();
        }
        List<String> question =
                new ArrayList<>(List.of("--multi-release", "25", "--ignore-missing-deps", "--print-module-deps"));
        question.addAll(jars);
        Set<String> modules = new TreeSet<>(UNSEEN_MODULES);
        // Its warnings, if any, stand before the answer.
        modules.addAll(List.of(run("jdeps", question).lines().toList().getLast().split(",")));
        run(
                "jlink",
                List.of(
                        "--add-modules",
                        String.join(",", modules),
                        "--strip-java-debug-attributes",
                        "--no-header-files",
                        "--no-man-pages",
                        "--output",
                        folder.resolve("runtime").toString()));
        // Its own classes as they are in memory, which makes it start in half the time.
        start(ProcessBuilder.Redirect.DISCARD, "runtime/bin/java", "-Xshare:dump", "-XX:+UseSerialGC", "-Xlog:disable");
    }

    private static String run(String tool, List<String> arguments) {
        StringWriter out = new StringWriter();
        int code = ToolProvider.findFirst(tool)
                .orElseThrow(() -> new IllegalStateException("this JDK has no " + tool))
                .run(new PrintWriter(out), new PrintWriter(out), arguments.toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException(tool + " ended with " + code + ": " + out);
        }
        return out.toString();
    }

    /** The completion script, by the very program that is packed, which shows that it starts. */
    private void complete() throws IOException, InterruptedException {
        Path script = Files.createDirectories(folder.resolve("completion")).resolve("sedge");
        start(ProcessBuilder.Redirect.to(script.toFile()), "sedge", "completion");
    }

    /** Runs something of the release to its end. */
    private void start(ProcessBuilder.Redirect output, String program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(folder.resolve(program).toString()));
        command.addAll(List.of(arguments));
        int code = new ProcessBuilder(command)
                .redirectOutput(output)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + code);
        }
    }

    private void pack(Path zip) throws IOException {
        URI uri = URI.create("jar:" + zip.toUri());
        try (FileSystem archive =
                        FileSystems.newFileSystem(uri, Map.of("create", "true", "enablePosixFileAttributes", "true"));
                Stream<Path> content = Files.walk(folder)) {
            for (Path file : content.sorted().toList()) {
                Path entry = archive.getPath(folder.getParent().relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(entry);
                    Files.setPosixFilePermissions(entry, EXECUTABLE);
                } else {
                    Files.copy(file, entry);
                    Files.setPosixFilePermissions(entry, Files.isExecutable(file) ? EXECUTABLE : PLAIN);
                }
                // All three, as an entry that was just made says in two of them when that was.
                Files.getFileAttributeView(entry, BasicFileAttributeView.class).setTimes(time, time, time);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(each -> !each.toString().contains("/target")).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
