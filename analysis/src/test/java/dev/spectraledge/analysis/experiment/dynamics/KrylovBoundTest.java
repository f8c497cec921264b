package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.linalg.Lanczos;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KrylovBoundTest {
    private static final int SIZE = 200;

    @TempDir
    private Path folder;

    /** Gradients of Σ h_iθ_i²/2: many small curvatures, four large ones and one that is as negative. */
    private static void quadratic(long number, Tensor at, Tensor gradient) {
        double[] large = {900, 400, 150, 120, -130};
        for (int i = 0; i < SIZE; i++) {
            gradient.set((i < large.length ? large[i] : 0.01 * i) * at.get(0, i), 0, i);
        }
    }

    @Test
    void eigenvaluesOfAKnownSpectrumAreCounted() {
        Backend backend = new CpuBackend();
        try (MemoryOwner owner = MemoryOwner.open("point");
                HessianEnds ends = new HessianEnds(backend, KrylovBoundTest::quadratic, SIZE)) {
            Lanczos spectrum = ends.of(Tensor.allocate(owner, DType.FLOAT64, 1, SIZE), 0);
            assertThat(KrylovBound.Count.of(ends, spectrum, 100)).isEqualTo(new KrylovBound.Count(4, 1, true));
            assertThat(KrylovBound.Count.of(ends, spectrum, 140)).isEqualTo(new KrylovBound.Count(3, 0, true));
            assertThat(KrylovBound.Count.of(ends, spectrum, 1000)).isEqualTo(new KrylovBound.Count(0, 0, true));
            // Too near to be told apart, and everything.
            assertThat(KrylovBound.Count.of(ends, spectrum, 400).isCertain()).isFalse();
            assertThat(KrylovBound.Count.of(ends, spectrum, 0).isCertain()).isFalse();
        }
    }

    @Test
    void countsAndTheBoundAreMeasuredOfATraining() {
        List<Long> kept = LongStream.rangeClosed(0, 6).map(i -> 100 * i).boxed().toList();
        try (StudiedRun run = TinyTraining.write(folder, kept, "model.width=8", "model.layers=1")) {
            Findings findings = new KrylovBound()
                    .measure(run, PhaseSteps.everywhere("test", Map.of(Phase.PRE_GROK, 500L, Phase.AT_GROK, 600L)));
            for (long step : new long[] {500, 600}) {
                double edge = value(findings, Procedure.PUBLISHED, "edge", "window", step);
                assertThat(edge).isBetween(1.0, 9.0);
                for (String item : List.of("updates", "steps")) {
                    double count = value(findings, Procedure.CONTROLLED, "count", item, step);
                    assertThat(value(findings, Procedure.CONTROLLED, "edge-within-bound", item, step))
                            .isEqualTo(edge <= count ? 1 : 0);
                }
                assertThat(value(findings, Procedure.CONTROLLED, "threshold", "updates", step))
                        .isEqualTo(1 / (run.learningRate() * 10));
                assertThat(value(findings, Procedure.CONTROLLED, "count", "steps", step))
                        .isGreaterThanOrEqualTo(value(findings, Procedure.CONTROLLED, "count", "updates", step));
            }
        }
    }

    private static double value(Findings findings, Procedure procedure, String quantity, String item, long step) {
        return findings.value(procedure, quantity, item, step).orElseThrow();
    }
}
