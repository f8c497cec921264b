package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.analysis.published.CsvLines;
import dev.spectraledge.analysis.published.CsvRows;
import dev.spectraledge.analysis.published.Tolerance;
import dev.spectraledge.trainer.RunException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTableTest {
    private static final List<PublishedNumber> NUMBERS = LifecyclePaper.read().numbers();
    private static final String HEAD = NumberTable.text(List.of()).strip();

    @Test
    void whatIsWrittenIsReadAgain() {
        List<JudgedNumber> judged = NUMBERS.stream()
                .map(number -> JudgedNumber.of(number, measured(number)))
                .toList();
        Map<PublishedNumber, Measured> read = NumberTable.measured(NumberTable.text(judged), "table", NUMBERS);
        assertThat(read).hasSameSizeAs(NUMBERS);
        assertThat(judged).allSatisfy(before -> {
            JudgedNumber after = JudgedNumber.of(before.number(), read.get(before.number()));
            assertThat(after.againstPaper()).isEqualTo(before.againstPaper());
            assertThat(after.againstRerun()).isEqualTo(before.againstRerun());
            assertThat(after.measured().seeds()).isEqualTo(before.measured().seeds());
            assertThat(after.measured().ours()).isEqualTo(before.measured().ours());
            assertThat(after.measured().missing()).isEqualTo(before.measured().missing());
        });
    }

    /** In turn: nothing, and the lower end of what agrees. */
    private static Measured measured(PublishedNumber number) {
        if (NUMBERS.indexOf(number) % 2 == 0) {
            return new Measured(
                    List.of(),
                    new double[0],
                    new double[0],
                    new double[0],
                    List.of(),
                    number.reason().isEmpty() ? "not measured" : number.reason());
        }
        double value = number.quotation()
                .publishedTolerance()
                .or(number.quotation()::rerunTolerance)
                .map(Tolerance::low)
                .filter(Double::isFinite)
                .orElse(1.0);
        return new Measured(
                number.quotation().seeds(),
                number.quotation().seeds().stream().mapToDouble(seed -> value).toArray(),
                new double[0],
                new double[0],
                List.of(),
                number.reason());
    }

    @Test
    void aTableOfAnotherPaperIsRefused() {
        refuses(
                HEAD + "\n" + line("x"),
                "table.csv line 2, column 'measurement': no number of the paper is called x | x | x | x");
    }

    @Test
    void aTableThatLacksColumnsSaysWhich() {
        refuses(
                "# a remark\n\ntable,quantity,where,seeds\n",
                "table.csv line 3 names no column 'measurement', 'ours_as_published', 'ours_at_detected_phase',"
                        + " 'ours_controlled', 'rounding_low', 'rounding_high', 'missing'; the columns that are needed are"
                        + " table,quantity,where,measurement,seeds,ours_as_published,ours_at_detected_phase,"
                        + "ours_controlled,rounding_low,rounding_high,missing");
    }

    @Test
    void aLineOfAnotherLengthSaysWhere() {
        refuses(HEAD + "\na,b,c", "table.csv line 2 has 3 cells, but line 1 names 25 columns");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ours_as_published | 0.5 many | 'many' is not a number; several are separated by single spaces",
                "ours_as_published | 0.5  0.6 | '' is not a number; several are separated by single spaces",
                "ours_controlled | 1,5 | '1,5' is not a number; several are separated by single spaces",
                "rounding_low | x | 'x' is not a number; several are separated by single spaces",
                "rounding_high | 1 2 | 2 numbers, but 0 in rounding_low",
                "seeds | 4.2 | '4.2' is not a whole number; several are separated by single spaces"
            })
    void aCellThatIsNoNumberSaysWhere(String column, String cell, String what) {
        Map<String, String> cells = cellsOf(NUMBERS.getFirst());
        cells.put(column, cell);
        refuses(
                HEAD + "\n" + CsvLines.write(List.copyOf(cells.values())),
                "table.csv line 2, column '" + column + "': " + what);
    }

    @Test
    void aLineThatStandsTwiceSaysWhere() {
        String line = CsvLines.write(List.copyOf(cellsOf(NUMBERS.getFirst()).values()));
        assertThatThrownBy(() -> NumberTable.measured(HEAD + "\n" + line + "\n" + line, "table.csv", NUMBERS))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith("table.csv line 3, column 'measurement': an earlier line is about 5.1 |");
    }

    private static Map<String, String> cellsOf(PublishedNumber number) {
        String text = NumberTable.text(List.of(JudgedNumber.of(number, measured(number))));
        return new LinkedHashMap<>(
                CsvRows.parse(text, "table").stream().findFirst().orElseThrow().cells());
    }

    private static String line(String cell) {
        return HEAD.replaceAll("[^,]+", cell);
    }

    private static void refuses(String text, String message) {
        assertThatThrownBy(() -> NumberTable.measured(text, "table.csv", NUMBERS))
                .isInstanceOf(RunException.class)
                .hasMessage(message);
    }
}
