package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.DyckExtract;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.GoldenRun;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.ReferenceText;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TestBackends;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerturbationTest {
    private static final Pattern SWEEP = Pattern.compile("^(v\\d) .*σ=.*loss_curv=([-.\\d]+), max_KL=([.\\d]+)");

    private final Perturbation experiment = new Perturbation();

    @Test
    void printsTheReferencesNumbers() {
        Findings findings = experiment.measure(GoldenRun.dyck(), PhaseSteps.published("dyck"));
        int checked = 0;
        for (ReferenceText.Line line :
                ReferenceText.read(GoldenFolder.require("dyck_s42_reference").resolve("perturbation_curves.txt"))) {
            List<String> found = line.find(SWEEP);
            if (!found.isEmpty()) {
                assertThat(published(findings, "loss-second-difference", found.get(0), line.step()))
                        .as("%s at %d", found.get(0), line.step())
                        .isCloseTo(Double.parseDouble(found.get(1)), within(ReferenceText.tolerance(found.get(1))));
                assertThat(published(findings, "largest-divergence", found.get(0), line.step()))
                        .as("%s at %d", found.get(0), line.step())
                        .isCloseTo(Double.parseDouble(found.get(2)), within(ReferenceText.tolerance(found.get(2))));
                checked++;
            }
        }
        assertThat(checked).isEqualTo(14);
    }

    @Test
    void perturbsTheExtractAsTheReferenceDoes() {
        Findings findings = experiment.measure(DyckExtract.open(), DyckExtract.phases());
        assertThat(published(findings, "loss-second-difference", "v1", 200)).isCloseTo(0.1, within(0.051));
        assertThat(published(findings, "largest-divergence", "v1", 200)).isCloseTo(6e-5, within(5.1e-6));
        assertThat(published(findings, "largest-divergence", "v2", 200)).isCloseTo(3e-5, within(5.1e-6));
        // Nothing moves at ε = 0; entropy cannot exceed that of uniform causal attention, ln(24!)/24.
        assertThat(published(findings, "divergence", "v1/+0.0000", 200)).isCloseTo(0, within(2e-9));
        assertThat(published(findings, "attention-entropy", "v1/+0.0000", 200)).isBetween(1.0, 2.2828);
        assertThat(published(findings, "commutator", "v1/+0.0000", 200)).isBetween(5.0, 6.5);
        assertThat(findings.figures()).hasSize(3);
        // Null: a random direction of the sweep's size moves the outputs less than v1; at the size of an ablation it
        // does not
        // reach what shrinking the weights by that norm does.
        assertThat(controlled(findings, "largest-divergence", "random/maximum"))
                .isLessThan(published(findings, "largest-divergence", "v1", 200));
        assertThat(controlled(findings, "divergence", "random/part=1.0"))
                .isLessThan(0.5 * controlled(findings, "divergence", "shrink/part=1.0"));
        // Effect: what is harmless at ±0.03 is not at the size of the ablation.
        assertThat(controlled(findings, "divergence", "v2/part=1.0"))
                .isGreaterThan(1000 * published(findings, "largest-divergence", "v2", 200));
    }

    @Test
    void divergenceIsZeroForTheSameWeightsAndGrowsWithTheMove() {
        StudiedRun run = DyckExtract.open();
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), 20)) {
            model.load(DyckExtract.STEP);
            model.evaluate();
            OutputDivergence divergence = new OutputDivergence(model);
            assertThat(divergence.mean()).isCloseTo(0, within(2e-9));
            double previous = 0;
            for (double factor : new double[] {0.9, 0.6, 0.2}) {
                model.restore();
                model.backend().scale(factor, model.attention());
                model.evaluate();
                assertThat(divergence.mean()).isGreaterThan(previous);
                previous = divergence.mean();
            }
        }
    }

    /** Three snapshots of a training, under the steps of the cadence that is usual for SCAN. */
    @Test
    void movesAnEncoderDecoderWithoutItsAttentionState(@TempDir Path folder) throws IOException {
        StudiedRun trained = TinyTraining.writeScan(folder, List.of(0L, 1L, 2L));
        Files.move(folder.resolve("step_000001.safetensors"), folder.resolve("step_000500.safetensors"));
        Files.move(folder.resolve("step_000002.safetensors"), folder.resolve("step_001000.safetensors"));
        StudiedRun run = StudiedRun.of(folder, trained.config(), TestBackends.HOST);
        PhaseSteps phases = PhaseSteps.everywhere("test", Map.of(Phase.LATE, 1000L));
        assertThat(experiment.suits(run)).isTrue();
        Findings findings = experiment.measure(run, phases);
        assertThat(published(findings, "divergence", "v1/+0.0000", 1000)).isCloseTo(0, within(2e-9));
        assertThat(published(findings, "largest-divergence", "v1", 1000)).isPositive();
        assertThat(findings.curve(Procedure.PUBLISHED, "attention-entropy", "v1/+0.0000"))
                .isEmpty();
        assertThat(findings.value(Procedure.CONTROLLED, "divergence", "shrink/part=1.0", 1000)
                        .orElseThrow())
                .isGreaterThan(findings.value(Procedure.CONTROLLED, "divergence", "shrink/part=0.003", 1000)
                        .orElseThrow());
        assertThat(findings.figures()).hasSize(2);
    }

    private static double published(Findings findings, String quantity, String item, long step) {
        return findings.value(Procedure.PUBLISHED, quantity, item, step).orElseThrow();
    }

    private static double controlled(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, item, DyckExtract.STEP)
                .orElseThrow();
    }
}
