package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.kernels.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GapWindowsTest {
    @TempDir
    private Path folder;

    /** Update i goes i + 1 along axis i, so that its norm is a singular value. */
    private Trajectory along(int snapshots) {
        try (StudiedRun run = SyntheticRun.write(folder, 0, snapshots, (index, attention, backend) -> {
            Tensor axis = attention.slice(1, index, index + 1L);
            axis.set(axis.get(0, 0) + index + 1, 0, 0);
        })) {
            return Trajectory.of(run);
        }
    }

    @Test
    void windowsGrowUntilTheyAreFull() {
        Trajectory trajectory = along(6);
        List<GapWindow> growing = GapWindows.growing(trajectory, 100, 3);
        assertThat(growing).extracting(GapWindow::step).containsExactly(200L, 300L, 400L, 500L);
        assertThat(growing).extracting(GapWindow::updates).containsExactly(2, 3, 3, 3);
        // σ = 5, 4, 3 in the last one: g23 = 16 − 9.
        assertThat(growing.getLast().gap()).isCloseTo(7, within(1e-9));
        assertThat(growing.getLast().relativeGap()).isCloseTo(7.0 / 50, within(1e-9));
        assertThat(growing.getLast().ratio()).isCloseTo(1.25, within(1e-9));
        assertThat(GapWindows.full(trajectory, 100, 3)).isEqualTo(growing.subList(1, 4));
    }

    @Test
    void anUpdateAcrossRemovedSnapshotsSpansAllOfThem() {
        Trajectory trajectory = along(6);
        List<GapWindow> windows = GapWindows.between(trajectory, List.of(0L, 100L, 400L, 500L), 3, 3);
        assertThat(windows).singleElement().satisfies(window -> {
            assertThat(window.step()).isEqualTo(500);
            // σ² = 4 + 9 + 16, 25 and 1.
            assertThat(window.gap()).isCloseTo(24, within(1e-9));
            assertThat(window.edge()).isEqualTo(2);
            assertThat(window.ratio()).isCloseTo(5, within(1e-9));
        });
        assertThat(GapWindows.between(trajectory, List.of(0L, 100L, 200L, 300L, 400L, 500L), 3, 1))
                .isEqualTo(GapWindows.growing(trajectory, 100, 3));
    }

    @Test
    void ofRecordedWindowsThoseThatAreFullAreTaken() throws IOException {
        Path file = folder.resolve("spectrum.csv");
        Files.writeString(file, """
            step,window_updates,g23,g23_over_trace,k_star_weighted,gap_ratio_weighted
            50,2,7,0.7,1,3
            75,3,5,0.25,2,1.5
            100,3,4,0.2,1,1.25
            """);
        assertThat(GapWindows.recorded(RunTable.read(file), 3))
                .containsExactly(new GapWindow(75, 3, 5, 0.25, 2, 1.5), new GapWindow(100, 3, 4, 0.2, 1, 1.25));
    }
}
