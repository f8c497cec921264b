package dev.spectraledge.analysis.experiment.coupling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.TableRun;
import dev.spectraledge.analysis.offline.GroupSpectra;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.series.DrawnSeries;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerUniformityTest {
    private static final int WINDOWS = 40;
    private static final int GROUPS = 4;
    private static final double[] STEPS =
            IntStream.rangeClosed(1, WINDOWS).mapToDouble(index -> 100 * index).toArray();
    private static final long LAST = 100 * WINDOWS;

    @TempDir
    private Path folder;

    private static String group(int number) {
        return "transformer.h." + number + ".mlp";
    }

    /** A fall from 10 with something beside it. */
    private static double[] falling(double[] beside) {
        double[] values = new double[WINDOWS];
        Arrays.setAll(values, index -> 10 - 0.2 * index + beside[index]);
        return values;
    }

    private static double[] slow(Random random, double scale) {
        return Arrays.stream(DrawnSeries.autoregressive(random, 0.5, WINDOWS))
                .map(value -> scale * value)
                .toArray();
    }

    private static Findings measure(Map<String, double[]> values, double[] loss) {
        Findings findings = new Findings();
        LayerUniformity.measure("r23", STEPS, values, loss, 81, findings);
        return findings;
    }

    private static double controlled(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, item, LAST).orElseThrow();
    }

    private static Findings independent(Random random) {
        Map<String, double[]> values = new LinkedHashMap<>();
        for (int group = 0; group < GROUPS; group++) {
            values.put(group(group), falling(slow(random, 0.3)));
        }
        return measure(values, falling(slow(random, 0.3)));
    }

    /** Series that have a trend in common and nothing else pass what the paper asks for, and nothing that can fail. */
    private static void requireLevel(int runs) {
        Random random = new Random(82);
        int passed = 0;
        int[] rare = new int[3];
        for (int run = 0; run < runs; run++) {
            Findings findings = independent(random);
            passed += findings.value(Procedure.PUBLISHED, "passes", "r23", LAST).orElseThrow() == 1 ? 1 : 0;
            rare[0] += controlled(findings, "least-correlation-p", "r23/autoregression") <= 0.05 ? 1 : 0;
            rare[1] += controlled(findings, "between-groups-p", "r23/detrended/autoregression") <= 0.05 ? 1 : 0;
            rare[2] += controlled(findings, "detrended-groups", "r23") > 0 ? 1 : 0;
        }
        assertThat((double) passed / runs).isGreaterThan(0.9);
        // Three tests hold together with 95 % (Bonferroni); a series without its trend seems faster than it is, which
        // makes
        // tests liberal by up to a factor of two (CouplingTest).
        double band = 2.394 * Math.sqrt(0.1 * 0.9 / runs);
        for (int test : rare) {
            assertThat((double) test / runs).isLessThan(0.1 + band);
        }
    }

    @Test
    void trendsAloneDoNotMakeLayersUniform() {
        requireLevel(40);
    }

    @Test
    @Tag("nightly")
    void trendsAloneDoNotMakeLayersUniformInManyRuns() {
        requireLevel(400);
    }

    @Test
    void layersThatFollowTheLossAreFound() {
        Random random = new Random(83);
        double[] beside = slow(random, 1);
        Map<String, double[]> values = new LinkedHashMap<>();
        for (int group = 0; group < GROUPS; group++) {
            double[] own = slow(random, 0.1);
            values.put(
                    group(group),
                    falling(IntStream.range(0, WINDOWS)
                            .mapToDouble(index -> beside[index] + own[index])
                            .toArray()));
        }
        Findings findings = measure(values, falling(beside));
        assertThat(controlled(findings, "least-correlation-p", "r23/phases")).isLessThan(0.02);
        assertThat(controlled(findings, "between-groups-p", "r23/detrended/phases"))
                .isLessThan(0.02);
        assertThat(controlled(findings, "detrended-groups", "r23")).isEqualTo(GROUPS);
        assertThat(controlled(findings, "detrended-holm", "r23/" + group(2))).isLessThan(0.01);
    }

    private static String table(Random random) {
        StringBuilder table = new StringBuilder(GroupSpectra.columns().collect(Collectors.joining(","))).append('\n');
        for (double step : STEPS) {
            table.append((long) step).append(",mlp,9,1,1,5,0.5,1,1,2,0.1,1,5,100,4,2\n");
            for (int group = 0; group < GROUPS; group++) {
                table.append((long) step)
                        .append(',')
                        .append(group(group))
                        .append(",9,1,1,5,0.5,1,1,2,0.1,1,")
                        .append(step < 500 ? 4 : 5)
                        .append(",100,")
                        .append(2 + random.nextDouble())
                        .append(",2\n");
            }
        }
        return table.toString();
    }

    @Test
    void thePartsOfLayersAreReadFromTheTableOfGroups() {
        TableRun run = TableRun.in(folder)
                .spectrum("spectrum.csv", false, STEPS, row -> TableRun.norms(5, 2))
                .losses(STEPS, falling(slow(new Random(84), 1)))
                .file("groups.csv", table(new Random(85)));
        Findings findings = new LayerUniformity().measure(run.open(), PhaseSteps.none());
        assertThat(findings.items(Procedure.PUBLISHED, "group-correlation"))
                .contains("r23/transformer.h.0.mlp", "R/transformer.h.3.mlp")
                .hasSize(2 * GROUPS);
        // Four windows were not full.
        assertThat(controlled(findings, "windows", "r23")).isEqualTo(WINDOWS - 4);
        assertThat(findings.figures()).hasSize(2);
        assertThat(controlled(findings, "between-groups", "r23")).isBetween(-1.0, 1.0);
    }

    @Test
    void whatIsMissingIsSaid() {
        TableRun run = TableRun.in(folder).spectrum("spectrum.csv", false, STEPS, row -> TableRun.norms(5, 2));
        assertThat(new LayerUniformity().objection(run.open()))
                .hasValueSatisfying(reason -> assertThat(reason).contains("metrics.csv"));
        run.losses(STEPS, STEPS);
        assertThat(new LayerUniformity().objection(run.open()))
                .hasValueSatisfying(reason -> assertThat(reason).contains("groups: true"));
        run.file("groups.csv", GroupSpectra.columns().collect(Collectors.joining(",")) + "\n");
        Findings findings = new LayerUniformity().measure(run.open(), PhaseSteps.none());
        assertThat(findings.measurements()).isEmpty();
        assertThat(findings.remarks()).singleElement().asString().contains("parts of layers", "groups: true");
    }
}
