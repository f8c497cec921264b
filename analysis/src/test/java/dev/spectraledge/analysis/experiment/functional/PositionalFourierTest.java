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

/** The reference run's spectra. */
class PositionalFourierTest {
    private static final Pattern STEP = Pattern.compile(" *Step (\\d+):");
    private static final Pattern SPECTRUM =
            Pattern.compile(" *(\\w+): dominant_omega=(\\d+), top1=(\\S+), top3=(\\S+)");
    /** Half of the last printed digit, and what single precision does to the reference. */
    private static final double THREE_DIGITS = 0.0005 + 1e-5;

    @Test
    void theReferenceRunsSpectraAreThePrintedOnes() throws IOException {
        Findings findings = new PositionalFourier().measure(GoldenRun.open(), PhaseSteps.published("dyck"));
        long step = -1;
        int compared = 0;
        for (String line : GoldenRun.printed("fourier_functional_dyck", "Analyzing grok", "Analyzing memo")) {
            Matcher heading = STEP.matcher(line);
            Matcher spectrum = SPECTRUM.matcher(line);
            if (heading.matches()) {
                step = Long.parseLong(heading.group(1));
            } else if (spectrum.matches()) {
                String layer = spectrum.group(1);
                check(findings, PositionalFourier.DOMINANT, layer, step, spectrum.group(2), 0.0);
                check(findings, PositionalFourier.TOP_1, layer, step, spectrum.group(3), THREE_DIGITS);
                check(findings, PositionalFourier.TOP_3, layer, step, spectrum.group(4), THREE_DIGITS);
                compared += 3;
            }
        }
        assertThat(compared).isEqualTo(54);
        assertThat(findings.figures()).hasSize(1);
    }

    private static void check(
            Findings findings, String quantity, String layer, long step, String printed, double tolerance) {
        assertThat(findings.value(Procedure.PUBLISHED, quantity, layer, step))
                .as("%s of %s at step %d", quantity, layer, step)
                .hasValueCloseTo(Double.parseDouble(printed), within(tolerance));
    }
}
