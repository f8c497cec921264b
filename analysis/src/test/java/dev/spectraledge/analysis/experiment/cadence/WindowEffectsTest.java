package dev.spectraledge.analysis.experiment.cadence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.DyckExtract;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A trained model, its edge replaced by what a test plants. */
class WindowEffectsTest {
    private static final int TRIALS = 12;

    private static StudiedRun run;
    private static WindowEffects effects;

    private final Backend backend = new CpuBackend();

    @BeforeAll
    static void load() {
        run = DyckExtract.open();
        effects = new WindowEffects(run);
        effects.load(DyckExtract.STEP);
    }

    @AfterAll
    static void close() {
        effects.close();
    }

    private static SweptWindow swept(WindowEffects.Effects of) {
        return new SweptWindow(5, 100, 1, 1, 0, of, effects.randomCurvature(), effects.randomDivergence());
    }

    /**
     * Null: a window of a random walk, whose directions are random ones. A removal beats three others by chance with
     * probability 1/4, a direction nine others with 1/10: of twelve 8, or 6, have 0.3 and 0.05 per cent.
     */
    @Test
    void noClaimFiresForARandomWalk() {
        Map<Claim, Integer> fired = new EnumMap<>(Claim.class);
        for (int trial = 0; trial < TRIALS; trial++) {
            WindowEffects.Effects of = walk(100 + 10L * trial);
            assertThat(of.cosine()).isLessThan(0.05);
            for (Claim claim : Claim.values()) {
                fired.merge(claim, claim.holds(swept(of)) ? 1 : 0, Integer::sum);
            }
        }
        assertThat(fired.get(Claim.REMOVAL_BEATS_RANDOM)).isLessThan(8);
        assertThat(fired.get(Claim.CURVATURE_BEATS_RANDOM)).isLessThan(6);
        assertThat(fired.get(Claim.DIVERGENCE_BEATS_RANDOM)).isLessThan(6);
    }

    private WindowEffects.Effects walk(long seed) {
        long size = run.layout().size(ParameterSubset.ATTENTION);
        try (MemoryOwner owner = MemoryOwner.open("walk");
                ReplayedUpdates updates = new ReplayedUpdates(new CpuBackend(), 10, 3, size, step -> true)) {
            Tensor before = backend.allocate(owner, DType.FLOAT64, 1, size);
            Tensor after = backend.allocate(owner, DType.FLOAT64, 1, size);
            for (int index = 0; index < 3; index++) {
                backend.copy(after, before);
                Tensor step = RandomDirections.draw(backend, owner, seed + index, 1, size)
                        .getFirst();
                backend.axpy(3 - index, step, after);
                updates.estimate(10L * (index + 1), before, after, 0);
            }
            return effects.of(updates.window(3));
        }
    }

    /** Planted: the gradient of the loss, the first direction that matters, and the weights themselves. */
    @Test
    void theClaimsFireForDirectionsThatBearTheFunction() {
        try (MemoryOwner owner = MemoryOwner.open("planted");
                StudiedModel model = StudiedModel.of(run, run.data().test(), 60)) {
            model.load(DyckExtract.STEP);
            model.differentiate();
            Tensor gradient = unit(owner, model.gradient().subset(ParameterSubset.ATTENTION));
            Tensor weights = unit(owner, model.attention());
            VectorProducts.orthonormalise(backend, List.of(gradient), weights);
            WindowEffects.Effects of = effects.of(List.of(gradient, weights));
            SweptWindow window = swept(of);
            assertThat(Claim.REMOVAL_BEATS_RANDOM.holds(window)).isTrue();
            assertThat(Claim.CURVATURE_BEATS_RANDOM.holds(window)).isTrue();
            assertThat(Claim.DIVERGENCE_BEATS_RANDOM.holds(window)).isTrue();
            assertThat(of.accuracyChange()).isLessThan(-0.2);
        }
    }

    /** What is taken away along θ_A is a shrink: there is no excess over it. */
    @Test
    void theWeightsThemselvesDoNotBeatShrinking() {
        try (MemoryOwner owner = MemoryOwner.open("planted");
                StudiedModel model = StudiedModel.of(run, run.data().test(), 1)) {
            model.load(DyckExtract.STEP);
            WindowEffects.Effects of = effects.of(List.of(unit(owner, model.attention())));
            assertThat(of.cosine()).isCloseTo(1, within(1e-12));
            assertThat(of.accuracyChange()).isEqualTo(of.shrinkChange());
            assertThat(Claim.REMOVAL_BEATS_SHRINKING.holds(swept(of))).isFalse();
        }
    }

    private Tensor unit(MemoryOwner owner, Tensor of) {
        Tensor copy = backend.allocate(owner, DType.FLOAT64, of.shape());
        backend.copy(of, copy);
        backend.scale(1 / VectorProducts.norm(backend, copy), copy);
        return copy;
    }
}
