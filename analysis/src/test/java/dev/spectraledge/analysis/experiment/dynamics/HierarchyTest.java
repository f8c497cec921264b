package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.dynamics.Hierarchy.Modes;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.ParameterSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HierarchyTest {
    private static final int MODES = 5;
    private static final int WINDOWS = 4;
    private static final double DECAY = 0.1;

    @TempDir
    private Path folder;

    /** In the steady state of a quadratic loss with these curvatures, σ_j = |G_j|/√(h_j + ω), the curvatures ascending. */
    private static Modes quadratic(Random random) {
        double[] curvature = random.doubles(MODES, 0.1, 10).sorted().toArray();
        double[] sigma = new double[MODES];
        double[] slope = new double[MODES];
        Arrays.fill(slope, 1e-3);
        Arrays.setAll(sigma, mode -> slope[mode] / Math.sqrt(curvature[mode] + DECAY));
        return new Modes(sigma, curvature, slope, slope.clone());
    }

    private static Modes shuffled(Random random) {
        Modes modes = quadratic(random);
        List<Double> values =
                new ArrayList<>(Arrays.stream(modes.curvature()).boxed().toList());
        Collections.shuffle(values, random);
        double[] curvature = values.stream().mapToDouble(Double::doubleValue).toArray();
        return new Modes(modes.sigma(), curvature, modes.slope(), modes.preconditioned());
    }

    private static Findings measure(Random random, boolean shuffles) {
        List<Modes> windows = new ArrayList<>();
        for (int window = 0; window < WINDOWS; window++) {
            windows.add(shuffles ? shuffled(random) : quadratic(random));
        }
        Findings findings = new Findings();
        Hierarchy.measure(windows, DECAY, 1, random.nextLong(), findings);
        return findings;
    }

    private static double value(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, item, 1).orElseThrow();
    }

    @Test
    void aQuadraticLossHasTheHierarchy() {
        Findings findings = measure(new Random(70), false);
        assertThat(value(findings, "rank-correlation", "sigma with curvature")).isCloseTo(-1, within(1e-12));
        assertThat(value(findings, "inverted-p", "sigma with curvature")).isLessThan(0.01);
        assertThat(value(findings, "rank-correlation", "sigma with gradient")).isCloseTo(1, within(1e-12));
        assertThat(value(findings, "agreement-p", "sigma with preconditioned gradient"))
                .isLessThan(0.01);
        assertThat(value(findings, "agreement-p", "published with measured ratios"))
                .isLessThan(0.05);
    }

    private static void requireLevel(int runs) {
        Random random = new Random(71);
        int fired = 0;
        for (int run = 0; run < runs; run++) {
            fired += value(measure(random, true), "inverted-p", "sigma with curvature") <= 0.05 ? 1 : 0;
        }
        assertThat((double) fired / runs).isCloseTo(0.05, within(1.96 * Math.sqrt(0.05 * 0.95 / runs)));
    }

    @Test
    void shuffledCurvaturesFireInOneOfTwentyRuns() {
        requireLevel(100);
    }

    @Test
    @Tag("nightly")
    void shuffledCurvaturesFireInOneOfTwentyOfManyRuns() {
        requireLevel(1500);
    }

    @Test
    void whatBendsDownHasNoExpectedValue() {
        assertThat(Modes.expected(new double[] {2, -3}, new double[] {-1, 8.9}, DECAY))
                .containsExactly(new double[] {Double.NaN, 1}, within(1e-12));
    }

    @Test
    void aTrainedRunIsMeasuredWithItsSecondMoments() {
        List<Long> kept =
                LongStream.rangeClosed(0, 6).map(index -> 100 * index).boxed().toList();
        try (StudiedRun run = TinyTraining.write(folder, kept)) {
            Findings findings = new Hierarchy().measure(run, PhaseSteps.given(List.of(500L, 600L)));
            for (long step : new long[] {500, 600}) {
                assertThat(findings.value(Procedure.PUBLISHED, "curvature-ratio", "v1/v2", step)
                                .orElseThrow())
                        .isBetween(0.0, 1.0);
                assertThat(findings.value(Procedure.CONTROLLED, "preconditioned-slope", "v1", step))
                        .isPresent();
            }
            assertThat(findings.value(Procedure.CONTROLLED, "inverted-p", "sigma with curvature", 600)
                            .orElseThrow())
                    .isBetween(0.001, 1.0);
            assertThat(findings.figures()).hasSize(1);
        }
    }

    /** Of the first element, from the file itself. */
    @Test
    void aGradientIsDividedAsAdamWDividesIt() {
        try (StudiedRun run = TinyTraining.write(folder, List.of(0L, 100L));
                MemoryOwner owner = MemoryOwner.open("gradient")) {
            Tensor gradient =
                    run.backend().allocate(owner, DType.FLOAT64, 1, run.layout().size(ParameterSubset.ATTENTION));
            run.backend().fill(gradient, 3);
            PreconditionedGradient.precondition(run, 100, gradient);
            ParameterSpec first = run.layout().specs().stream()
                    .filter(spec -> run.layout().offset(spec.name()) == 0)
                    .findFirst()
                    .orElseThrow();
            Tensor moment = run.backend().allocate(owner, DType.FLOAT64, first.shape());
            try (SafetensorsFile state =
                    SafetensorsFile.open(run.optimizerState(100).orElseThrow())) {
                state.copyTo("exp_avg_sq." + first.name(), moment);
            }
            double expected = 3 / (Math.sqrt(moment.getDouble(0) / (1 - Math.pow(0.98, 100))) + 1e-8);
            assertThat(gradient.get(0, 0)).isCloseTo(expected, within(1e-9 * expected));
            assertThat(PreconditionedGradient.isKnown(run, 0)).isFalse();
            assertThat(PreconditionedGradient.isKnown(run, 100)).isTrue();
        }
    }
}
