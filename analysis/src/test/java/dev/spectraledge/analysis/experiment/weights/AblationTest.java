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
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AblationTest {
    private static final Pattern BASE = Pattern.compile("^Base: loss=([\\d.]+), acc=([\\d.]+)");
    private static final Pattern PAIR =
            Pattern.compile("^Ablate (\\w+) .*loss=([\\d.]+), acc=[\\d.]+, Δacc=([-+.\\d]+)");
    private static final Pattern SINGLE = Pattern.compile("^(v\\d) .*ablate_Δacc=([-+.\\d]+)");

    private final Ablation experiment = new Ablation();

    @Test
    void printsTheReferencesNumbers() {
        Findings findings = experiment.measure(GoldenRun.dyck(), PhaseSteps.published("dyck"));
        int checked = 0;
        for (ReferenceText.Line line :
                ReferenceText.read(GoldenFolder.require("dyck_s42_reference").resolve("edge_ablation.txt"))) {
            List<String> base = line.find(BASE);
            if (!base.isEmpty()) {
                checked += check(findings, "loss", "base", line.step(), base.get(0));
                checked += check(findings, "accuracy", "base", line.step(), base.get(1));
            }
            List<String> pair = line.find(PAIR);
            if (!pair.isEmpty()) {
                checked += check(findings, "loss", pair.get(0), line.step(), pair.get(1));
                checked += check(findings, "accuracy-change", pair.get(0), line.step(), pair.get(2));
            }
            List<String> single = line.find(SINGLE);
            if (!single.isEmpty()) {
                checked += check(findings, "accuracy-change", single.get(0), line.step(), single.get(1));
            }
        }
        assertThat(checked).isEqualTo(4 * 2 + 7 * 2 + 14);
        // Uniform shrinking of s42 at these steps in PyTorch: -.36, -.45, -.45, -.54 (two digits).
        double[] shrunk = {-0.36, -0.45, -0.45, -0.54};
        long[] steps = {200, 500, 1400, 3900};
        for (int i = 0; i < steps.length; i++) {
            assertThat(controlled(findings, "accuracy-change", "edge/shrink", steps[i]))
                    .isCloseTo(shrunk[i], within(5.1e-3));
            // Random spans: +0.000 ± 0.000 in the reference, by other draws.
            assertThat(published(findings, "accuracy-change", "random-2d/mean", steps[i]))
                    .isCloseTo(0, within(5.1e-4));
        }
    }

    private static int check(Findings findings, String quantity, String item, long step, String printed) {
        assertThat(published(findings, quantity, item, step))
                .as("%s of %s at %d", quantity, item, step)
                .isCloseTo(Double.parseDouble(printed), within(ReferenceText.tolerance(printed)));
        return 1;
    }

    @Test
    void ablatesTheExtractAsTheReferenceDoes() {
        Findings findings = experiment.measure(DyckExtract.open(), DyckExtract.phases());
        check(findings, "loss", "base", 200, "0.2784");
        check(findings, "accuracy", "base", 200, "0.931");
        check(findings, "loss", "edge", 200, "2.2461");
        check(findings, "accuracy-change", "edge", 200, "-0.397");
        check(findings, "accuracy-change", "bulk", 200, "0.000");
        check(findings, "accuracy-change", "v1", 200, "-0.118");
        check(findings, "accuracy-change", "v2", 200, "-0.452");
        assertThat(findings.figures()).hasSize(1);
    }

    /** A removal along θ_A itself is a uniform shrink: it has no excess, however much accuracy is lost. */
    @Test
    void thereIsNoExcessWhereTheDirectionIsTheWeights() {
        try (MemoryOwner owner = MemoryOwner.open("direction");
                StudiedModel model = extract()) {
            WeightRemoval removal = new WeightRemoval(model);
            Tensor direction = copyOfWeights(owner, model);
            model.backend().scale(1 / VectorProducts.norm(model.backend(), direction), direction);
            WeightRemoval.Outcome base = removal.nothing();
            WeightRemoval.Outcome removed = removal.projection(List.of(direction));
            WeightRemoval.Outcome shrunk = removal.shrink(removed.removedNorm());
            assertThat(removed.removedNorm()).isCloseTo(removal.norm(), within(1e-12 * removal.norm()));
            assertThat(removed.accuracy()).isLessThan(base.accuracy() - 0.3);
            assertThat(removed.accuracy()).isEqualTo(shrunk.accuracy());
            assertThat(removed.loss()).isCloseTo(shrunk.loss(), within(1e-9));
        }
    }

    /** The whole of one layer's matrices: less is left than after shrinking all weights by as much. */
    @Test
    void thereIsExcessWhereTheDirectionBearsTheFunction() {
        try (MemoryOwner owner = MemoryOwner.open("direction");
                StudiedModel model = extract()) {
            WeightRemoval removal = new WeightRemoval(model);
            Tensor direction = copyOfWeights(owner, model);
            long layer = direction.size(1) / 2;
            model.backend().fill(direction.slice(1, 0, layer), 0);
            model.backend().scale(1 / VectorProducts.norm(model.backend(), direction), direction);
            WeightRemoval.Outcome removed = removal.projection(List.of(direction));
            WeightRemoval.Outcome shrunk = removal.shrink(removed.removedNorm());
            WeightRemoval.Outcome random = removal.randomVector(removed.removedNorm(), 1);
            assertThat(removed.loss()).isGreaterThan(random.loss() + 0.2);
            assertThat(Math.abs(removed.loss() - shrunk.loss())).isGreaterThan(0.1);
        }
    }

    @Test
    void everyRemovalStartsFromTheWholeWeights() {
        try (StudiedModel model = extract()) {
            WeightRemoval removal = new WeightRemoval(model);
            WeightRemoval.Outcome base = removal.nothing();
            removal.shrink(removal.norm() / 2);
            removal.randomProjection(2, 3);
            removal.randomVector(1, 4);
            assertThat(removal.nothing()).isEqualTo(base);
        }
    }

    private static StudiedModel extract() {
        StudiedRun run = DyckExtract.open();
        StudiedModel model = StudiedModel.of(run, run.data().test(), 100);
        model.load(DyckExtract.STEP);
        return model;
    }

    private static Tensor copyOfWeights(MemoryOwner owner, StudiedModel model) {
        Backend backend = model.backend();
        Tensor copy = backend.allocate(owner, DType.FLOAT64, model.attention().shape());
        backend.copy(model.attention(), copy);
        return copy;
    }

    private static double published(Findings findings, String quantity, String item, long step) {
        return findings.value(Procedure.PUBLISHED, quantity, item, step).orElseThrow();
    }

    private static double controlled(Findings findings, String quantity, String item, long step) {
        return findings.value(Procedure.CONTROLLED, quantity, item, step).orElseThrow();
    }
}
