package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.ParameterSubset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What follows from inner products alone is what the vectors themselves give. */
class TrajectoryTest {
    /** Products of vectors of norm up to 20, relative to results of about 0.1. */
    private static final double ROUNDING = 1e-10;

    private final Backend backend = new CpuBackend();

    @TempDir
    private Path folder;

    @Test
    void windowsAreThoseOfTheVectors() {
        StudiedRun run = SyntheticRun.write(folder, 1, 8, (index, attention, own) -> {
            own.scale(0.95, attention);
            SyntheticRun.addRandom(attention, own, index, 0.3);
        });
        Trajectory trajectory = Trajectory.of(run);
        List<Long> snapshots = SnapshotSteps.window(run.steps(), 700, 100, 5);
        TrajectoryWindow window = TrajectoryWindow.of(trajectory, snapshots, 0.001);
        try (UpdateWindow vectors = UpdateWindow.ending(run, 700, 100, 5);
                MemoryOwner owner = MemoryOwner.open("weights")) {
            double norm = VectorProducts.norm(backend, vectors.weights(5));
            assertThat(trajectory.norm(700)).isCloseTo(norm, within(ROUNDING));
            assertThat(trajectory.parameters())
                    .isEqualTo(run.weights(owner, 700)
                            .subset(ParameterSubset.ATTENTION)
                            .elements());
            for (int k = 0; k < 5; k++) {
                assertThat(window.spectrum().singularValue(k)).isCloseTo(vectors.singularValue(k), within(ROUNDING));
                assertThat(window.cosineWithWeights(k))
                        .isCloseTo(
                                Math.abs(VectorProducts.dot(backend, vectors.weights(5), vectors.direction(k))) / norm,
                                within(ROUNDING));
                double decayEnergy = 0;
                for (int i = 0; i < 5; i++) {
                    double decay = -0.05
                            * (VectorProducts.dot(backend, vectors.weights(i), vectors.direction(k))
                                    + VectorProducts.dot(backend, vectors.weights(i + 1), vectors.direction(k)));
                    decayEnergy += decay * decay / 5;
                }
                assertThat(window.parts(k).decayEnergy()).isCloseTo(decayEnergy, within(ROUNDING));
            }
        }
    }

    @Test
    void tangentialDirectionsHaveNothingOfTheWeights() {
        StudiedRun run = SyntheticRun.write(folder, 1, 8, (index, attention, own) -> {
            own.scale(0.9, attention);
            SyntheticRun.addRandom(attention, own, index, 0.3);
        });
        Trajectory trajectory = Trajectory.of(run);
        List<Long> snapshots = SnapshotSteps.window(run.steps(), 700, 100, 5);
        assertThat(TrajectoryWindow.of(trajectory, snapshots, 0.001).cosineWithWeights(0))
                .isGreaterThan(0.9);
        assertThat(TrajectoryWindow.tangential(trajectory, snapshots, 0.001).cosineWithWeights(0))
                .isLessThan(0.2);
        assertThat(TrajectoryWindow.of(trajectory, snapshots, 0.001).radialShare())
                .isGreaterThan(0.7);
    }

    @Test
    void sharesOfMotionAreWhatTheySay() {
        MotionParts parts = new MotionParts(3, 1, -0.5);
        assertThat(parts.fraction()).isEqualTo(0.75);
        assertThat(parts.signedShare()).isCloseTo(2.5 / 3, within(1e-15));
        assertThat(new MotionParts(0, 0, 0).fraction()).isEqualTo(0.5);
        assertThat(new MotionParts(0, 0, 0).signedShare()).isNaN();
    }
}
