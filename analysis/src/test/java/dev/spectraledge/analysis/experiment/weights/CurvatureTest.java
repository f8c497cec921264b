package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.DyckExtract;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.GoldenRun;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.ReferenceText;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CurvatureTest {
    private static final Pattern LINE = Pattern.compile("^(v\\d) .*Hessian_curv=([-.\\d]+)");
    /** Of the reference's float32 losses, a few ulp of which are divided by ε² of about 2e-4 and less (Lifecycle §4.5). */
    private static final double SINGLE_PRECISION = 3e-3;

    /** ε²/12 of it, with ε of about 0.02, where it is of the size of the second. */
    private static final double FOURTH_DERIVATIVE = 1e-4;

    private final Curvature experiment = new Curvature();

    @Test
    void agreesWithTheReferenceUpToItsRounding() {
        Findings findings = experiment.measure(GoldenRun.dyck(), PhaseSteps.published("dyck"));
        int checked = 0;
        double largest = 0;
        for (ReferenceText.Line line :
                ReferenceText.read(GoldenFolder.require("dyck_s42_reference").resolve("edge_ablation.txt"))) {
            List<String> found = line.find(LINE);
            if (!found.isEmpty()) {
                double value = value(findings, Procedure.PUBLISHED, found.get(0), line.step());
                double printed = Double.parseDouble(found.get(1));
                largest = Math.max(largest, Math.abs(value - printed));
                assertThat(value)
                        .as("%s at %d", found.get(0), line.step())
                        .isCloseTo(printed, within(SINGLE_PRECISION));
                assertThat(value(findings, Procedure.CONTROLLED, found.get(0), line.step()))
                        .as("from gradients, %s at %d", found.get(0), line.step())
                        .isCloseTo(printed, within(SINGLE_PRECISION));
                checked++;
            }
        }
        System.out.printf("largest difference from the reference: %.1e of %.1e%n", largest, SINGLE_PRECISION);
        assertThat(checked).isEqualTo(14);
    }

    @Test
    void bendsAtTheExtractAsTheReferenceSays() {
        Findings findings = experiment.measure(DyckExtract.open(), DyckExtract.phases());
        assertThat(value(findings, Procedure.PUBLISHED, "v1", 200)).isCloseTo(0.1722, within(SINGLE_PRECISION));
        assertThat(value(findings, Procedure.PUBLISHED, "v2", 200)).isCloseTo(0.0378, within(SINGLE_PRECISION));
        // No random direction bends the loss nearly as much.
        assertThat(findings.value(Procedure.CONTROLLED, "exceedance-of-random", "v1", 200))
                .hasValue(1.0 / 21);
        assertThat(value(findings, Procedure.CONTROLLED, "random/maximum", 200)).isLessThan(0.01);
    }

    /** The two ways to v·Hv agree, along a direction that bends and along one that does not. */
    @Test
    void differencesOfLossesAndOfGradientsAgree() {
        StudiedRun run = DyckExtract.open();
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), 50);
                UpdateWindow window = UpdateWindow.ending(run, DyckExtract.STEP, 100, 5);
                MemoryOwner owner = MemoryOwner.open("directions")) {
            LossAlong loss = new LossAlong(model);
            loss.load(DyckExtract.STEP);
            Tensor random = RandomDirections.draw(
                            model.backend(), owner, 1, 1, model.attention().size(1))
                    .getFirst();
            Tensor first = window.direction(0);
            double bent = loss.curvatureByCentralDifference(first);
            assertThat(bent).isGreaterThan(0.01);
            assertThat(loss.secondDifference(first)).isCloseTo(bent, within(FOURTH_DERIVATIVE));
            assertThat(loss.secondDifference(random))
                    .isCloseTo(loss.curvatureByCentralDifference(random), within(FOURTH_DERIVATIVE));
        }
    }

    /** The bound holds against an extrapolation whose error is of fourth order, and says something. */
    @Test
    void theErrorOfTheDifferenceOfGradientsIsBounded() {
        StudiedRun run = DyckExtract.open();
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), 50);
                UpdateWindow window = UpdateWindow.ending(run, DyckExtract.STEP, 100, 5)) {
            LossAlong loss = new LossAlong(model);
            loss.load(DyckExtract.STEP);
            for (Tensor direction : window.directions(0, 3)) {
                double coarse = (loss.slope(4e-3, direction) - loss.slope(-4e-3, direction)) / 8e-3;
                double fine = (loss.slope(2e-3, direction) - loss.slope(-2e-3, direction)) / 4e-3;
                double extrapolated = fine + (fine - coarse) / 3;
                double difference = loss.curvatureByCentralDifference(direction);
                double bound = loss.curvatureByCentralDifferenceBound(direction);
                assertThat(Math.abs(difference - extrapolated)).isLessThan(bound);
                assertThat(bound).isLessThan(1e-3 * Math.abs(difference));
            }
        }
    }

    /** A random direction is one of many: it does not stand out among others. The gradient's does. */
    @Test
    void onlyADirectionWithMeaningStandsOutAmongRandomOnes() {
        StudiedRun run = DyckExtract.open();
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), 30);
                MemoryOwner owner = MemoryOwner.open("directions")) {
            LossAlong loss = new LossAlong(model);
            loss.load(DyckExtract.STEP);
            List<Double> random = new ArrayList<>();
            for (long seed = 1; seed <= 9; seed++) {
                random.add(loss.secondDifference(RandomDirections.draw(
                                model.backend(),
                                owner,
                                seed,
                                1,
                                model.attention().size(1))
                        .getFirst()));
            }
            double median = random.stream().sorted().toList().get(4);
            assertThat(Curvature.exceedance(median, random)).isGreaterThan(0.1);
            assertThat(Curvature.exceedance(loss.secondDifference(gradient(model, owner)), random))
                    .isEqualTo(0.1);
        }
    }

    private static Tensor gradient(StudiedModel model, MemoryOwner owner) {
        model.restore();
        model.differentiate();
        Tensor gradient =
                model.backend().allocate(owner, DType.FLOAT64, model.attention().shape());
        model.backend().copy(model.gradient().subset(ParameterSubset.ATTENTION), gradient);
        model.backend().scale(1 / VectorProducts.norm(model.backend(), gradient), gradient);
        return gradient;
    }

    private static double value(Findings findings, Procedure procedure, String item, long step) {
        return findings.value(procedure, "curvature", item, step).orElseThrow();
    }
}
