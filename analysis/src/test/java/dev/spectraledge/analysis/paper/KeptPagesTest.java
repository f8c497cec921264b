package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.analysis.published.AgainstPaper;
import dev.spectraledge.analysis.published.CsvRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the kept pages of results say is what their tables give when they are judged again. */
class KeptPagesTest {
    private static final Path RESULTS = Path.of("..", "bench", "results");
    private static final Paper PAPER = LifecyclePaper.read();

    static Stream<Path> tables() throws IOException {
        try (Stream<Path> files = Files.walk(RESULTS)) {
            return files
                    .filter(file -> file.getFileName().toString().equals(PaperReport.table(PAPER)))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static List<JudgedNumber> judged(Path table) throws IOException {
        Map<PublishedNumber, Measured> measured =
                NumberTable.measured(Files.readString(table), table.toString(), PAPER.numbers());
        return measured.entrySet().stream()
                .map(entry -> JudgedNumber.of(entry.getKey(), entry.getValue()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void everyJudgementFollowsFromTheTable(Path table) throws IOException {
        CsvRows rows = CsvRows.parse(Files.readString(table), table.toString());
        List<JudgedNumber> judged = judged(table);
        assertThat(rows.stream().map(row -> row.text("against_paper")))
                .containsExactlyElementsOf(judged.stream()
                        .map(number -> number.againstPaper().text())
                        .toList());
        assertThat(rows.stream().map(row -> row.text("against_rerun")))
                .containsExactlyElementsOf(judged.stream()
                        .map(number -> number.againstRerun().text())
                        .toList());
    }

    /** Counted here from the cells of the table and the tolerances of the paper, by other code than the page's. */
    @ParameterizedTest
    @MethodSource("tables")
    void theHeadlineCountsNumbersThatThePaperPrintsAndNothingElse(Path table) throws IOException {
        int agree = 0;
        int contradict = 0;
        for (JudgedNumber judged : judged(table)) {
            PublishedNumber number = judged.number();
            boolean counts = !number.quotation().published().isEmpty()
                    && number.quotation().publishedTolerance().isPresent()
                    && number.quotation().weak().isEmpty()
                    && judged.measured().missing().isEmpty()
                    && judged.measured().of(number.quotation().publishedSeeds()).length > 0;
            if (counts) {
                boolean within = true;
                for (double value : judged.measured().of(number.quotation().publishedSeeds())) {
                    within &= value
                                    >= number.quotation()
                                            .publishedTolerance()
                                            .get()
                                            .low()
                            && value
                                    <= number.quotation()
                                            .publishedTolerance()
                                            .get()
                                            .high();
                }
                agree += within ? 1 : 0;
                contradict += within ? 0 : 1;
            }
        }
        String sentence = "Of " + (agree + contradict) + " numbers that the paper prints and that could be tested "
                + agree + " agree with ours and " + contradict + " do not";
        assertThat(table.resolveSibling(PAPER.key() + ".html")).content().contains(sentence);
        assertThat(table.resolveSibling(PAPER.key() + ".md")).content().contains(sentence);
    }

    /** Rows that were once counted as reproduced although the paper says something else. */
    @ParameterizedTest
    @MethodSource("tables")
    void whatThePaperSaysOtherwiseContradictsIt(Path table) throws IOException {
        assertThat(judged(table))
                .filteredOn(KeptPagesTest::isKnown)
                .filteredOn(judged -> judged.measured().missing().isEmpty())
                .allSatisfy(judged -> assertThat(judged.againstPaper())
                        .as(judged.number().quotation().quantity() + ", "
                                + judged.number().quotation().where())
                        .isIn(AgainstPaper.CONTRADICTS, AgainstPaper.WEAK));
    }

    private static boolean isKnown(JudgedNumber judged) {
        String name = judged.number().quotation().quantity() + " | "
                + judged.number().quotation().where();
        return List.of(
                        "parameters | Dyck",
                        "parameters | SCAN",
                        "sign of the alignment of v₁ | Dyck, step 300",
                        "v·Hv along v2 | Dyck s42, step 3900",
                        "accuracy lost without the bulk | Dyck s42, step 1400",
                        "grok step after a kick along the defect | Dyck, mean of seeds",
                        "g₂₃ decline: the control declines more, ω = 0 | SCAN s2024, every 500 steps, W = 5",
                        "divergence from uniform, ω = 0 | Dyck s42, step 5000, layer 0 head 1",
                        "R² of depth, MLP | Dyck s42, from step 1000, ω' = 2, after 3000 steps")
                .contains(name);
    }
}
