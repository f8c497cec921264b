package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Replay;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gradients of biases, which are put off, are what they would have been at once. */
class ColumnSumsTest {
    private static final int RUNS = 2;
    private static final int ROWS = 70;
    private static final int WIDTH = 8;

    private final MemoryOwner owner = MemoryOwner.open("column sums");
    private TestDevice device;

    @BeforeEach
    void start() {
        device = TestDevice.start(ProductPrecision.FP32);
    }

    @AfterEach
    void stop() {
        owner.close();
        if (device != null) {
            device.close();
        }
    }

    /** Two layers of a block, backward: the same calls on any backend. */
    private final class Layers {
        private final Backend backend;
        private final PackedSequences rows = new PackedSequences(owner, RUNS, 1, ROWS);
        private final Tensor gradients;
        private final Tensor weight;
        private final Tensor input;
        private final Tensor gradient;
        private final Tensor hidden;
        private final Tensor mean;
        private final Tensor inverse;

        Layers(Backend backend) {
            this.backend = backend;
            input = activation(1);
            gradient = activation(2);
            hidden = activation(3);
            gradients = backend.allocateVectors(owner, DType.FLOAT64, RUNS, WIDTH * WIDTH + 6L * WIDTH);
            weight = part(0, WIDTH, WIDTH);
            mean = backend.allocate(owner, DType.FLOAT64, RUNS, ROWS);
            inverse = backend.allocate(owner, DType.FLOAT64, RUNS, ROWS);
            backend.fill(inverse, 0.5);
            for (int run = 0; run < RUNS; run++) {
                rows.append(run, ROWS);
            }
        }

        private Tensor activation(int stream) {
            Tensor tensor = backend.allocate(owner, DType.FLOAT64, RUNS, ROWS, WIDTH);
            backend.normal(new PhiloxKey[] {new PhiloxKey(1, stream), new PhiloxKey(2, stream)}, 0, 1, tensor);
            return tensor;
        }

        private Tensor part(int offset, long... shape) {
            return gradients.viewPerRun(offset, shape);
        }

        private Tensor vector(int index) {
            return part(WIDTH * WIDTH + index * WIDTH, WIDTH);
        }

        double[] backward() {
            Tensor matrix = backend.allocate(owner, DType.FLOAT64, RUNS, WIDTH, WIDTH);
            backend.fill(matrix, 0.25);
            backend.linearBackward(rows, gradient, input, matrix, hidden, weight, vector(0));
            // Overwrites what was just put off, after which it is put off again, for the same bias as before and for
            // another.
            backend.geluBackward(rows, Gelu.ERF, hidden, input, hidden);
            backend.linearBackward(rows, hidden, input, matrix, null, weight, vector(0));
            backend.linearBackward(rows, hidden, input, matrix, null, weight, vector(1));
            backend.geluBackward(rows, Gelu.ERF, hidden, input, hidden);
            backend.linearBackward(rows, gradient, input, matrix, null, weight, vector(2));
            // Reads what was put off last, and overwrites it.
            backend.layerNormBackward(
                    rows, hidden, input, vector(5), mean, inverse, gradient, gradient, vector(3), vector(4));
            Tensor host = Tensor.allocate(owner, DType.FLOAT64, gradients.shape());
            backend.copy(gradients, host);
            double[] values = new double[(int) host.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = host.get(i / host.size(1), i % host.size(1));
            }
            return values;
        }
    }

    @Test
    void theyAreThoseOfTheHost() {
        double[] expected = new Layers(new CpuBackend()).backward();
        assertThat(new Layers(device.backend()).backward()).containsExactly(expected, within(1e-10));
    }

    @Test
    void theyAreDoneBeforeTheMemoryOfTheirMatrixGoes() {
        CudaBackend backend = device.backend();
        Tensor sums = backend.allocate(owner, DType.FLOAT64, 1, WIDTH);
        try (MemoryOwner brief = MemoryOwner.open("brief")) {
            PackedSequences rows = new PackedSequences(brief, 1, 1, ROWS);
            rows.append(0, ROWS);
            Tensor gradient = backend.allocate(brief, DType.FLOAT64, 1, ROWS, WIDTH);
            Tensor weight = backend.allocate(brief, DType.FLOAT64, 1, WIDTH, WIDTH);
            backend.fill(gradient, 0.5);
            backend.linearBackward(rows, gradient, gradient, weight, null, weight, sums);
        }
        assertThat(sums.get(0, WIDTH - 1)).isEqualTo(0.5 * ROWS);
    }

    @Test
    void aRecordingHasThemInFewLaunches() {
        Layers layers = new Layers(device.backend());
        CudaBackend backend = device.backend();
        Runnable operations = () -> {
            for (int bias = 0; bias <= ColumnSums.MOST; bias++) {
                backend.linearBackward(
                        layers.rows,
                        layers.hidden,
                        layers.input,
                        layers.weight,
                        null,
                        layers.weight,
                        layers.vector(bias));
            }
        };
        operations.run();
        try (Replay replay = backend.record(operations)) {
            // A product each, and the sums together, as many as there may be and the rest.
            assertThat(backend.device().recordedNodes()).isEqualTo(ColumnSums.MOST + 1 + 2);
            replay.replay();
        }
    }
}
