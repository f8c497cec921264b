package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.trainer.RunException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NumberTableTest {
    private static final List<PublishedNumber> NUMBERS = LifecyclePaper.read().numbers();

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
        double value = number.publishedTolerance()
                .or(number::rerunTolerance)
                .map(Tolerance::low)
                .filter(Double::isFinite)
                .orElse(1.0);
        return new Measured(
                number.seeds(),
                number.seeds().stream().mapToDouble(seed -> value).toArray(),
                new double[0],
                new double[0],
                List.of(),
                number.reason());
    }

    @Test
    void aTableOfAnotherPaperIsRefused() {
        String text = NumberTable.text(List.of()).lines().findFirst().orElseThrow();
        String line = text.replaceAll("[^,]+", "x");
        assertThatThrownBy(() -> NumberTable.measured(text + "\n" + line, "table.csv", NUMBERS))
                .isInstanceOf(RunException.class)
                .hasMessage("table.csv: no number of the paper is called x | x | x | x");
    }
}
