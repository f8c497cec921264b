package dev.spectraledge.analysis.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation as a reader's program takes it apart: prose, code, headings, links. */
final class MarkdownPage {
    /** The repository. */
    static final Path ROOT = Path.of("..");

    private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(([^)\\s]+)(?:\\s+\"[^\"]*\")?\\)");
    private static final Pattern CODE_SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern COMMENT = Pattern.compile("(?s)<!--(.*?)-->");
    private static final String FENCE = "```";
    private static final String INDENT = "    ";

    private final Path file;
    private final List<String> lines;

    MarkdownPage(Path file) {
        this.file = file;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The README and its siblings, everything under {@code docs} and {@code examples}, and the README of benchmarks. */
    static List<MarkdownPage> all() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String folder : List.of("", "bench")) {
            files.addAll(markdown(ROOT.resolve(folder), 1));
        }
        for (String folder : List.of("docs", "examples", "bench/results")) {
            files.addAll(markdown(ROOT.resolve(folder), Integer.MAX_VALUE));
        }
        return files.stream().map(MarkdownPage::new).toList();
    }

    private static List<Path> markdown(Path folder, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    Path file() {
        return file;
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public String toString() {
        return ROOT.relativize(file).toString();
    }

    /** Lines of code: in fences, or indented after an empty line. */
    List<String> code() {
        List<String> code = new ArrayList<>();
        walk(code, new ArrayList<>());
        return code;
    }

    /** Everything else. */
    List<String> prose() {
        List<String> prose = new ArrayList<>();
        walk(new ArrayList<>(), prose);
        return prose;
    }

    private void walk(List<String> code, List<String> prose) {
        boolean fenced = false;
        boolean indented = false;
        boolean afterBlank = true;
        for (String line : lines) {
            if (line.strip().startsWith(FENCE)) {
                fenced = !fenced;
            } else if (fenced) {
                code.add(line.strip());
            } else {
                indented = line.startsWith(INDENT) && (indented || afterBlank);
                (indented ? code : prose).add(indented ? line.strip() : line);
            }
            afterBlank = line.isBlank();
        }
    }

    /** What stands between backticks in the prose. */
    List<String> codeSpans() {
        return found(CODE_SPAN, String.join(" ", prose()));
    }

    /** Where links of the prose lead. */
    List<String> links() {
        return found(LINK, CODE_SPAN.matcher(String.join("\n", prose())).replaceAll("`code`"));
    }

    /** Comments, which no reader sees. */
    List<String> comments() {
        return found(COMMENT, CODE_SPAN.matcher(String.join("\n", prose())).replaceAll("`code`"));
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    /** Names by which a link can lead to a heading. */
    Set<String> anchors() {
        Set<String> anchors = new TreeSet<>();
        for (String line : prose()) {
            if (line.startsWith("#")) {
                String heading = line.replaceFirst("^#+\\s*", "").toLowerCase(Locale.ROOT);
                anchors.add(heading.replaceAll("[^\\p{L}\\p{N}\\s_-]", "").replace(' ', '-'));
            }
        }
        return anchors;
    }
}
