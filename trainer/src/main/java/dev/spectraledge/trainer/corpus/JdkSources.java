package dev.spectraledge.trainer.corpus;

import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The sources that most JDKs carry ({@code lib/src.zip}) as documents, one a source file, in the order of their names: either
 * the code without its comments, or the prose of the comments. Locale data, character sets and resources are left out, which
 * are tables; of a paragraph that occurs again and again only the first is kept.
 */
final class JdkSources implements DocumentSource {
    /** What is taken of the files. */
    enum Part {
        CODE,
        PROSE
    }

    /** Changes with the rules by which documents are made of files, so that no corpus of other rules is taken for one of these. */
    static final int RULES = 1;

    private static final Path JDKS = Path.of("/usr/lib/jvm");
    private static final Pattern TABLES = Pattern.compile(
            "^(jdk\\.localedata|jdk\\.charsets)/|/resources/|/sun/nio/cs/|/sun/util/(resources|cldr)/|/sun/text/resources/");

    private final Path file;
    private final Part part;
    private final String sha256;

    JdkSources(Path file, Part part) {
        this.file = file;
        this.part = part;
        this.sha256 = RegularFile.sha256(file);
    }

    /** Where a JDK's sources are, if any is there: JAVA_HOME, the running JDK, then those of the system. */
    static Optional<Path> find() {
        List<Path> homes = new ArrayList<>();
        String configured = System.getenv("JAVA_HOME");
        if (configured != null && !configured.isBlank()) {
            homes.add(Path.of(configured));
        }
        homes.add(Path.of(System.getProperty("java.home")));
        try (DirectoryStream<Path> installed = Files.newDirectoryStream(JDKS)) {
            List<Path> others = new ArrayList<>();
            installed.forEach(others::add);
            Collections.sort(others);
            homes.addAll(others);
        } catch (IOException | DirectoryIteratorException none) {
            // The system keeps no JDKs there.
        }
        return find(homes);
    }

    static Optional<Path> find(List<Path> homes) {
        return homes.stream()
                .map(home -> home.resolve("lib").resolve("src.zip"))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** Of the file with the sources. */
    String sha256() {
        return sha256;
    }

    @Override
    public void read(DocumentSink sink) {
        ContentSet paragraphs = new ContentSet();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<String> names = zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name ->
                            name.endsWith(".java") && !TABLES.matcher(name).find())
                    .sorted()
                    .toList();
            for (String name : names) {
                try (InputStream stream = zip.getInputStream(zip.getEntry(name))) {
                    JavaText java = JavaText.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
                    byte[] text = (part == Part.CODE ? java.code() : prose(java, paragraphs))
                            .getBytes(StandardCharsets.UTF_8);
                    sink.begin();
                    sink.text(text, 0, text.length);
                    sink.end();
                }
            }
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    private static String prose(JavaText java, ContentSet seen) {
        StringBuilder text = new StringBuilder();
        for (String comment : java.comments()) {
            for (String paragraph : CommentProse.paragraphs(comment)) {
                if (seen.add(Sha256.of(paragraph.getBytes(StandardCharsets.UTF_8)))) {
                    text.append(paragraph).append("\n\n");
                }
            }
        }
        return text.toString();
    }

    @Override
    public List<Map<String, Object>> description() {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("file", file.toString());
        entry.put("sha256", sha256);
        return List.of(entry);
    }
}
