package dev.spectraledge.analysis.experiment.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.TableRun;
import dev.spectraledge.analysis.nulls.NullTable;
import dev.spectraledge.analysis.offline.GroupSpectra;
import dev.spectraledge.analysis.online.SpectrumLog;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.SyntheticTrajectory;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.io.ExistingRows;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgePositionTest {
    private static final double[] PUBLISHED = {198.58, 169.08, 122.47, 110.73, 106.22, 92.66, 78.30, 61.27, 44.58, 22.79
    };
    private static final String COURSE = "updates/stride=100/W=10";
    private static final int WIDTH = 5;
    private static final int PARAMETERS = 400;
    private static final int UPDATES = 120;

    @TempDir
    private Path folder;

    private static double[] steps(int count) {
        return IntStream.rangeClosed(1, count).mapToDouble(index -> 100 * index).toArray();
    }

    /** The worked example of Spectral Edge Dynamics §2.4: 9, 2, 2 and 1 by definition. */
    @Test
    void thePublishedWindowHasFourPositions() {
        TableRun run = TableRun.in(folder).spectrum("spectrum.csv", false, steps(12), row -> PUBLISHED);
        Findings findings = new EdgePosition().measure(run.open(), PhaseSteps.none());
        assertThat(findings.value(Procedure.PUBLISHED, "position", COURSE + "/argmax", 1200))
                .hasValue(9);
        assertThat(findings.value(Procedure.PUBLISHED, "position", COURSE + "/above-noise", 1200))
                .hasValue(2);
        assertThat(findings.value(Procedure.PUBLISHED, "position", COURSE + "/weighted", 1200))
                .hasValue(2);
        assertThat(findings.value(Procedure.CONTROLLED, "position", COURSE + "/energy-weighted", 1200))
                .hasValue(1);
        assertThat(findings.value(Procedure.CONTROLLED, "definitions-agree", COURSE, 1200))
                .hasValue(0);
        assertThat(findings.value(Procedure.PUBLISHED, "fixed-ratio", COURSE + "/r23", 1200)
                        .orElseThrow())
                .isCloseTo(1.3806, within(5e-5));
        assertThat(findings.value(Procedure.CONTROLLED, "margin", COURSE, 1200).orElseThrow())
                .isCloseTo(1.9561 / 1.3806, within(1e-4));
        assertThat(findings.remarks()).singleElement().asString().contains("nullEvery=1");
    }

    @Test
    void optimisersAreComparedWhenTheyHaveComeToOneLoss() {
        double[] steps = steps(12);
        TableRun run = TableRun.in(folder)
                .spectrum("spectrum.csv", false, steps, row -> row < 6 ? TableRun.norms(10, 3) : PUBLISHED)
                .losses(steps, new double[] {3, 2.5, 2, 1.6, 1.7, 1.5, 1.4, 1.3, 1.2, 1.1, 1, 1});
        assertThat(new EdgePosition()
                        .measure(run.open(), PhaseSteps.none())
                        .value(Procedure.CONTROLLED, "position-at-loss", COURSE + "/argmax", 1200))
                .hasValue(2);
        run.losses(steps, steps);
        assertThat(new EdgePosition()
                        .measure(run.open(), PhaseSteps.none())
                        .value(Procedure.CONTROLLED, "position-at-loss", COURSE + "/argmax", 1200)
                        .orElseThrow())
                .isNaN();
    }

    /** Where one part of the model has another position than the rest, in full windows alone. */
    @Test
    void partsOfTheModelHavePositionsOfTheirOwn() {
        List<String> columns = GroupSpectra.columns().toList();
        StringBuilder table = new StringBuilder(String.join(",", columns)).append('\n');
        for (int row = 1; row <= 20; row++) {
            int updates = Math.min(row, 5);
            for (String group : List.of("attention", "embeddings", "transformer.h.0.attention")) {
                int position = updates < 5 ? 4 : group.equals("attention") ? 1 : 2;
                Map<String, String> cells = Map.of(
                        "step", String.valueOf(100 * row),
                        "group", group,
                        "window_updates", String.valueOf(updates),
                        "k_star", String.valueOf(position));
                table.append(columns.stream()
                                .map(column -> cells.getOrDefault(column, "1"))
                                .collect(Collectors.joining(",")))
                        .append('\n');
            }
        }
        TableRun run = TableRun.in(folder)
                .spectrum("spectrum.csv", false, steps(12), row -> PUBLISHED)
                .file("groups.csv", table.toString());
        Findings findings = new EdgePosition().measure(run.open(), PhaseSteps.none());
        assertThat(findings.value(Procedure.CONTROLLED, "position", "groups/attention/argmax", 2000))
                .hasValue(1);
        assertThat(findings.value(Procedure.CONTROLLED, "position", "groups/embeddings/argmax", 2000))
                .hasValue(2);
        assertThat(findings.value(Procedure.CONTROLLED, "share", "groups/attention/argmax", 2000))
                .hasValue(1);
        assertThat(findings.measurements())
                .noneSatisfy(each -> assertThat(each.item()).contains("transformer"));
    }

    @Test
    void theModeIsTheMostFrequentPositionAndOfEqualsTheSmallest() {
        assertThat(EdgePosition.mode(new double[] {3, 2, 3, 1})).isEqualTo(3);
        assertThat(EdgePosition.mode(new double[] {4, 2, 4, 2, 9})).isEqualTo(2);
    }

    /** A run of updates in random directions, each with a part along one of two that all share. */
    private Findings ofUpdates(double strength) {
        Random random = new Random(71);
        double[][] rows = PlantedRows.noise(random, UPDATES, PARAMETERS);
        for (double[] row : rows) {
            row[0] += strength * random.nextGaussian();
            row[1] += strength * random.nextGaussian();
        }
        try (SpectrumLog log = new SpectrumLog(
                folder.resolve("spectrum.csv"),
                new ProductHistory(WIDTH, DecaySource.NONE),
                new NullTable(
                        folder.resolve("spectrum_null.csv"),
                        WIDTH,
                        false,
                        NullTable.DRAWS,
                        new PhiloxKey(72, 1),
                        ExistingRows.DROP),
                1,
                PARAMETERS,
                ExistingRows.DROP)) {
            for (int update = 0; update < UPDATES; update++) {
                UpdateProducts products = new UpdateProducts(WIDTH);
                int first = Math.max(0, update - WIDTH);
                for (int row = first; row <= update; row++) {
                    products.updates[row - first] = SyntheticTrajectory.dot(rows[row], rows[update]);
                }
                log.append(update + 1, 1, products);
            }
            log.flush();
        }
        return new EdgePosition().measure(TableRun.in(folder).open(), PhaseSteps.none());
    }

    private static double beyond(Findings findings, String model) {
        return findings.value(Procedure.CONTROLLED, "margin-beyond", "updates/stride=1/W=5/" + model, UPDATES)
                .orElseThrow();
    }

    /** Neighbouring windows share four of five updates: about 24 independent ones, three standard errors of a share of 5 %. */
    @Test
    void independentUpdatesHaveNoMarginBeyondTheirSurrogates() {
        assertThat(beyond(ofUpdates(0), "independent")).isLessThan(0.05 + 3 * Math.sqrt(0.05 * 0.95 / 24));
    }

    @Test
    void twoDirectionsThatAllShareAreAnEdgeAtTwo() {
        Findings findings = ofUpdates(60);
        assertThat(findings.value(Procedure.PUBLISHED, "position", "updates/stride=1/W=5/argmax", UPDATES))
                .hasValue(2);
        assertThat(findings.value(Procedure.CONTROLLED, "position", "updates/stride=1/W=5/unit", UPDATES))
                .hasValue(2);
        assertThat(beyond(findings, "independent")).isGreaterThan(0.5);
    }
}
