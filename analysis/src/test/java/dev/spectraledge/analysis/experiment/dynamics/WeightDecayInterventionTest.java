package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TestBackends;
import dev.spectraledge.analysis.experiment.TestLayout;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.Parameters;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small model with its initial weights. */
class WeightDecayInterventionTest {
    private static final long START = 400;
    private static final long STEPS = 200;

    @TempDir
    private Path folder;

    private static double deadNorm(Findings findings, double strength, long step) {
        String item = WeightDecayIntervention.item(START, strength) + "/dead-rows";
        return findings.value(Procedure.CONTROLLED, "parameter-norm", item, step)
                .orElseThrow();
    }

    @Test
    void strengthsShrinkWhatNoGradientReachesByTheirOwnFactorsAndTheRestInTheirOrder() {
        RunConfig config = new ConfigResolver()
                .flags(Map.of(
                        "task.name",
                        "dyck",
                        "model.width",
                        "16",
                        "model.heads",
                        "2",
                        "model.feedForwardWidth",
                        "16",
                        "training.precision",
                        "float64",
                        "task.sequences",
                        "90"))
                .resolve();
        ParameterLayout layout = TestLayout.of(config);
        try (MemoryOwner owner = MemoryOwner.open("initial weights")) {
            Parameters weights = Parameters.allocate(new CpuBackend(), owner, DType.FLOAT64, 1, layout);
            weights.initialise(new CpuBackend(), new long[] {1});
            SafetensorsWriter.write(folder.resolve("step_000400.safetensors"), weights.named(0), Map.of());
        }
        Findings findings = new WeightDecayIntervention()
                .measure(StudiedRun.of(folder, config, TestBackends.HOST), PhaseSteps.published("dyck"), STEPS);
        double before = deadNorm(findings, 0, START);
        double rate = config.training().learningRate();
        for (double strength : new double[] {0, 0.5, 1, 2}) {
            double expected = before * Math.pow(1 - rate * strength, STEPS);
            assertThat(deadNorm(findings, strength, START + STEPS)).isCloseTo(expected, within(1e-9 * before));
        }
        double[] norms = new double[3];
        double[] strengths = {0, 1, 2};
        for (int i = 0; i < norms.length; i++) {
            norms[i] = findings.value(
                            Procedure.CONTROLLED,
                            "parameter-norm",
                            WeightDecayIntervention.item(START, strengths[i]),
                            START + STEPS)
                    .orElseThrow();
        }
        assertThat(norms).isSortedAccordingTo((first, second) -> Double.compare(second, first));
        assertThat(findings.value(
                        Procedure.CONTROLLED, "mlp-r2", WeightDecayIntervention.item(START, 1), START + STEPS))
                .isPresent();
        assertThat(findings.remarks()).anyMatch(remark -> remark.contains("saved no optimiser state"));
        assertThat(findings.figures()).hasSize(1);
    }
}
