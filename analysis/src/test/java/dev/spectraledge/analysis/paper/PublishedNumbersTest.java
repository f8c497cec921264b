package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.trainer.RunException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedNumbersTest {
    private static final String HEADER = String.join(",", PublishedNumber.COLUMNS);

    @Test
    void theResourceIsComplete() {
        Paper paper = LifecyclePaper.read();
        List<PublishedNumber> numbers = paper.numbers();
        assertThat(numbers).hasSizeGreaterThan(50);
        assertThat(numbers).allSatisfy(number -> {
            assertThat(number.toleranceClass()).isIn("D", "E", "S", "N", "A");
            assertThat(number.low()).isLessThanOrEqualTo(number.high());
            assertThat(number.tolerance() + number.reason()).isNotBlank();
            assertThat(number.published() + number.rerun()).isNotBlank();
            assertThat(paper.subject(number.subject())).isNotNull();
            boolean judgeable = number.reason().isEmpty();
            assertThat(!judgeable || Double.isFinite(number.low()) || Double.isFinite(number.high()))
                    .as("%s, %s: any value would do", number.quantity(), number.where())
                    .isTrue();
        });
    }

    @Test
    void theControlTakesWhatItDoesNotSayFromThePublishedSelector() {
        PublishedNumber number = PublishedNumbers.parse("# a remark\n" + HEADER
                        + "\n"
                        + "5.4,\"a, b\",x,1,2,S,0,,± 1,dyck,42"
                        + " 137,ablation,,change,edge,200,mean,:shrink::other,\n")
                .getFirst();
        assertThat(number.quantity()).isEqualTo("a, b");
        assertThat(number.high()).isInfinite();
        assertThat(number.seeds()).containsExactly(42L, 137L);
        assertThat(number.selector()).hasToString("ablation/published/change/edge/200");
        assertThat(number.control().orElseThrow()).hasToString("other/controlled/change/shrink/200");
        assertThat(number.control().orElseThrow().procedure()).isEqualTo(Procedure.CONTROLLED);
    }

    @Test
    void damagedTablesSaySo() {
        assertThatThrownBy(() -> PublishedNumbers.parse("a,b\n1,2"))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("has the columns table,quantity");
        assertThatThrownBy(() -> PublishedNumbers.parse(HEADER + "\n1,2"))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("has 19 cells, not 2");
    }
}
