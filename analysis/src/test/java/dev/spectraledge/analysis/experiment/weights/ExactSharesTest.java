package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.MotionParts;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExactSharesTest {
    private static final int WINDOW = 5;
    private static final double ROUNDING = 1e-12;

    @TempDir
    private Path folder;

    @Test
    void anEstimateThatIsRightHasNoErrorAndOneThatIsNotHasItsOwn() throws IOException {
        StudiedRun run = run();
        Files.writeString(folder.resolve("spectrum.csv"), """
                step,gradient_share_1,gradient_share_2,gradient_share_3,gradient_share_4,alignment_1,alignment_2,alignment_3,alignment_4
                200,0.75,0.25,,,0.5,-0.25,,
                """);
        Findings findings = new Findings();
        findings.published("gradient-fraction", "v1", 200, 0.75);
        findings.published("gradient-fraction", "v2", 200, 0.5);
        ExactShares.measure(run, SyntheticRun.STRIDE, WINDOW, findings);
        assertThat(value(findings, "gradient-fraction-exact", "v1")).isEqualTo(0.75);
        assertThat(value(findings, "trapezoid-error", "v1")).isZero();
        assertThat(value(findings, "trapezoid-error", "v2")).isEqualTo(0.25);
        assertThat(findings.value(Procedure.CONTROLLED, "gradient-fraction-exact", "v3", 200))
                .isEmpty();
        assertThat(findings.remarks()).isEmpty();
    }

    @Test
    void theCrossTermIsThatOfTheParts() {
        double gradient = 3;
        double decay = 2;
        double product = -1.5;
        double cosine = product / Math.sqrt(gradient * decay);
        assertThat(ExactShares.withCrossTerm(gradient / (gradient + decay), cosine))
                .isCloseTo(new MotionParts(gradient, decay, product).signedShare(), within(ROUNDING));
        assertThat(ExactShares.withCrossTerm(1, Double.NaN)).isEqualTo(1);
    }

    @Test
    void aRunThatNobodyWatchedHasNone() {
        Findings findings = new Findings();
        ExactShares.measure(run(), SyntheticRun.STRIDE, WINDOW, findings);
        assertThat(findings.measurements()).isEmpty();
        assertThat(findings.remarks()).hasSize(1);
    }

    private StudiedRun run() {
        return SyntheticRun.write(folder, 1, 2, (index, attention, backend) -> {});
    }

    private static double value(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, item, 200).orElseThrow();
    }
}
