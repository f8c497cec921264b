package dev.spectraledge.analysis.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.EveryFile;
import dev.spectraledge.analysis.published.CsvLines;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every column and every field of what the program writes is described, and nothing is described that it does not write. */
class FilesPageTest {
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern BORROWED = Pattern.compile("the columns of `([^`]+)`");
    /** Resolved, every key of the configuration, which has a page of its own. */
    private static final String CONFIG = "config.json";
    /** Signs of life of a run that is being computed; gone afterwards. */
    private static final String CLAIM = "claim.json";

    @TempDir
    private static Path folder;

    private static List<Section> sections;

    /**
     * What the page says of files of one kind.
     *
     * @param files names, with placeholders
     * @param names of columns or fields, with placeholders
     * @param borrowed names of files whose columns these have as well
     */
    private record Section(List<String> files, List<String> names, List<String> borrowed) {
        boolean isOf(Path file) {
            return files.stream()
                    .anyMatch(pattern -> matches(pattern, file.getFileName().toString()));
        }

        /** How much of the name of the file that fits is not a placeholder. */
        int certainty(Path file) {
            return files.stream()
                    .filter(pattern -> matches(pattern, file.getFileName().toString()))
                    .mapToInt(name -> name.replaceAll("<\\w+>", "").length())
                    .max()
                    .orElse(0);
        }
    }

    @BeforeAll
    static void writeEveryFile() throws IOException {
        EveryFile.into(folder);
        sections = sections();
    }

    private static List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        Section current = null;
        for (String line : new MarkdownPage(MarkdownPage.ROOT.resolve("docs/reference/files.md")).lines()) {
            if (line.startsWith("#")) {
                current = new Section(names(line), new ArrayList<>(), new ArrayList<>());
                sections.add(current);
            } else if (current != null && line.startsWith("| `")) {
                current.names().addAll(names(line.split("(?<!\\\\)\\|", 3)[1]));
            } else if (current != null) {
                BORROWED.matcher(line).results().map(match -> match.group(1)).forEach(current.borrowed()::add);
            }
        }
        return sections.stream()
                .filter(section -> section.files().stream().anyMatch(name -> name.contains(".")))
                .toList();
    }

    private static List<String> names(String text) {
        return NAME.matcher(text)
                .results()
                .map(match -> match.group(1).replaceFirst("^.*/", "").replace("NAME", "<name>"))
                .toList();
    }

    /** {@code <k>} is a number, any other placeholder anything. */
    private static boolean matches(String pattern, String name) {
        StringBuilder regex = new StringBuilder();
        for (String part : pattern.splitWithDelimiters("<\\w+>", 0)) {
            regex.append(part.equals("<k>") ? "\\d+" : part.startsWith("<") ? ".+" : Pattern.quote(part));
        }
        return name.matches(regex.toString());
    }

    private static Optional<Section> section(Path file) {
        return sections.stream()
                .filter(section -> section.isOf(file))
                .max(Comparator.comparingInt(section -> section.certainty(file)));
    }

    private static List<Path> written(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> described(Section section) {
        List<String> names = new ArrayList<>(section.names());
        section.borrowed()
                .forEach(file -> sections.stream()
                        .filter(other -> other.files().contains(file))
                        .forEach(other -> names.addAll(other.names())));
        return names;
    }

    private static List<String> columns(Path table) throws IOException {
        return CsvLines.read(Files.readAllLines(table).getFirst());
    }

    @Test
    void everyColumnIsDescribed() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (Path table : written(".csv")) {
            List<String> described =
                    section(table).map(FilesPageTest::described).orElse(List.of());
            columns(table).stream()
                    .filter(column -> described.stream().noneMatch(pattern -> matches(pattern, column)))
                    .forEach(column -> missing.add(folder.relativize(table) + ": " + column));
        }
        assertThat(missing).as("columns that docs/reference/files.md lacks").isEmpty();
    }

    @Test
    void everyDescribedColumnIsWritten() throws IOException {
        Set<String> unknown = new TreeSet<>();
        List<Path> tables = written(".csv");
        for (Section section : sections) {
            if (section.files().stream().noneMatch(name -> name.endsWith(".csv"))) {
                continue;
            }
            Set<String> written = new HashSet<>();
            for (Path table : tables) {
                if (section(table).filter(section::equals).isPresent()) {
                    written.addAll(columns(table));
                }
            }
            section.names().stream()
                    .filter(name -> written.stream().noneMatch(column -> matches(name, column)))
                    .forEach(name -> unknown.add(section.files() + ": " + name));
        }
        assertThat(unknown).as("columns that only docs/reference/files.md has").isEmpty();
    }

    @Test
    void everyFieldIsDescribed() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (Path document : written(".json")) {
            String name = document.getFileName().toString();
            if (!name.equals(CONFIG) && !name.equals(CLAIM) && !name.startsWith("tokenizer")) {
                List<String> described = section(document).map(Section::names).orElse(List.of());
                fields("", Json.readObject(document), described, path -> missing.add(name + ": " + path));
            }
        }
        assertThat(missing).as("fields that docs/reference/files.md lacks").isEmpty();
    }

    /** A field that is described as a whole is not looked into. */
    private static void fields(String path, Object value, List<String> described, Consumer<String> missing) {
        if (!path.isEmpty() && described.stream().anyMatch(pattern -> matches(pattern, path))) {
            return;
        }
        if (value instanceof Map<?, ?> object && !object.isEmpty()) {
            object.forEach((key, inner) ->
                    fields(path.isEmpty() ? key.toString() : path + "." + key, inner, described, missing));
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            list.forEach(inner -> fields(path + "[]", inner, described, missing));
        } else if (described.stream().noneMatch(name -> name.startsWith(path + ".") || name.startsWith(path + "[]"))) {
            missing.accept(path);
        }
    }
}
