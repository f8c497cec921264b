package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.FindingsFolder;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeadTimeTest {
    @TempDir
    private Path folder;

    private final List<StudiedRun> runs = new ArrayList<>();

    @AfterEach
    void close() {
        runs.forEach(StudiedRun::close);
    }

    /** A run with an onset, and accuracies and grok steps of both of its tasks. */
    private void run(String name, double accuracy, double onset, double add, double mul) throws IOException {
        Path directory = Files.createDirectory(folder.resolve(name));
        Files.writeString(directory.resolve("metrics.csv"), "step,test_accuracy\n9000," + accuracy + "\n");
        StudiedRun run = SyntheticRun.write(
                directory, "modular", 1, 2, (index, attention, backend) -> {}, "task.operation=add+mul");
        runs.add(run);
        Findings found = new Findings();
        found.published("onset-step", "defect", 9000, onset);
        if (accuracy > 0.95) {
            for (String rule : List.of("first-50", "first-90", "first-95", "sustained-98")) {
                found.published("grok-step", rule + "/add", 9000, add);
                found.published("grok-step", rule + "/mul", 9000, mul);
            }
        }
        FindingsFolder.of(run).write(new DefectTrace(), run, PhaseSteps.none(), found);
    }

    @Test
    void tasksAreCountedOneByOneAndRunsThatNeverGrokBesideThem() throws IOException {
        run("first", 0.99, 1000, 3000, 2000);
        run("second", 0.99, 1500, 4000, 2500);
        run("third", 0.99, 5000, 6000, 4000);
        run("control", 0.3, 800, 0, 0);
        Findings findings = new LeadTime().measure(runs, FindingsFolder::of);
        assertThat(findings.value(Procedure.PUBLISHED, "points", "runs/first-90", 0))
                .hasValue(6);
        assertThat(findings.value(Procedure.PUBLISHED, "runs-led", "runs/first-90", 0))
                .hasValue(5);
        assertThat(findings.value(Procedure.PUBLISHED, "mean-lead", "runs/first-90", 0)
                        .orElseThrow())
                .isCloseTo((2000 + 1000 + 2500 + 1000 + 1000 - 1000) / 6.0, within(1e-9));
        // At least five of six: 7/64.
        assertThat(findings.value(Procedure.PUBLISHED, "sign-p", "runs/first-90", 0)
                        .orElseThrow())
                .isCloseTo(7.0 / 64, within(1e-12));
        assertThat(findings.value(Procedure.CONTROLLED, "onset-without-grokking", "runs", 0))
                .hasValue(1);
        assertThat(findings.value(Procedure.CONTROLLED, "association-p", "runs", 0)
                        .orElseThrow())
                .isCloseTo(1, within(1e-12));
        assertThat(findings.value(Procedure.PUBLISHED, "points", "runs", 0)).hasValue(5);
        assertThat(findings.remarks()).anySatisfy(remark -> assertThat(remark).startsWith("control is left out"));
    }

    @Test
    void thePublishedTablesNeedNoRun() {
        Findings findings = new LeadTime().measure(List.of(), FindingsFolder::of);
        assertThat(findings.value(Procedure.PUBLISHED, "runs-led", "published-modular/first-90", 0))
                .hasValue(12);
        assertThat(findings.value(Procedure.PUBLISHED, "mean-lead", "published-modular/first-90", 0)
                        .orElseThrow())
                .isCloseTo(1117, within(0.5));
        assertThat(findings.value(Procedure.CONTROLLED, "association-p", "published-modular", 0)
                        .orElseThrow())
                .isCloseTo(0.2, within(1e-12));
        assertThat(findings.value(Procedure.PUBLISHED, "points", "published-modular/two rates/early", 0))
                .hasValue(24);
        assertThat(findings.value(Procedure.PUBLISHED, "points", "published-dual", 0))
                .hasValue(15);
        assertThat(findings.figures()).hasSize(1);
    }
}
