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

/** The reference run's heads. */
class AttentionPatternsTest {
    private static final Pattern STEP = Pattern.compile(" *Step (\\d+):");
    private static final Pattern SCORES =
            Pattern.compile(" *(L\\dH\\d): entropy=(\\S+), counting_KL=(\\S+), local=(\\S+), recent=(\\S+)");
    /** Half of the last printed digit, and what single precision does to the reference. */
    private static final double TWO_DIGITS = 0.005 + 1e-5;

    private static final double THREE_DIGITS = 0.0005 + 1e-5;

    @Test
    void theReferenceRunsScoresAreThePrintedOnes() throws IOException {
        Findings findings = new AttentionPatterns().measure(GoldenRun.open(), PhaseSteps.published("dyck"));
        long step = -1;
        int compared = 0;
        for (String line : GoldenRun.printed("dyck_attention_modes", "modes: grok", "modes: memo")) {
            Matcher heading = STEP.matcher(line);
            Matcher scores = SCORES.matcher(line);
            if (heading.matches()) {
                step = Long.parseLong(heading.group(1));
            } else if (scores.matches()) {
                String head = scores.group(1);
                check(findings, AttentionPatterns.ENTROPY, head, step, scores.group(2), TWO_DIGITS);
                check(findings, AttentionPatterns.DIVERGENCE, head, step, scores.group(3), THREE_DIGITS);
                check(findings, AttentionPatterns.LOCAL, head, step, scores.group(4), THREE_DIGITS);
                check(findings, AttentionPatterns.RECENT, head, step, scores.group(5), THREE_DIGITS);
                compared += 4;
            }
        }
        assertThat(compared).isEqualTo(160);
        assertThat(findings.figures()).hasSize(1);
    }

    private static void check(
            Findings findings, String quantity, String head, long step, String printed, double tolerance) {
        assertThat(findings.value(Procedure.PUBLISHED, quantity, head, step))
                .as("%s of %s at step %d", quantity, head, step)
                .hasValueCloseTo(Double.parseDouble(printed), within(tolerance));
    }
}
