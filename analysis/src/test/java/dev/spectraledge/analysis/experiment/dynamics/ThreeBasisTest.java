package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model is trained by gradient descent for 100 steps and kept after each 10. */
class ThreeBasisTest {
    private static final double RATE = 0.05;

    @TempDir
    private static Path folder;

    private static StudiedRun run;

    private final Backend backend = new CpuBackend();

    @BeforeAll
    static void train() {
        run = TinyTraining.write(
                folder,
                LongStream.rangeClosed(0, 10).mapToObj(index -> 10 * index).toList(),
                "training.optimizer=sgd",
                "training.learningRate=" + RATE,
                "training.clip=null",
                "training.weightDecay=0");
    }

    /** Without clipping, momentum and decay the way is −η times the sum of the gradients. */
    @Test
    void theGradientsOfTheTrainingAreThoseThatMovedTheWeights() {
        try (MemoryOwner owner = MemoryOwner.open("sum of gradients")) {
            assertThat(TrainingGradients.start(run, 100)).hasValue(50);
            Tensor sum = backend.allocate(owner, DType.FLOAT64, 1, run.layout().size());
            TrainingGradients.sum(run, 50, 100, sum);
            Tensor way = run.weights(owner, 50).flat();
            backend.axpy(-1, run.weights(owner, 100).flat(), way);
            double norm = VectorProducts.norm(backend, way);
            backend.axpy(-RATE, sum, way);
            // Another number of workers adds in another order, which 50 steps amplify.
            assertThat(VectorProducts.norm(backend, way)).isCloseTo(0, within(1e-9 * norm));
        }
    }

    @Test
    void everyCheckpointHasBothProceduresAndEveryPhaseTheControlledOne() {
        Findings findings = new ThreeBasis().measure(run, PhaseSteps.published("dyck"));
        assertThat(PublishedCheckpoints.of(run)).containsExactly(10L, 40L, 80L, 100L);
        for (long step : PublishedCheckpoints.of(run)) {
            for (String basis : ThreeBasis.BASES) {
                assertThat(findings.value(Procedure.PUBLISHED, "ratio", basis, step))
                        .isPresent();
                assertThat(findings.value(Procedure.CONTROLLED, "block-ratio", basis, step))
                        .isPresent();
            }
        }
        // No 50 steps lie before the first two.
        assertThat(findings.remarks()).hasSize(2);
        assertThat(findings.remarks().getFirst()).contains("before step 10 ");
        assertThat(findings.figures()).hasSize(1);
    }
}
