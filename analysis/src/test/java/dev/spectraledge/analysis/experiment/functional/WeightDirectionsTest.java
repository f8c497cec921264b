package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.Representations;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.probe.Labels;
import dev.spectraledge.analysis.experiment.probe.LinearModel;
import dev.spectraledge.analysis.experiment.probe.RidgeRegression;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference run's directions of W_Q and W_K. */
class WeightDirectionsTest {
    private static final String QUERY = "encoder.layers.1.self_attn.in_proj_weight";

    /** Of what is planted: more than any singular value of the untrained matrix. */
    private static final double STRENGTH = 10;

    @TempDir
    private Path folder;

    private static final Pattern STEP = Pattern.compile(" *\\w+ \\(step (\\d+)\\):");
    private static final Pattern DEPTH =
            Pattern.compile(" *(layer_\\d) W(\\w) depth R²: v1=(\\S+), v2\\+v3=(\\S+), all5=(\\S+)");
    private static final Pattern SEPARATION =
            Pattern.compile(" *(layer_\\d) W(\\w) token separation .*: v1=(\\S+), v2=(\\S+), v3=(\\S+)");
    private static final Pattern VALUES = Pattern.compile(" *(layer_\\d) W(\\w): σ = \\[(.*)\\], gaps.*");
    private static final Pattern FREQUENCIES = Pattern.compile(" *(layer_\\d) W(\\w) dominant ω .*: \\[(.*)\\]");
    private static final double THREE_DIGITS = 0.0005 + 1e-5;
    private static final double TWO_DIGITS = 0.005 + 1e-4;

    @Test
    void theReferenceRunsDirectionsAreThePrintedOnes() throws IOException {
        Findings findings = new WeightDirections().measure(GoldenRun.open(), PhaseSteps.published("dyck"));
        long step = -1;
        int compared = 0;
        for (String line : GoldenRun.printed("principal_direction_analysis", "analysis: grok", "analysis: memo")) {
            Matcher heading = STEP.matcher(line);
            Matcher depth = DEPTH.matcher(line);
            Matcher separation = SEPARATION.matcher(line);
            Matcher values = VALUES.matcher(line);
            Matcher frequencies = FREQUENCIES.matcher(line);
            if (heading.matches()) {
                step = Long.parseLong(heading.group(1));
            } else if (depth.matches()) {
                String item = item(depth);
                check(findings, WeightDirections.DEPTH_R2, item + "v1", step, depth.group(3), THREE_DIGITS);
                check(findings, WeightDirections.DEPTH_R2, item + "v2+v3", step, depth.group(4), THREE_DIGITS);
                check(findings, WeightDirections.DEPTH_R2, item + "all5", step, depth.group(5), THREE_DIGITS);
                compared++;
            } else if (separation.matches()) {
                for (int index = 1; index <= 3; index++) {
                    check(
                            findings,
                            WeightDirections.SEPARATION,
                            item(separation) + "v" + index,
                            step,
                            separation.group(2 + index),
                            TWO_DIGITS);
                }
            } else if (values.matches()) {
                String[] printed = values.group(3).trim().split(" +", -1);
                for (int index = 1; index <= printed.length; index++) {
                    check(
                            findings,
                            WeightDirections.SINGULAR_VALUE,
                            item(values) + index,
                            step,
                            printed[index - 1],
                            THREE_DIGITS);
                }
            } else if (frequencies.matches()) {
                String[] printed =
                        frequencies.group(3).replaceAll("np.int64\\(|[) ]", "").split(",", -1);
                for (int index = 1; index <= printed.length; index++) {
                    check(
                            findings,
                            WeightDirections.DOMINANT,
                            item(frequencies) + "v" + index,
                            step,
                            printed[index - 1],
                            0.0);
                }
            }
        }
        assertThat(compared).isEqualTo(16);
        assertThat(findings.figures()).hasSize(1);
    }

    /** Weights as they were drawn read depth no better than random directions; with a part that reads depth, they do. */
    @Test
    void onlyWeightsThatReadDepthReadItBetterThanRandomDirectionsDo() throws IOException {
        StudiedRun untrained = SyntheticRun.write(
                Files.createDirectory(folder.resolve("untrained")), 0, 1, (i, attention, backend) -> {});
        assertThat(probabilities(untrained))
                .hasSize(4)
                .allSatisfy((item, p) -> assertThat(p).as(item).isGreaterThan(0.1));
        StudiedRun planted = SyntheticRun.write(
                Files.createDirectory(folder.resolve("planted")),
                0,
                2,
                (index, attention, backend) -> plant(untrained, attention));
        assertThat(probabilities(planted)).allSatisfy((item, p) -> {
            if (item.startsWith("layer_1/W_Q/")) {
                assertThat(p).as(item).isEqualTo(1.0 / (1 + WeightDirections.RANDOM));
            } else {
                assertThat(p).as(item).isGreaterThan(0.1);
            }
        });
    }

    /** Adds to the first row of layer 1's W_Q what regression on the states that enter the layer reads depth with. */
    private static void plant(StudiedRun untrained, Tensor attention) {
        LinearModel reading;
        try (StudiedModel model = StudiedModel.of(untrained, untrained.data().test(), 100)) {
            model.load(0);
            HiddenStates entering = Representations.of(model, "layer_0");
            reading = RidgeRegression.of(entering.values(), 0).fit(Labels.targets(entering));
        }
        long first = untrained.layout().offset(QUERY);
        for (int feature = 0; feature < reading.weights().length; feature++) {
            double planted = STRENGTH / reading.norm() * reading.weights()[feature];
            attention.set(attention.get(0, first + feature) + planted, 0, first + feature);
        }
    }

    private static Map<String, Double> probabilities(StudiedRun run) {
        long last = run.steps().last();
        Findings findings =
                new WeightDirections().measure(run, PhaseSteps.everywhere("test", Map.of(Phase.LATE, last)));
        return findings.measurements().stream()
                .filter(found -> found.quantity().equals(WeightDirections.P_VALUE))
                .collect(Collectors.toMap(Measurement::item, Measurement::value));
    }

    private static String item(Matcher matcher) {
        return matcher.group(1) + "/W_" + matcher.group(2) + "/";
    }

    private static void check(
            Findings findings, String quantity, String item, long step, String printed, double tolerance) {
        assertThat(findings.value(Procedure.PUBLISHED, quantity, item, step))
                .as("%s of %s at step %d", quantity, item, step)
                .hasValueCloseTo(Double.parseDouble(printed), within(tolerance));
    }
}
