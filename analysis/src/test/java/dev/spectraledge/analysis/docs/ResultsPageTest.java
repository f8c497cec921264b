package dev.spectraledge.analysis.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of kept results lists all of them, each with its day and its command. */
class ResultsPageTest {
    private static final Path RESULTS = MarkdownPage.ROOT.resolve("bench/results");
    private static final MarkdownPage PAGE = new MarkdownPage(RESULTS.resolve("README.md"));

    @Test
    void everyResultIsListedAndNothingElse() throws IOException {
        Set<String> kept = new TreeSet<>();
        try (Stream<Path> devices = Files.list(RESULTS)) {
            for (Path device : devices.filter(Files::isDirectory).toList()) {
                try (Stream<Path> results = Files.list(device)) {
                    results.forEach(
                            result -> kept.add(RESULTS.relativize(result).toString()));
                }
            }
        }
        Set<String> listed = PAGE.links().stream()
                .filter(link -> !link.startsWith(".."))
                .map(link -> link.split("/", -1)[0] + "/" + link.split("/", -1)[1])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).isEqualTo(kept);
    }

    @Test
    void everyRowHasADayAndACommand() {
        List<String> rows =
                PAGE.lines().stream().filter(line -> line.startsWith("| [")).toList();
        assertThat(rows).isNotEmpty().allSatisfy(row -> {
            String[] cells = row.split("\\|", -1);
            assertThat(cells[2].strip()).matches("\\d{4}-\\d\\d-\\d\\d");
            assertThat(cells[5].strip()).matches("`(bench/|sedge ).*");
        });
    }
}
