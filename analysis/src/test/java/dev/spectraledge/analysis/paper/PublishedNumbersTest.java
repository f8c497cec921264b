package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.analysis.published.Tolerance;
import dev.spectraledge.trainer.RunException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublishedNumbersTest {
    private static final String HEADER = String.join(",", PublishedNumber.COLUMNS);

    @Test
    void theResourceIsComplete() {
        Paper paper = LifecyclePaper.read();
        List<PublishedNumber> numbers = paper.numbers();
        assertThat(numbers).hasSizeGreaterThan(50);
        assertThat(numbers).allSatisfy(number -> {
            assertThat(number.quotation().toleranceClass()).isIn("D", "E", "S", "N", "A");
            assertThat(number.quotation().published() + number.quotation().rerun())
                    .isNotBlank();
            assertThat(paper.subject(number.quotation().subject())).isNotNull();
            assertThat(number.quotation().seeds())
                    .containsAll(number.quotation().publishedSeeds());
            assertThat(number.quotation().rerunTolerance().isPresent()
                            && number.quotation().rerun().isBlank())
                    .isFalse();
        });
        assertThat(numbers)
                .filteredOn(number -> number.quotation().published().isEmpty())
                .as("a tolerance of the paper needs a number that it prints")
                .allMatch(number -> number.quotation().publishedTolerance().isEmpty());
    }

    /** A band of two decades says nothing; it is a statement that can fail, or it is marked. */
    @Test
    void wideBandsAreMarked() {
        assertThat(LifecyclePaper.read().numbers())
                .filteredOn(number -> number.quotation().weak().isEmpty())
                .allSatisfy(number -> Stream.of(
                                number.quotation().publishedTolerance(),
                                number.quotation().rerunTolerance())
                        .flatMap(Optional::stream)
                        .forEach(tolerance -> assertThat(tolerance.low() > 0
                                        && Double.isFinite(tolerance.high())
                                        && tolerance.high() >= 100 * tolerance.low())
                                .as(
                                        "%s, %s",
                                        number.quotation().quantity(),
                                        number.quotation().where())
                                .isFalse()));
    }

    /** Nothing about the author's code, and nothing about ours, decides what agrees with the paper. */
    @Test
    void tolerancesOfThePaperNameNoRerun() {
        assertThat(LifecyclePaper.read().numbers())
                .flatExtracting(number ->
                        number.quotation().publishedTolerance().stream().toList())
                .extracting(Tolerance::source)
                .allSatisfy(source -> assertThat(source.toLowerCase(Locale.ROOT))
                        .doesNotContain("re-run", "rerun", "about both", "ours"));
    }

    @Test
    void theControlTakesWhatItDoesNotSayFromThePublishedSelector() {
        PublishedNumber number = PublishedNumbers.parse("# a remark\n" + HEADER
                        + "\n"
                        + "5.4,\"a, b\",x,1,42,0,,more,2,,3,less,S,,dyck,42"
                        + " 137,ablation,,change,edge,200,mean,:shrink::other,\n")
                .getFirst();
        assertThat(number.quotation().quantity()).isEqualTo("a, b");
        assertThat(number.quotation().publishedTolerance())
                .contains(new Tolerance(0, Double.POSITIVE_INFINITY, "more"));
        assertThat(number.quotation().rerunTolerance()).contains(new Tolerance(Double.NEGATIVE_INFINITY, 3, "less"));
        assertThat(number.quotation().publishedSeeds()).containsExactly(42L);
        assertThat(number.quotation().seeds()).containsExactly(42L, 137L);
        assertThat(number.selector()).hasToString("ablation/published/change/edge/200");
        assertThat(number.control().orElseThrow()).hasToString("other/controlled/change/shrink/200");
        assertThat(number.control().orElseThrow().procedure()).isEqualTo(Procedure.CONTROLLED);
    }

    @Test
    void damagedTablesSaySo() {
        assertThatThrownBy(() -> PublishedNumbers.parse("a,b\n1,2"))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("line 1 names no column 'table', 'quantity', 'where'");
        assertThatThrownBy(() -> PublishedNumbers.parse(HEADER + "\n1,2"))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("line 2 has 2 cells, but line 1 names 24 columns");
    }
}
