package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.DyckExtract;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.GoldenRun;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.ReferenceText;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GradientDecayDecompositionTest {
    private static final Pattern SHARE = Pattern.compile("^v(\\d) .*grad_frac=([\\d.]+), wd_frac=[\\d.]+, (\\w+)");
    private static final Pattern EFFECT = Pattern.compile("^(grad|wd)→loss: +([-+.\\d]+), +\\w+→acc: +([-+.\\d]+)");
    private static final int SNAPSHOTS = 13;

    private final GradientDecayDecomposition experiment = new GradientDecayDecomposition();

    @TempDir
    private Path folder;

    @Test
    void printsTheReferencesNumbers() {
        Findings findings = experiment.measure(GoldenRun.dyck(), PhaseSteps.published("dyck"));
        int checked = 0;
        String direction = "";
        for (ReferenceText.Line line : ReferenceText.read(
                GoldenFolder.require("dyck_s42_reference").resolve("grad_vs_wd_decomposition.txt"))) {
            List<String> share = line.find(SHARE);
            if (!share.isEmpty()) {
                direction = "v" + share.get(0);
                assertThat(published(findings, "gradient-fraction", direction, line.step()))
                        .as("%s at %d", direction, line.step())
                        .isCloseTo(Double.parseDouble(share.get(1)), within(ReferenceText.tolerance(share.get(1))));
                assertThat(published(findings, "alignment", direction, line.step()) > 0)
                        .isEqualTo(share.get(2).equals("aligned"));
                checked++;
            }
            List<String> effect = line.find(EFFECT);
            // The sign of v5 at step 1500 is that of an update that is not among the snapshots.
            if (!effect.isEmpty() && !(line.step() == 1500 && direction.equals("v5"))) {
                String item = (effect.get(0).equals("grad") ? "gradient/" : "decay/") + direction;
                assertThat(published(findings, "loss-change", item, line.step()))
                        .as("loss, %s at %d", item, line.step())
                        .isCloseTo(Double.parseDouble(effect.get(1)), within(ReferenceText.tolerance(effect.get(1))));
                assertThat(published(findings, "accuracy-change", item, line.step()))
                        .as("accuracy, %s at %d", item, line.step())
                        .isCloseTo(Double.parseDouble(effect.get(2)), within(ReferenceText.tolerance(effect.get(2))));
                checked++;
            }
        }
        assertThat(checked).isEqualTo(18 + 2 * 18 - 2);
    }

    @Test
    void splitsTheExtractAsPyTorchDoes() {
        Findings findings = experiment.measure(DyckExtract.open(), DyckExtract.phases());
        // σ as the reference prints it; the shares from the same snapshots in NumPy, by explicit singular vectors.
        assertThat(published(findings, "singular-value", "v1", 200)).isCloseTo(5.6246, within(5.1e-5));
        assertThat(published(findings, "singular-value", "v2", 200)).isCloseTo(2.3194, within(5.1e-5));
        assertThat(published(findings, "gradient-fraction", "v1", 200)).isCloseTo(0.983929, within(5.1e-7));
        assertThat(published(findings, "gradient-fraction", "v2", 200)).isCloseTo(0.522915, within(5.1e-7));
        assertThat(controlled(findings, "cosine-with-weights", "v2", 200)).isCloseTo(0.637846, within(5.1e-7));
    }

    /** A large first update, then small ones that decay rules: the share of v1 falls when the first one leaves the window. */
    @Test
    void theFlipIsTimedByTheWindowWhereTheFirstUpdateIsLarge() {
        StudiedRun run = SyntheticRun.write(folder, 1, SNAPSHOTS, (index, attention, backend) -> {
            backend.scale(0.905, attention);
            SyntheticRun.addRandom(attention, backend, index, index == 0 ? 20 : 0.05);
        });
        Findings findings = experiment.measure(run, PhaseSteps.everywhere("test", Map.of(Phase.LATE, 1200L)));
        for (int width : new int[] {3, 5, 8, 10}) {
            String item = "v1/W=" + width + "/stride=100";
            assertThat(controlled(findings, "flip-step", item, 1200))
                    .isEqualTo(100 * (width + 1))
                    .isEqualTo(controlled(findings, "flip-step-predicted", item, 1200));
        }
        // What flips is the motion along θ_A: without it, v1 is the gradient's throughout.
        assertThat(controlled(findings, "gradient-fraction-tangential", "v1", 1200))
                .isGreaterThan(0.99);
    }

    /** Decay rules from the first update on: the share is low at once, and no window times it. */
    @Test
    void theFlipIsAtOnceWhereDecayRulesFromTheStart() {
        StudiedRun run = SyntheticRun.write(folder, 1, SNAPSHOTS, (index, attention, backend) -> {
            backend.scale(0.905, attention);
            SyntheticRun.addRandom(attention, backend, index, 0.001);
        });
        Findings findings = experiment.measure(run, PhaseSteps.everywhere("test", Map.of(Phase.LATE, 1200L)));
        assertThat(controlled(findings, "flip-step", "v1/W=5/stride=100", 1200)).isEqualTo(200);
        assertThat(controlled(findings, "radial-share", "updates", 1200)).isGreaterThan(0.99);
        assertThat(controlled(findings, "cosine-with-weights", "v1", 1200)).isGreaterThan(0.99);
    }

    /** Without decay there is nothing to flip. */
    @Test
    void nothingFlipsWithoutDecay() {
        StudiedRun run = SyntheticRun.write(
                folder,
                0,
                SNAPSHOTS,
                (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, index == 0 ? 5 : 0.1));
        Findings findings = experiment.measure(run, PhaseSteps.everywhere("test", Map.of(Phase.LATE, 1200L)));
        assertThat(findings.measurements().stream()
                        .filter(measurement -> measurement.quantity().equals("flip-step"))
                        .map(Measurement::value))
                .isNotEmpty()
                .allMatch(value -> value.isNaN());
        assertThat(published(findings, "gradient-fraction", "v1", 1200)).isEqualTo(1);
        assertThat(published(findings, "loss-change", "decay/v1", 1200)).isZero();
        assertThat(controlled(findings, "radial-share", "updates", 1200)).isLessThan(0.05);
    }

    private static double published(Findings findings, String quantity, String item, long step) {
        return findings.value(Procedure.PUBLISHED, quantity, item, step).orElseThrow();
    }

    private static double controlled(Findings findings, String quantity, String item, long step) {
        return findings.value(Procedure.CONTROLLED, quantity, item, step).orElseThrow();
    }
}
