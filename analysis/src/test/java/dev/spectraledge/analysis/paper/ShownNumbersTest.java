package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.Markup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShownNumbersTest {
    private static final Subject DYCK =
            new Subject("dyck", "dyck ω=1", "ω = 1", Map.of(), Optional.empty(), Course.USUAL);

    @TempDir
    private Path folder;

    private static PageSection.ShownNumber number(String item) {
        return new PageSection.ShownNumber(
                item,
                new SubjectSelector(
                        "dyck", new Selector("ablation", Procedure.CONTROLLED, "p-value", item, OptionalLong.of(500))));
    }

    private SubjectRun run(long seed, double... probabilities) {
        return new SubjectRun(
                DYCK,
                seed,
                "dyck",
                SampleEvidence.SCALE,
                Map.of("ablation", SampleFindings.writeProbabilities(folder.resolve(seed + ".json"), probabilities)),
                Map.of());
    }

    private static String page(List<String> items, Evidence evidence, boolean gapsMatter) {
        Markup page = new Markup();
        ShownNumbers.of(items.stream().map(ShownNumbersTest::number).toList(), evidence, gapsMatter)
                .write(page);
        return page.finish();
    }

    /** Of .01, .03 (row a, by seed) and .02, .5 (row b): .04 and .06, .06 and .5. */
    @Test
    void pValuesAreCorrectedForAllRowsAndSeedsOfTheSection() {
        Evidence evidence = new Evidence(List.of(run(1, 0.01, 0.02), run(2, 0.03, 0.5)));
        assertThat(page(List.of("a", "b"), evidence, true))
                .contains("<td>0.0100 · 0.0300<small>by Holm’s method for 4 p-values: 0.040 · 0.060</small></td>")
                .contains("<td>0.0200 · 0.500<small>by Holm’s method for 4 p-values: 0.060 · 0.50</small></td>");
    }

    @Test
    void whatIsMissingIsNoHypothesisAndShownWhereItMatters() {
        Evidence evidence = new Evidence(List.of(run(1, 0.01)));
        assertThat(page(List.of("a", "b"), evidence, true))
                .contains("for 1 p-value: 0.010", "not measured: ablation/controlled/p-value/b/500");
        assertThat(page(List.of("a", "b"), evidence, false)).doesNotContain("not measured");
        assertThat(page(List.of("b"), evidence, false)).isEmpty();
    }
}
