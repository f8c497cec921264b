package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseSteps;
import dev.spectraledge.analysis.experiment.Procedure;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference run's directions of W_Q and W_K. */
class WeightDirectionsTest {
    private static final Pattern STEP = Pattern.compile(" *\\w+ \\(step (\\d+)\\):");
    private static final Pattern DEPTH =
            Pattern.compile(" *(layer_\\d) W(\\w) depth R²: v1=(\\S+), v2\\+v3=(\\S+), all5=(\\S+)");
    private static final Pattern SEPARATION =
            Pattern.compile(" *(layer_\\d) W(\\w) token separation .*: v1=(\\S+), v2=(\\S+), v3=(\\S+)");
    private static final Pattern VALUES = Pattern.compile(" *(layer_\\d) W(\\w): σ = \\[(.*)\\], gaps.*");
    private static final Pattern FREQUENCIES = Pattern.compile(" *(layer_\\d) W(\\w) dominant ω .*: \\[(.*)\\]");
    private static final double THREE_DIGITS = 0.0005 + 1e-5;
    private static final double TWO_DIGITS = 0.005 + 1e-4;

    @Test
    void theReferenceRunsDirectionsAreThePrintedOnes() throws IOException {
        Findings findings = new WeightDirections().measure(GoldenRun.open(), PhaseSteps.published("dyck"));
        long step = -1;
        int compared = 0;
        for (String line : GoldenRun.printed("principal_direction_analysis", "analysis: grok", "analysis: memo")) {
            Matcher heading = STEP.matcher(line);
            Matcher depth = DEPTH.matcher(line);
            Matcher separation = SEPARATION.matcher(line);
            Matcher values = VALUES.matcher(line);
            Matcher frequencies = FREQUENCIES.matcher(line);
            if (heading.matches()) {
                step = Long.parseLong(heading.group(1));
            } else if (depth.matches()) {
                String item = item(depth);
                check(findings, WeightDirections.DEPTH_R2, item + "v1", step, depth.group(3), THREE_DIGITS);
                check(findings, WeightDirections.DEPTH_R2, item + "v2+v3", step, depth.group(4), THREE_DIGITS);
                check(findings, WeightDirections.DEPTH_R2, item + "all5", step, depth.group(5), THREE_DIGITS);
                compared++;
            } else if (separation.matches()) {
                for (int index = 1; index <= 3; index++) {
                    check(
                            findings,
                            WeightDirections.SEPARATION,
                            item(separation) + "v" + index,
                            step,
                            separation.group(2 + index),
                            TWO_DIGITS);
                }
            } else if (values.matches()) {
                String[] printed = values.group(3).trim().split(" +", -1);
                for (int index = 1; index <= printed.length; index++) {
                    check(
                            findings,
                            WeightDirections.SINGULAR_VALUE,
                            item(values) + index,
                            step,
                            printed[index - 1],
                            THREE_DIGITS);
                }
            } else if (frequencies.matches()) {
                String[] printed =
                        frequencies.group(3).replaceAll("np.int64\\(|[) ]", "").split(",", -1);
                for (int index = 1; index <= printed.length; index++) {
                    check(
                            findings,
                            WeightDirections.DOMINANT,
                            item(frequencies) + "v" + index,
                            step,
                            printed[index - 1],
                            0.0);
                }
            }
        }
        assertThat(compared).isEqualTo(16);
        assertThat(findings.figures()).hasSize(1);
    }

    private static String item(Matcher matcher) {
        return matcher.group(1) + "/W_" + matcher.group(2) + "/";
    }

    private static void check(
            Findings findings, String quantity, String item, long step, String printed, double tolerance) {
        assertThat(findings.value(Procedure.PUBLISHED, quantity, item, step))
                .as("%s of %s at step %d", quantity, item, step)
                .hasValueCloseTo(Double.parseDouble(printed), within(tolerance));
    }
}
