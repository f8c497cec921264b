package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.DyckExtract;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.GoldenRun;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.ReferenceText;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathNormTest {
    private static final Pattern LINE = Pattern.compile("^(v\\d) .*σ=([.\\d]+), func_Δ=([.\\d]+)");

    private static final int SNAPSHOTS = 7;

    private final PathNorm experiment = new PathNorm();

    @TempDir
    private Path folder;

    @Test
    void printsTheReferencesNumbers() {
        Findings findings = experiment.measure(GoldenRun.dyck(), PhaseSteps.published("dyck"));
        int checked = 0;
        for (ReferenceText.Line line :
                ReferenceText.read(GoldenFolder.require("dyck_s42_reference").resolve("edge_ablation.txt"))) {
            List<String> found = line.find(LINE);
            if (!found.isEmpty()) {
                assertThat(published(findings, "singular-value", found.get(0), line.step()))
                        .isCloseTo(Double.parseDouble(found.get(1)), within(ReferenceText.tolerance(found.get(1))));
                requireChange(findings, found.get(0), line.step(), found.get(2));
                checked++;
            }
        }
        assertThat(checked).isEqualTo(14);
    }

    @Test
    void measuresTheExtractAsTheReferenceDoes() {
        Findings findings = experiment.measure(DyckExtract.open(), DyckExtract.phases());
        assertThat(published(findings, "singular-value", "v1", 200)).isCloseTo(5.6246, within(5.1e-5));
        requireChange(findings, "v1", 200, "0.00030");
        requireChange(findings, "v2", 200, "0.00097");
        assertThat(findings.value(Procedure.CONTROLLED, "function-change", "random/mean", 200)
                        .orElseThrow())
                .isLessThan(published(findings, "function-change", "v2", 200));
    }

    /** Where updates are random, v1 changes the function as random directions do; where they follow a gradient, far more. */
    @Test
    void onlyMotionWithMeaningChangesTheFunctionMoreThanRandomDirectionsDo() throws IOException {
        StudiedRun random = SyntheticRun.writeRandom(folder.resolve("random"), SNAPSHOTS);
        assertThat(changeOverRandom(random)).isLessThan(3);
        StudiedRun driven = SyntheticRun.writeDriven(folder.resolve("driven"), SNAPSHOTS, random);
        assertThat(changeOverRandom(driven)).isGreaterThan(3);
    }

    private double changeOverRandom(StudiedRun run) {
        long last = run.steps().last();
        Findings findings = experiment.measure(run, PhaseSteps.everywhere("test", Map.of(Phase.LATE, last)));
        return published(findings, "function-change", "v1", last)
                / findings.value(Procedure.CONTROLLED, "function-change", "random/maximum", last)
                        .orElseThrow();
    }

    /** The change along v or along −v: the sign of a direction is arbitrary. */
    private static void requireChange(Findings findings, String item, long step, String printed) {
        double difference = Math.min(
                Math.abs(published(findings, "function-change", item, step) - Double.parseDouble(printed)),
                Math.abs(findings.value(Procedure.CONTROLLED, "function-change-backwards", item, step)
                                .orElseThrow()
                        - Double.parseDouble(printed)));
        assertThat(difference).as("%s at %d", item, step).isLessThan(ReferenceText.tolerance(printed));
    }

    private static double published(Findings findings, String quantity, String item, long step) {
        return findings.value(Procedure.PUBLISHED, quantity, item, step).orElseThrow();
    }
}
