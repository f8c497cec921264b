package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotationTest {
    private static final int SNAPSHOTS = 16;
    private static final long LAST = 1400;
    private static final PhaseSteps PHASES = PhaseSteps.everywhere("test", Map.of(Phase.LATE, LAST));

    private final Rotation experiment = new Rotation();

    @TempDir
    private Path folder;

    /** The null: directions of independent updates turn as slowly as those of their surrogates, and not at 90°. */
    @Test
    void randomUpdatesTurnAsTheirSurrogatesDo() {
        Findings findings = experiment.measure(
                SyntheticRun.write(
                        folder,
                        0,
                        SNAPSHOTS,
                        (index, attention, backend) ->
                                SyntheticRun.addRandom(attention, backend, index, index % 3 == 0 ? 2 : 1)),
                PHASES);
        double observed = published(findings, "mean-angle", "v1");
        assertThat(observed).isLessThan(70);
        assertThat(controlled(findings, "mean-angle", "v1/independent")).isCloseTo(observed, within(10.0));
        assertThat(controlled(findings, "as-slow-by-chance", "v1/independent")).isBetween(0.02, 0.98);
    }

    /** The effect: a direction in all updates turns more slowly than chance has it. */
    @Test
    void aLastingDirectionTurnsMoreSlowly() {
        Findings findings = experiment.measure(
                SyntheticRun.write(folder, 0, SNAPSHOTS, (index, attention, backend) -> {
                    SyntheticRun.addRandom(attention, backend, 99, 1);
                    SyntheticRun.addRandom(attention, backend, index, 1);
                }),
                PHASES);
        assertThat(controlled(findings, "as-slow-by-chance", "v1/independent")).isEqualTo(0.01);
        assertThat(published(findings, "mean-angle", "v1"))
                .isLessThan(controlled(findings, "mean-angle", "v1/independent") - 5);
    }

    /** The angles by Gram matrices are those of the directions themselves. */
    @Test
    void theAnglesAreThoseOfTheDirections() {
        StudiedRun run = SyntheticRun.write(folder, 0, SNAPSHOTS, (index, attention, backend) -> {
            SyntheticRun.addRandom(attention, backend, 99, 1);
            SyntheticRun.addRandom(attention, backend, index, 0.8);
        });
        Findings findings = experiment.measure(run, PHASES);
        Backend backend = new CpuBackend();
        try (UpdateWindow before = UpdateWindow.ending(run, 800, SyntheticRun.STRIDE, 5);
                UpdateWindow after = UpdateWindow.ending(run, 900, SyntheticRun.STRIDE, 5)) {
            for (int k = 0; k < 3; k++) {
                double cosine = Math.abs(VectorProducts.dot(backend, before.direction(k), after.direction(k)));
                assertThat(findings.value(Procedure.PUBLISHED, "angle", "v" + (k + 1), 900)
                                .orElseThrow())
                        .isCloseTo(Math.toDegrees(Math.acos(cosine)), within(1e-6));
            }
        }
        assertThat(findings.curve(Procedure.PUBLISHED, "angle", "v1")).hasSize(9);
    }

    private static double published(Findings findings, String quantity, String item) {
        return findings.value(Procedure.PUBLISHED, quantity, item, LAST).orElseThrow();
    }

    private static double controlled(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, item, LAST).orElseThrow();
    }
}
