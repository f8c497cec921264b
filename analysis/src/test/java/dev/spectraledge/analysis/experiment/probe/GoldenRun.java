package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TestBackends;
import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.trainer.config.ConfigResolver;
import java.util.Map;

/** The reference run, with what the published code printed on it. */
final class GoldenRun {
    /** Half of the last printed digit, and the reference's float32. */
    static final double PRINTED = 0.0006;

    private GoldenRun() {}

    static Findings measure(Experiment experiment) {
        StudiedRun run = StudiedRun.of(
                GoldenFolder.require("dyck_s42_snapshots"),
                new ConfigResolver()
                        .flags(Map.of("task.name", "dyck"))
                        .value("test", "training.weightDecay", 1.0)
                        .resolve(),
                TestBackends.HOST);
        return experiment.measure(run, PhaseSteps.published("dyck"));
    }

    static void check(Findings findings, String quantity, String item, long step, double expected, double tolerance) {
        assertThat(value(findings, Procedure.PUBLISHED, quantity, item, step))
                .as("%s of %s at step %d", quantity, item, step)
                .isCloseTo(expected, within(tolerance));
    }

    static double value(Findings findings, Procedure procedure, String quantity, String item, long step) {
        return findings.value(procedure, quantity, item, step).orElseThrow();
    }
}
