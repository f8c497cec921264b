package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Experiments;
import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundingReplicasTest {
    private static final Paper PAPER = LifecyclePaper.read();
    private static final int NUMBERS = 4000;
    private static final String GAIN = "ln.weight";

    @TempDir
    private Path folder;

    @Test
    void everyNumberButZeroMovesToANeighbour() {
        for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            try (MemoryOwner owner = MemoryOwner.open("numbers")) {
                Tensor numbers = Tensor.allocate(owner, type, 1, NUMBERS);
                numbers.set(1.5, 0, 0);
                for (int index = 2; index < NUMBERS; index++) {
                    numbers.set(1.5, 0, index);
                }
                RoundingReplicas.move(numbers, 1);
                assertThat(numbers.get(0, 1)).isZero();
                double above = type == DType.FLOAT32 ? Math.nextUp(1.5f) : Math.nextUp(1.5);
                double below = type == DType.FLOAT32 ? Math.nextDown(1.5f) : Math.nextDown(1.5);
                long up = IntStream.range(0, NUMBERS)
                        .filter(index -> numbers.get(0, index) == above)
                        .count();
                long down = IntStream.range(0, NUMBERS)
                        .filter(index -> numbers.get(0, index) == below)
                        .count();
                assertThat(up + down).isEqualTo(NUMBERS - 1);
                // Five standard deviations of a fair coin.
                assertThat(Math.abs(up - down)).isLessThan((long) (5 * Math.sqrt(NUMBERS)));
            }
        }
    }

    @Test
    void replicasDifferFromTheirRunInTheInitialWeightsAndTheirNumberOfSteps() {
        Extent extent = new Extent(
                "full", List.of(7L), OptionalLong.of(6000), Optional.empty(), OptionalLong.empty(), 2, false);
        SweepPlan plan = PaperRuns.plan(PAPER, folder, extent, PAPER.parts(List.of("dyck")), Optional.empty());
        SweepPlan replicas = RoundingReplicas.plan(PAPER, plan, 2, new CpuBackend());
        assertThat(replicas.runs()).hasSize(4);
        for (int index = 0; index < 4; index++) {
            Map<String, Object> training = training(replicas.runs().get(index));
            Map<String, Object> repeated = training(plan.runs().get(index / 2));
            assertThat(training.remove("steps")).isEqualTo(5000L);
            repeated.remove("steps");
            assertThat(training.remove("initialWeights")).isNotNull();
            repeated.remove("initialWeights");
            assertThat(training).isEqualTo(repeated);
        }
        assertThat(firstGain(replicas.runs().get(0))).isIn((double) Math.nextUp(1f), (double) Math.nextDown(1f));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> training(PlannedRun run) {
        return (Map<String, Object>) run.config().toMap().get("training");
    }

    private static double firstGain(PlannedRun run) {
        try (MemoryOwner owner = MemoryOwner.open("gain");
                SafetensorsFile file =
                        SafetensorsFile.open(run.config().training().initialWeights())) {
            return file.read(owner, GAIN).get(0);
        }
    }

    @Test
    void onlyWhatIsWantedIsMeasuredOnThem() {
        assertThat(RoundingReplicas.experiments(PAPER, Experiments.all()))
                .extracting(Experiment::name)
                .contains("ablation", "gradient-decay")
                .doesNotContain("interventions");
        assertThat(RoundingReplicas.experiments(PAPER, List.of())).isEmpty();
    }
}
