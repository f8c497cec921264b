package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Continuation;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.gradient.CommutatorDefect;
import dev.spectraledge.analysis.gradient.MinibatchGradients;
import dev.spectraledge.analysis.gradient.SinglePrecisionDefect;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.step.StepIntervention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model is trained for 40 steps in FLOAT64 and kept after each ten. */
class InterventionsTest {
    private static final long START = 20;
    private static final long END = 40;
    private static final int UNAFFECTED = 5;
    /** Roundings of sums of some thousand numbers. */
    private static final double ROUNDING = 1e-12;

    @TempDir
    private static Path folder;

    private static StudiedRun run;

    private final Backend backend = new CpuBackend();
    private final MemoryOwner owner = MemoryOwner.open("interventions test");

    @BeforeAll
    static void train() {
        run = TinyTraining.write(
                folder,
                LongStream.rangeClosed(0, 4).mapToObj(index -> 10 * index).toList(),
                "training.weightDecay=1",
                "evaluation.every=10");
    }

    @AfterEach
    void close() {
        owner.close();
    }

    private Tensor random(long seed) {
        Tensor vector = backend.allocate(owner, DType.FLOAT64, 1, run.layout().size());
        backend.normal(new PhiloxKey[] {new PhiloxKey(seed, 1)}, 0, 1, vector);
        return vector;
    }

    private BlockBasis basis() {
        return BlockBasis.ofTrajectory(run, backend, owner);
    }

    private BlockProjection projection(BlockBasis basis) {
        return basis.projection(backend, owner, DType.FLOAT64, run.layout().size());
    }

    @Test
    void ofAProjectionOfFullStrengthOnlyTheSubspaceIsLeft() {
        BlockBasis basis = basis();
        Tensor gradient = random(1);
        double outside = basis.residual(gradient);
        double norm = VectorProducts.norm(backend, gradient);
        new GradientProjection(backend, projection(basis), 1, 1).intervene(0, 7, null, gradient);
        // 1 − 1 in rounding under a root.
        assertThat(basis.residual(gradient)).isLessThan(1e-6);
        assertThat(VectorProducts.norm(backend, gradient))
                .isCloseTo(Math.sqrt(1 - outside * outside) * norm, within(ROUNDING * norm));
    }

    @Test
    void ofAWeakerProjectionTheRestIsLeftInProportion() {
        BlockBasis basis = basis();
        Tensor gradient = random(1);
        Tensor outside = random(1);
        backend.axpy(-1, projection(basis).parallel(gradient), outside);
        Tensor expected = random(1);
        backend.axpy(-0.25, outside, expected);
        GradientProjection projected = new GradientProjection(backend, projection(basis), 0.25, 10);
        projected.intervene(0, 11, null, gradient);
        assertThat(distance(gradient, random(1))).isZero();
        projected.intervene(0, 20, null, gradient);
        assertThat(distance(gradient, expected)).isLessThan(ROUNDING * VectorProducts.norm(backend, expected));
    }

    private double distance(Tensor x, Tensor y) {
        Tensor difference = backend.allocate(owner, DType.FLOAT64, x.shape());
        backend.subtract(x, y, difference);
        return VectorProducts.norm(backend, difference);
    }

    @Test
    void aKickHasItsNormIsOutsideAndHappensOnce() {
        BlockBasis basis = basis();
        Kick kick = Kick.outside(backend, 5, projection(basis), random(2), 0.3);
        Tensor weights = random(3);
        kick.intervene(0, 4, weights, null);
        kick.intervene(0, 6, weights, null);
        assertThat(distance(weights, random(3))).isZero();
        kick.intervene(0, 5, weights, null);
        Tensor moved = backend.allocate(owner, DType.FLOAT64, weights.shape());
        backend.subtract(weights, random(3), moved);
        assertThat(VectorProducts.norm(backend, moved)).isCloseTo(0.3, within(ROUNDING));
        assertThat(VectorProducts.norm(backend, projection(basis).parallel(moved)))
                .isLessThan(ROUNDING);
    }

    @Test
    void noiseHasItsNormAndItsSide() {
        BlockBasis basis = basis();
        for (boolean inside : new boolean[] {true, false}) {
            Tensor weights = random(3);
            WeightNoise noise = new WeightNoise(
                    backend,
                    owner,
                    projection(basis),
                    inside,
                    0.1,
                    50,
                    END + 50,
                    1,
                    DType.FLOAT64,
                    run.layout().size());
            noise.intervene(0, 49, weights, null);
            assertThat(distance(weights, random(3))).isZero();
            noise.intervene(0, 50, weights, null);
            Tensor moved = backend.allocate(owner, DType.FLOAT64, weights.shape());
            backend.subtract(weights, random(3), moved);
            assertThat(VectorProducts.norm(backend, moved)).isCloseTo(0.1, within(ROUNDING));
            assertThat(VectorProducts.norm(backend, projection(basis).parallel(moved)))
                    .isCloseTo(inside ? 0.1 : 0, within(ROUNDING));
        }
    }

