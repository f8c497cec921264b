package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.phase.PhaseSteps;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference run's responses by depth. */
class DepthBasisTest {
    private static final Pattern STEP = Pattern.compile(".*\\(step (\\d+)\\):");
    private static final Pattern WHOLE =
            Pattern.compile(" *(v\\d) .*depth F=(\\S+) \\((\\S+)x uniform\\), ω\\*=(\\d+), tok_ratio=(\\S+)");
    private static final Pattern BLOCK = Pattern.compile(" *W(\\w): depth F=(\\S+) \\((\\S+)x\\), tok=(\\S+)");
    /** Half of the last printed digit, and what the rounding of single precision does to the reference's differences. */
    private static final double THREE_DIGITS = 0.0005 + 1e-4;

    private static final double TWO_DIGITS = 0.005 + 1e-3;
    private static final double ONE_DIGIT = 0.05 + 1e-3;

    @Test
    void theReferenceRunsResponsesAreThePrintedOnes() throws IOException {
        Findings findings = new DepthBasis().measure(GoldenRun.open(), PhaseSteps.published("dyck"));
        long step = -1;
        String direction = "";
        int compared = 0;
        for (String line : GoldenRun.printed("fourier_correct_basis", "per-block: grok", "per-block: memo")) {
            Matcher heading = STEP.matcher(line);
            Matcher whole = WHOLE.matcher(line);
            Matcher block = BLOCK.matcher(line);
            if (heading.matches()) {
                step = Long.parseLong(heading.group(1));
            } else if (whole.matches()) {
                direction = whole.group(1);
                check(findings, DepthBasis.CONCENTRATION, direction, step, whole.group(2), THREE_DIGITS);
                check(findings, DepthBasis.ELEVATION, direction, step, whole.group(3), ONE_DIGIT);
                check(findings, DepthBasis.DOMINANT, direction, step, whole.group(4), 0.0);
                check(findings, DepthBasis.TOKEN_RATIO, direction, step, whole.group(5), TWO_DIGITS);
                compared += 4;
            } else if (block.matches()) {
                String item = direction + "/W_" + block.group(1);
                check(findings, DepthBasis.CONCENTRATION, item, step, block.group(2), THREE_DIGITS);
                check(findings, DepthBasis.ELEVATION, item, step, block.group(3), ONE_DIGIT);
                check(findings, DepthBasis.TOKEN_RATIO, item, step, block.group(4), TWO_DIGITS);
                compared += 3;
            }
        }
        assertThat(compared).isEqualTo(14 * 4 + 56 * 3);
        // Random directions reach what is published of the edge.
        assertThat(findings.value(Procedure.CONTROLLED, DepthBasis.P_VALUE, "edge", 500)
                        .orElseThrow())
                .isGreaterThan(0.05);
        assertThat(findings.figures()).hasSize(1);
    }

    private static void check(
            Findings findings, String quantity, String item, long step, String printed, double tolerance) {
        assertThat(findings.value(Procedure.PUBLISHED, quantity, item, step))
                .as("%s of %s at step %d", quantity, item, step)
                .hasValueCloseTo(Double.parseDouble(printed), within(tolerance));
    }
}
