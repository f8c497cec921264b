package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference run's functional modes. */
class FunctionalModesTest {
    private static final int SNAPSHOTS = 7;
    private static final int WINDOW = 5;
    /** No p value can be smaller. */
    private static final double SMALLEST = 1.0 / (1 + FunctionalModes.RANDOM);

    @TempDir
    private Path folder;

    private static final Pattern STEP = Pattern.compile(".*\\(center step (\\d+), idx \\d+\\):");
    private static final Pattern GAP = Pattern.compile(" *g₂₃ = (\\S+)");
    private static final Pattern EPSILON = Pattern.compile(" *ε = (\\S+)");
    private static final Pattern MODE = Pattern.compile(" *(v\\d) .*σ=(\\S+), depth_R²=(\\S+), depth_corr=(\\S+),"
            + " tok_ratio=(\\S+), ω\\*=(\\d+), F_conc=(\\S+)");
    /** Half of the last printed digit, and what the rounding of single precision does to the reference's differences. */
    private static final double FOUR_DIGITS = 0.00005 + 1e-5;

    private static final double THREE_DIGITS = 0.0005 + 2e-4;
    private static final double TWO_DIGITS = 0.005 + 1e-3;
    /** Of a probe on a random split. */
    private static final double PROBE = 0.01;

    @Test
    void theReferenceRunsModesAreThePrintedOnes() throws IOException {
        Findings findings = new FunctionalModes().measure(GoldenRun.open(), PhaseSteps.published("dyck"));
        long step = -1;
        int compared = 0;
        for (String line : GoldenRun.printed("gram_edge_functional_modes", "modes: grok", "modes: memo")) {
            Matcher heading = STEP.matcher(line);
            Matcher gap = GAP.matcher(line);
            Matcher epsilon = EPSILON.matcher(line);
            Matcher mode = MODE.matcher(line);
            if (heading.matches()) {
                step = Long.parseLong(heading.group(1));
            } else if (gap.matches()) {
                double printed = Double.parseDouble(gap.group(1));
                check(findings, FunctionalModes.GAP, "spectrum", step, gap.group(1), 1e-5 * (1 + printed));
            } else if (epsilon.matches()) {
                check(findings, FunctionalModes.STEP_LENGTH, "spectrum", step, epsilon.group(1), FOUR_DIGITS);
            } else if (mode.matches()) {
                String item = mode.group(1);
                check(findings, FunctionalModes.SINGULAR_VALUE, item, step, mode.group(2), FOUR_DIGITS);
                check(findings, FunctionalModes.FUNCTIONAL_R2, item, step, mode.group(3), PROBE);
                check(findings, FunctionalModes.CORRELATION, item, step, mode.group(4), THREE_DIGITS);
                check(findings, FunctionalModes.TOKEN_RATIO, item, step, mode.group(5), TWO_DIGITS);
                check(findings, FunctionalModes.DOMINANT, item, step, mode.group(6), 0.0);
                check(findings, FunctionalModes.CONCENTRATION, item, step, mode.group(7), THREE_DIGITS);
                compared++;
            }
        }
        assertThat(compared).isEqualTo(18);
        // Without the penalty, depth is read from the response to any direction: the edge is not special.
        assertThat(findings.value(Procedure.CONTROLLED, FunctionalModes.FUNCTIONAL_R2, "random", 600)
                        .orElseThrow())
                .isGreaterThan(0.8);
        assertThat(findings.figures()).hasSize(1);
    }

    /** Random updates are answered as random directions are; updates along a gradient, more strongly than any of them. */
    @Test
    void onlyMotionWithMeaningIsAnsweredMoreThanRandomDirectionsAre() throws IOException {
        StudiedRun random = SyntheticRun.writeRandom(folder.resolve("random"), SNAPSHOTS);
        assertThat(probabilities(random))
                .hasSize(4 * WINDOW)
                .allSatisfy((item, p) -> assertThat(p).as(item).isGreaterThan(SMALLEST));
        StudiedRun driven = SyntheticRun.writeDriven(folder.resolve("driven"), SNAPSHOTS, random);
        assertThat(probabilities(driven)).containsEntry(FunctionalModes.RESPONSE + "/v1", SMALLEST);
    }

    /** By quantity and direction. */
    private static Map<String, Double> probabilities(StudiedRun run) {
        long last = run.steps().last();
        Findings findings = new FunctionalModes().measure(run, PhaseSteps.everywhere("test", Map.of(Phase.LATE, last)));
        return findings.measurements().stream()
                .filter(found -> found.quantity().equals(FunctionalModes.P_VALUE))
                .collect(Collectors.toMap(Measurement::item, Measurement::value));
    }

    private static void check(
            Findings findings, String quantity, String item, long step, String printed, double tolerance) {
        assertThat(findings.value(Procedure.PUBLISHED, quantity, item, step))
                .as("%s of %s at step %d", quantity, item, step)
                .hasValueCloseTo(Double.parseDouble(printed), within(tolerance));
    }
}