    /** Runs side by side are each computed by one worker, as this run was: not a bit differs. */
    @Test
    void aTrainingThatNothingIsDoneToIsTheRecordedOneBesideOthersThatAreChanged() {
        RunConfig same = Continuation.changed(run.config(), Map.of());
        StepIntervention onlyTheSecond = (index, step, parameters, gradient) -> {
            if (index == 1) {
                backend.scale(0.5, gradient);
            }
        };
        try (Continuation training = Continuation.carriedOver(run, List.of(same, same), START, onlyTheSecond)) {
            training.advanceTo(END - START);
            Tensor recorded = run.weights(owner, END).flat();
            assertThat(distance(training.weights(0), recorded)).isZero();
            assertThat(distance(training.weights(1), recorded)).isGreaterThan(1e-3);
        }
    }

    @Test
    void everyConditionIsFollowedAndWhatIsNotReachedIsSaid() {
        Findings findings = new Interventions().measure(run, START, END, UNAFFECTED);
        List<String> published = List.of(
                "baseline", "kick", "noise", "project-0.25", "project-0.5", "project-0.75", "project-1.0", "penalty");
        for (String condition : published) {
            assertThat(findings.curve(Procedure.PUBLISHED, "test-accuracy", condition))
                    .hasSize(2);
            assertThat(findings.value(Procedure.PUBLISHED, "grok-step", condition + "/sustained-98", END))
                    .hasValue(Double.NaN);
        }
        for (String condition :
                List.of("kick-in-double", "kick-random-1", "noise-along", "project-random-0.5", "project-random-1.0")) {
            assertThat(findings.curve(Procedure.CONTROLLED, "test-accuracy", condition))
                    .hasSize(2);
        }
        assertThat(findings.value(Procedure.CONTROLLED, "p-value", "project-1.0/loss", END))
                .isPresent();
        // Nothing groks in so few steps: no condition differs from the unaffected ones.
        for (String side : List.of("p-value-earlier", "p-value-later")) {
            assertThat(findings.value(Procedure.CONTROLLED, side, "project-1.0/sustained-98", END))
                    .hasValue(1.0);
        }
        assertThat(findings.curve(Procedure.CONTROLLED, "test-accuracy", "kick-random-" + (UNAFFECTED - 1)))
                .hasSize(2);
        assertThat(findings.value(Procedure.CONTROLLED, "p-value-later", "kick-random-1/sustained-98", END))
                .isEmpty();
        assertThat(findings.remarks()).anyMatch(remark -> remark.contains("grokked by step " + END));
        assertThat(findings.remarks()).anyMatch(remark -> remark.contains("neither is below 1/" + (UNAFFECTED + 1)));
        assertThat(findings.figures()).hasSize(1);
    }

