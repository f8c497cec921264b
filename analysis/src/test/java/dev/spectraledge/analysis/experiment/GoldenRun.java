package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.trainer.config.ConfigResolver;
import java.util.Map;

/** The reference run with its snapshots; tests are skipped where it is not there. */
public final class GoldenRun {
    private GoldenRun() {}

    /** Dyck, weight decay 1, seed 42. */
    public static StudiedRun dyck() {
        return StudiedRun.of(
                GoldenFolder.require("dyck_s42_snapshots"),
                new ConfigResolver().flags(Map.of("task.name", "dyck")).resolve(),
                TestBackends.HOST);
    }
}
