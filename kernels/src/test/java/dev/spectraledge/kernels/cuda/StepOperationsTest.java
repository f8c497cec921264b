package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.Replay;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a step does besides its passes over a model: copies, counters and powers are few operations, done once. */
class StepOperationsTest {
    private static final int SLOTS = 3;
    private static final int TARGETS = 10;
    /** Columns of the hyperparameters that {@code optimizers.cu} keeps for itself. */
    private static final int CORRECTED_STEP = 10;

    private static final int FIRST_CORRECTION = 11;
    private static final int SECOND_CORRECTION = 12;

    private final MemoryOwner owner = MemoryOwner.open("step operations");
    private TestDevice device;
    private CudaBackend backend;

    @BeforeEach
    void start() {
        device = TestDevice.start(ProductPrecision.FP32);
        backend = device.backend();
    }

    @AfterEach
    void stop() {
        owner.close();
        if (device != null) {
            device.close();
        }
    }

    /** Rings of a batch, their targets and what is kept of a step. */
    private final class Rings {
        private final Backend on;
        private final Tensor[] rings = new Tensor[TARGETS];
        private final Tensor[] targets = new Tensor[TARGETS];
        private final Tensor results;
        private final Tensor statistics;
        private final Tensor read;
        private final Tensor written;

        Rings(Backend on) {
            this.on = on;
            for (int i = 0; i < TARGETS; i++) {
                DType type = i % 2 == 0 ? DType.INT32 : DType.FLOAT32;
                rings[i] = on.allocate(owner, type, SLOTS, 1, 1 + 3L * i);
                targets[i] = on.allocate(owner, type, 1, 1 + 3L * i);
                for (int slot = 0; slot < SLOTS; slot++) {
                    on.fill(rings[i].slice(0, slot, slot + 1L), 10 * i + slot);
                }
            }
            results = on.allocate(owner, DType.FLOAT64, SLOTS, 1, 2);
            statistics = on.allocate(owner, DType.FLOAT64, 1, 2);
            read = on.allocate(owner, DType.FLOAT64, 1);
            written = on.allocate(owner, DType.FLOAT64, 1);
            on.fill(results, -1);
            on.fill(read, 4);
            on.fill(written, 7);
        }

        void load() {
            on.loadNext(rings, read, targets);
        }

        void store() {
            on.storeNext(statistics, results, written, statistics);
        }

        double[] state() {
            double[] state = new double[TARGETS + 8];
            for (int i = 0; i < TARGETS; i++) {
                state[i] = targets[i].get(0, targets[i].size(1) - 1);
            }
            for (int slot = 0; slot < SLOTS; slot++) {
                state[TARGETS + 2 * slot] = results.get(slot, 0, 0);
                state[TARGETS + 2 * slot + 1] = statistics.get(0, slot % 2);
            }
            state[TARGETS + 6] = read.get(0);
            state[TARGETS + 7] = written.get(0);
            return state;
        }
    }

    @Test
    void copiesAndCountersOfAStepAreOneOperationOnEachSide() {
        Rings onDevice = new Rings(backend);
        Rings onHost = new Rings(new CpuBackend());
        onDevice.load();
        onDevice.store();
        try (Replay load = backend.record(onDevice::load)) {
            assertThat(backend.device().recordedNodes()).isEqualTo(1);
            try (Replay store = backend.record(onDevice::store)) {
                assertThat(backend.device().recordedNodes()).isEqualTo(2);
                for (int step = 0; step < SLOTS; step++) {
                    backend.fill(onDevice.statistics, 0.5 + step);
                    load.replay();
                    store.replay();
                }
            }
        }
        onHost.load();
        onHost.store();
        for (int step = 0; step < SLOTS; step++) {
            onHost.on.fill(onHost.statistics, 0.5 + step);
            onHost.load();
            onHost.store();
        }
        assertThat(onDevice.state()).containsExactly(onHost.state());
    }

    /** A step takes the corrections that its begin has left, and computes its own where these are of another step. */
    @ParameterizedTest
    @CsvSource({"1, 0.5", "2, 1"})
    void powersAreTakenOnceAStep(double correctedStep, double expected) {
        Tensor parameters = backend.allocate(owner, DType.FLOAT64, 1, 4);
        Tensor gradient = backend.allocate(owner, DType.FLOAT64, 1, 4);
        backend.fill(gradient, 1);
        Tensor settings = backend.allocate(owner, DType.FLOAT64, 1, OptimizerArguments.HYPERPARAMETERS);
        double[] values = {1, 0, 0.9, 0.99, 0, 1, 1, 1, 1, 0, correctedStep, 0.2, 0.01};
        assertThat(values).hasSize(SECOND_CORRECTION + 1);
        assertThat(values[CORRECTED_STEP]).isEqualTo(correctedStep);
        assertThat(values[FIRST_CORRECTION]).isCloseTo(2 * (1 - values[OptimizerArguments.BETA1]), within(1e-15));
        for (int column = 0; column < values.length; column++) {
            settings.set(values[column], 0, column);
        }
        backend.adamW(new OptimizerArguments(
                parameters,
                gradient,
                backend.allocate(owner, DType.FLOAT64, 1, 4),
                backend.allocate(owner, DType.FLOAT64, 1, 4),
                null,
                null,
                settings));
        assertThat(parameters.get(0, 3)).isCloseTo(-expected, within(1e-12));
    }
}
