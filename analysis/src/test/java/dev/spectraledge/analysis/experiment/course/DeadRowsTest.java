package dev.spectraledge.analysis.experiment.course;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadRowsTest {
    /** Three tokens and 48 positions. */
    private static final int ROWS = 51;

    @TempDir
    private Path folder;

    @Test
    void rowsThatDoNothingButDecayAreDead() {
        StudiedRun still = SyntheticRun.write(folder, 0, 2, (index, attention, backend) -> {});
        assertThat(DeadRows.of(still).count()).as("unchanged, without decay").isEqualTo(ROWS);
    }

    @Test
    void rowsThatMoveOtherwiseAreNot() {
        StudiedRun moving = SyntheticRun.write(folder, 1, 2, (index, attention, backend) -> {});
        assertThat(DeadRows.of(moving).count())
                .as("unchanged in spite of decay")
                .isZero();
    }
}
