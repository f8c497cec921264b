package dev.spectraledge.analysis.experiment.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.experiment.flow.EdgeCourse.EdgeWindow;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeCourseTest {
    private static final int SNAPSHOTS = 9;
    private static final int WIDTH = 3;
    /** What weight decay leaves of θ after the steps of one interval, with η = 1e-3 and ω = 1. */
    private static final double KEPT = Math.exp(-0.1);

    private static final double NOISE = 0.01;

    @TempDir
    private Path folder;

    @Test
    void aSteadyPushIsTheGradients() {
        List<EdgeWindow> windows = windows(1, (index, attention, backend) -> {
            backend.scale(KEPT, attention);
            push(attention, backend, 5);
        });
        assertThat(windows).hasSize(SNAPSHOTS - WIDTH).allMatch(EdgeWindow::isGradientLed);
        assertThat(windows).allSatisfy(window -> assertThat(window.coherence()).isGreaterThan(1.5));
    }

    @Test
    void aShrinkingModelIsDecays() {
        List<EdgeWindow> windows = windows(1, (index, attention, backend) -> {
            backend.scale(KEPT, attention);
            SyntheticRun.addRandom(attention, backend, index, NOISE);
        });
        assertThat(windows).noneMatch(EdgeWindow::isGradientLed);
        assertThat(windows).allSatisfy(window -> {
            assertThat(window.leadingShare()).isCloseTo(0, within(0.01));
            assertThat(window.coherence()).isGreaterThan(2);
        });
    }

    @Test
    void bothInTurnsAreLedInTurns() {
        List<EdgeWindow> windows = windows(1, (index, attention, backend) -> {
            backend.scale(KEPT, attention);
            if (index >= SNAPSHOTS / 2) {
                push(attention, backend, 20);
            }
        });
        assertThat(windows).anyMatch(EdgeWindow::isGradientLed).anyMatch(window -> !window.isGradientLed());
    }

    @Test
    void independentUpdatesHaveNoEdge() {
        List<EdgeWindow> windows =
                windows(0, (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1));
        assertThat(windows).allSatisfy(window -> assertThat(window.coherence()).isBetween(0.99, 1.1));
    }

    @Test
    void theGapIsTheSumOfItsParts() {
        List<EdgeWindow> windows = windows(1, (index, attention, backend) -> {
            backend.scale(KEPT, attention);
            SyntheticRun.addRandom(attention, backend, index, 1);
        });
        assertThat(windows).allSatisfy(window -> {
            assertThat(window.gap()).isEqualTo(window.upper() - window.lower());
            assertThat(window.gradientGap() + window.decayGap()).isCloseTo(window.gap(), within(1e-12));
        });
        assertThat(windows.getFirst().begin()).isZero();
        assertThat(windows.getFirst().step()).isEqualTo(WIDTH * SyntheticRun.STRIDE);
    }

    private List<EdgeWindow> windows(double weightDecay, SyntheticRun.Motion motion) {
        StudiedRun run = SyntheticRun.write(folder, weightDecay, SNAPSHOTS, motion);
        return EdgeCourse.of(Trajectory.of(run), run, SyntheticRun.STRIDE, WIDTH, SpectralEdge::weightedPosition)
                .windows();
    }

    private static void push(Tensor attention, Backend backend, double length) {
        try (MemoryOwner owner = MemoryOwner.open("push")) {
            backend.axpy(
                    length,
                    RandomDirections.draw(backend, owner, 99, 1, attention.size(1))
                            .getFirst(),
                    attention);
        }
    }
}