    /** Along the defect of the weights as they are then, and as long as the factor says of a step along the first gradient. */
    @Test
    void aSustainedKickFollowsTheWeights() {
        SustainedKick kick = new SustainedKick(run, owner, false, 50, 10, 1, DType.FLOAT64);
        Tensor weights = run.weights(owner, START).flat();
        kick.intervene(0, 19, weights, null);
        assertThat(distance(weights, run.weights(owner, START).flat())).isZero();
        try (MinibatchGradients gradients = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT32)) {
            SinglePrecisionDefect defect = new SinglePrecisionDefect(
                    backend, owner, gradients, run.layout().size());
            for (long step : new long[] {20, 30}) {
                Tensor before = copy(weights);
                long first = CommutatorDefect.firstBatch(step, 0);
                defect.measure(before, first, first + 1);
                kick.intervene(0, step, weights, null);
                Tensor moved = copy(weights);
                backend.axpy(-1, before, moved);
                // ‖ηg_A‖, of the same gradient, in FLOAT32 as well.
                Tensor gradient = backend.allocate(owner, DType.FLOAT32, moved.shape());
                Tensor at = backend.allocate(owner, DType.FLOAT32, moved.shape());
                backend.copy(before, at);
                gradients.gradient(first, at, gradient);
                double unit = 1e-3 * VectorProducts.norm(backend, gradient);
                assertThat(VectorProducts.norm(backend, moved)).isCloseTo(50 * unit, within(1e-6 * 50 * unit));
                Tensor along = backend.allocate(owner, DType.FLOAT64, moved.shape());
                backend.copy(defect.vector(), along);
                assertThat(VectorProducts.cosine(backend, moved, along)).isCloseTo(1, within(1e-6));
            }
        }
    }

    @Test
    void aRandomSustainedKickIsDrawnAnewAndAsLong() {
        Tensor weights = run.weights(owner, START).flat();
        SustainedKick along = new SustainedKick(run, owner, false, 50, 10, 1, DType.FLOAT64);
        SustainedKick random = new SustainedKick(run, owner, true, 50, 10, 1, DType.FLOAT64);
        Tensor first = moved(random, 20, weights);
        Tensor second = moved(random, 30, weights);
        // A cosine of random vectors of P numbers scatters by 1/√P.
        double most = 5 / Math.sqrt((double) run.layout().size());
        assertThat(Math.abs(VectorProducts.cosine(backend, first, second))).isLessThan(most);
        assertThat(VectorProducts.norm(backend, first))
                .isCloseTo(
                        VectorProducts.norm(backend, moved(along, 20, weights)),
                        within(1e-6 * VectorProducts.norm(backend, first)));
    }

    private Tensor moved(SustainedKick kick, long step, Tensor weights) {
        Tensor after = copy(weights);
        kick.intervene(0, step, after, null);
        backend.axpy(-1, weights, after);
        return after;
    }

    private Tensor copy(Tensor vector) {
        Tensor copy = backend.allocate(owner, DType.FLOAT64, vector.shape());
        backend.copy(vector, copy);
        return copy;
    }

    /** Thesis §5.6: kicks and noise in four sizes, kicks every 50 steps along the defect and at random; all published. */
    @Test
    void modularArithmeticHasEverySize() throws IOException {
        try (StudiedRun modular = TinyTraining.writeModular(
                Files.createDirectory(folder.resolve("modular")),
                List.of(0L, 20L, 40L, 60L),
                "training.weightDecay=1",
                "evaluation.every=10")) {
            Findings findings = new Interventions().measure(modular, 40, 60, UNAFFECTED);
            for (String condition : List.of(
                    "kick",
                    "kick-1",
                    "kick-5",
                    "kick-20",
                    "noise",
                    "noise-0.01",
                    "noise-0.05",
                    "noise-0.5",
                    "sustained-50",
                    "sustained-100",
                    "sustained-200",
                    "sustained-500",
                    "sustained-random-50",
                    "sustained-random-500")) {
                assertThat(findings.curve(Procedure.PUBLISHED, "test-accuracy", condition))
                        .as(condition)
                        .hasSize(2);
            }
            double baseline = findings.value(Procedure.CONTROLLED, "mean-loss", "baseline", 60)
                    .orElseThrow();
            for (String condition : List.of("sustained-50", "sustained-random-50", "noise-0.01")) {
                assertThat(findings.value(Procedure.CONTROLLED, "mean-loss", condition, 60)
                                .orElseThrow())
                        .isNotEqualTo(baseline);
            }
        }
    }

    @Test
    void theFirstStepCanBeChosenAndIsASetting() {
        Interventions later = new Interventions().from(1500);
        assertThat(later.settings()).isEqualTo(Map.of("from", 1500L, "until", 2000L));
        assertThat(later.until(15_000).settings()).isEqualTo(Map.of("from", 1500L, "until", 15_000L));
        assertThatThrownBy(() -> later.until(1000))
                .isInstanceOf(UsageException.class)
                .hasMessage("interventions begin at step 1500, so they cannot end at step 1000");
    }

    @Test
    void theLastStepCanBeChosenAndIsASetting() {
        Interventions shorter = new Interventions();
        Interventions longer = shorter.until(20_000);
        assertThat(shorter.settings()).containsExactly(Map.entry("until", 1000L));
        assertThat(longer.settings()).containsExactly(Map.entry("until", 20_000L));
        assertThatThrownBy(() -> shorter.until(500))
                .isInstanceOf(UsageException.class)
                .hasMessage("interventions begin at step 500, so they cannot end at step 500");
    }

    @Test
    void aRunThatEndsBeforeTheyBeginDoesNotSuit() {
        assertThat(new Interventions().suits(run)).isFalse();
    }

    @Test
    void anEndBeforeTheFirstEvaluationIsRefused() {
        assertThatThrownBy(() -> new Interventions().measure(run, START, START + 5, UNAFFECTED))
                .isInstanceOf(RunException.class)
                .hasMessageContaining(
                        "every 10 steps (evaluation.every), first at step 30, so they cannot end at step 25");
    }

    @Test
    void aRunWithoutTheSnapshotToBeginFromIsRefused() {
        assertThatThrownBy(() -> new Interventions().measure(run, 25, END, UNAFFECTED))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("begin at step 25");
    }
}
