package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Backends;
import dev.spectraledge.analysis.experiment.Continuation;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.cuda.EmulatedDevice;
import dev.spectraledge.trainer.config.RunConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that go on from a snapshot on an emulated device, with something done to them. */
@Tag("emulated")
class InterventionsOnDeviceTest {
    /** Noise and penalties act in step 50. */
    private static final long START = 49;

    private static final long END = 51;
    private static final int UNAFFECTED = 3;
    /** Of float64 that adds in another order, two steps on. */
    private static final double TOLERANCE = 1e-8;

    @TempDir
    private Path folder;

    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice();

    private final CpuBackend host = new CpuBackend();
    private StudiedRun onHost;
    private StudiedRun onDevice;

    @BeforeEach
    void open() {
        onHost = TinyTraining.write(
                folder,
                List.of(0L, 20L, START, END),
                "model.width=8",
                "model.feedForwardWidth=8",
                "task.sequences=60",
                "task.contextLength=8",
                "training.batchSize=4",
                "evaluation.every=1");
        onDevice = StudiedRun.of(folder, onHost.config(), new Backends(host, device.backend(), 0));
    }

    @AfterEach
    void close() {
        onDevice.close();
        onHost.close();
    }

    @Test
    void whatIsDoneToThemShowsAsOnTheHost() {
        Findings found = new Interventions().measure(onDevice, START, END, UNAFFECTED);
        List<Measurement> expected =
                new Interventions().measure(onHost, START, END, UNAFFECTED).measurements();
        assertThat(found.measurements()).hasSameSizeAs(expected);
        for (int index = 0; index < expected.size(); index++) {
            Measurement one = expected.get(index);
            Measurement other = found.measurements().get(index);
            assertThat(other.item()).isEqualTo(one.item());
            double tolerance = Double.isFinite(one.value()) ? TOLERANCE * Math.max(1, Math.abs(one.value())) : 0;
            assertThat(other.value()).as(one.quantity() + " " + one.item()).isCloseTo(one.value(), within(tolerance));
        }
    }

    @Test
    void theyGoOnFromTheStateThatTheRunKept() {
        RunConfig same = Continuation.changed(onHost.config(), Map.of());
        RunConfig stronger = Continuation.changed(onHost.config(), Map.of("weightDecay", 5.0));
        try (Continuation training = Continuation.carriedOver(onDevice, List.of(same, stronger), START);
                MemoryOwner owner = MemoryOwner.open("kept")) {
            training.advanceTo(END - START);
            Tensor kept = onHost.weights(owner, END).flat();
            Tensor found = training.weights(0);
            double farthest = 0;
            for (long i = 0; i < kept.size(1); i++) {
                assertThat(found.get(0, i)).isCloseTo(kept.get(0, i), within(TOLERANCE));
                farthest = Math.max(farthest, Math.abs(training.weights(1).get(0, i) - kept.get(0, i)));
            }
            assertThat(farthest).isGreaterThan(1e-3);
        }
    }
}
