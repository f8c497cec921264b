package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.TestBackends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thirty snapshots at steps 0, 100, …, 2900. */
class PublishedCheckpointsTest {
    private static final int SNAPSHOTS = 30;

    @TempDir
    private Path folder;

    private StudiedRun run() {
        return SyntheticRun.write(folder, 1, SNAPSHOTS, (index, attention, backend) -> {});
    }

    @Test
    void withoutMetricsTheyAreSharesOfTheRun() {
        assertThat(PublishedCheckpoints.of(run())).containsExactly(300L, 1200L, 2400L, 2900L);
    }

    /** Test accuracy 0.4 at step 700, where training is perfect, and 0.995 from step 1500 on: the tenth is that of 2400. */
    @Test
    void withMetricsTheyAreAtTheWidestGapAndAboutTheStrictGrokStep() throws IOException {
        StudiedRun without = run();
        StringBuilder rows = new StringBuilder("step,train_accuracy,test_accuracy\n");
        for (int index = 0; index < SNAPSHOTS; index++) {
            double train = index < 5 ? 0.5 : 1;
            double test = index < 5 ? 0.2 : index == 7 ? 0.4 : index < 15 ? 0.45 : 0.995;
            rows.append(index * SyntheticRun.STRIDE)
                    .append(',')
                    .append(train)
                    .append(',')
                    .append(test)
                    .append('\n');
        }
        Files.writeString(folder.resolve("metrics.csv"), rows);
        assertThat(PublishedCheckpoints.of(StudiedRun.of(folder, without.config(), TestBackends.HOST)))
                .containsExactly(300L, 700L, 2300L, 2500L);
    }
}
