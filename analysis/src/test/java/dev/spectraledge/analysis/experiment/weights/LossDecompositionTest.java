package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.GoldenRun;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.ReferenceText;
import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.analysis.phase.PhaseSteps;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LossDecompositionTest {
    private static final Pattern QUOTED = Pattern.compile("'([-+.\\d]+)'");
    private static final Pattern CORRELATION = Pattern.compile("^(Pearson|Spearman).*?= ([-.\\d]+)");
    private static final Map<String, String> QUANTITIES = Map.of(
            "α", "stability",
            "G_train", "train-gradient",
            "G_val", "test-gradient",
            "Actual Δloss", "loss-change",
            "Actual Δacc", "accuracy-change");

    @Test
    void printsTheReferencesNumbers() {
        Findings findings = new LossDecomposition().measure(GoldenRun.dyck(), PhaseSteps.published("dyck"));
        Map<String, Integer> checked = new HashMap<>();
        for (ReferenceText.Line line :
                ReferenceText.read(GoldenFolder.require("dyck_s42_reference").resolve("loss_decomposition.txt"))) {
            String name = line.text().split(":", 2)[0];
            if (QUANTITIES.containsKey(name)) {
                Matcher numbers = QUOTED.matcher(line.text());
                for (int j = 1; numbers.find(); j++) {
                    double printed = Double.parseDouble(numbers.group(1));
                    double value = findings.value(Procedure.PUBLISHED, QUANTITIES.get(name), "v" + j, line.step())
                            .orElseThrow();
                    // The sign of a direction, and with it that of a product, is arbitrary.
                    boolean signed = !name.startsWith("G_");
                    assertThat(signed ? value : Math.abs(value))
                            .as("%s of v%d at %d", name, j, line.step())
                            .isCloseTo(
                                    signed ? printed : Math.abs(printed),
                                    within(ReferenceText.tolerance(numbers.group(1))));
                    checked.merge(name, 1, Integer::sum);
                }
            }
            List<String> correlation = line.find(CORRELATION);
            if (!correlation.isEmpty()) {
                String quantity = correlation.get(0).equals("Pearson") ? "pearson-correlation" : "spearman-correlation";
                assertThat(findings.value(Procedure.PUBLISHED, quantity, "importance", line.step())
                                .orElseThrow())
                        .isCloseTo(
                                Double.parseDouble(correlation.get(1)),
                                within(ReferenceText.tolerance(correlation.get(1))));
                checked.merge(quantity, 1, Integer::sum);
            }
        }
        assertThat(List.of(300L, 600L, 1500L, 4000L))
                .allSatisfy(step -> assertThat(
                                findings.value(Procedure.CONTROLLED, "share-of-permutations", "ablation", step))
                        .isPresent());
        assertThat(checked)
                .containsEntry("pearson-correlation", 4)
                .containsEntry("spearman-correlation", 4)
                .containsEntry("α", 9)
                .containsEntry("Actual Δacc", 9)
                .hasSize(7);
    }

    @Test
    void permutationsTellAnOrderFromChance() {
        double[] rising = {1, 2, 3, 4, 5};
        assertThat(LossDecomposition.shareOfPermutations(rising, rising)).isEqualTo(1.0 / 120);
        assertThat(LossDecomposition.shareOfPermutations(rising, new double[] {3, 5, 1, 4, 2}))
                .isGreaterThan(0.5);
    }
}
