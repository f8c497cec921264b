package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Weights, activations and gradients of an {@link MlpRegression} in training, FLOAT64; one flat vector W₁, b₁, w₂, b₂. */
final class MlpNetwork implements AutoCloseable {
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final MemoryOwner owner = MemoryOwner.open("probe");
    private final Backend backend;
    private final MlpSettings settings;
    private final int inputs;
    private final int hidden;
    private final BatchRows rows = new BatchRows();
    private final Tensor parameters;
    private final Layer first;
    private final Layer second;
    private final Tensor gradients;
    private final Tensor input;
    private final Tensor activation;
    private final Tensor activationGradient;
    private final Tensor output;
    private final Tensor hyperparameters;
    private final OptimizerArguments optimizer;
    private int step;

    /** Weights, biases, and their gradients, of one layer: views of the flat vectors. */
    private record Layer(Tensor weights, Tensor biases, Tensor weightGradients, Tensor biasGradients) {}

    private static final class BatchRows implements Rows {
        private int count;

        @Override
        public int runs() {
            return 1;
        }

        @Override
        public int rows(int run) {
            return count;
        }
    }

    MlpNetwork(Backend backend, int inputs, MlpSettings settings) {
        this.backend = backend;
        this.settings = settings;
        this.inputs = inputs;
        hidden = settings.hiddenUnits();
        long size = (long) hidden * inputs + 2L * hidden + 1;
        parameters = tensor(size);
        gradients = tensor(size);
        long biases = (long) hidden * inputs;
        first = layer(0, biases, inputs, hidden);
        second = layer(biases + hidden, biases + 2L * hidden, hidden, 1);
        input = tensor(settings.batchSize(), inputs);
        activation = tensor(settings.batchSize(), hidden);
        activationGradient = tensor(settings.batchSize(), hidden);
        output = tensor(settings.batchSize(), 1);
        hyperparameters = tensor(OptimizerArguments.HYPERPARAMETERS);
        set(OptimizerArguments.LEARNING_RATE, settings.learningRate());
        set(OptimizerArguments.BETA1, BETA1);
        set(OptimizerArguments.BETA2, BETA2);
        set(OptimizerArguments.GRADIENT_SCALE, 1);
        set(OptimizerArguments.ACTIVE, 1);
        optimizer =
                new OptimizerArguments(parameters, gradients, tensor(size), tensor(size), null, null, hyperparameters);
    }

    private Tensor tensor(long... shapePerRun) {
        long[] shape = new long[shapePerRun.length + 1];
        shape[0] = 1;
        System.arraycopy(shapePerRun, 0, shape, 1, shapePerRun.length);
        return backend.allocate(owner, DType.FLOAT64, shape);
    }

    private Layer layer(long weightsAt, long biasesAt, int from, int to) {
        return new Layer(
                parameters.viewPerRun(weightsAt, to, from),
                parameters.viewPerRun(biasesAt, to),
                gradients.viewPerRun(weightsAt, to, from),
                gradients.viewPerRun(biasesAt, to));
    }

    private void set(int column, double value) {
        hyperparameters.segment().setAtIndex(DOUBLE, column, value);
    }

    /**
     * Uniform in ±√(6/(in + out)), weights and biases of a layer (Glorot and Bengio 2010), in the order in which scikit-learn
     * draws them: input by input.
     */
    void initialise(NumpyRandom random) {
        initialise(random, first, inputs, hidden);
        initialise(random, second, hidden, 1);
    }

    private static void initialise(NumpyRandom random, Layer layer, int from, int to) {
        double bound = Math.sqrt(6.0 / (from + to));
        for (int in = 0; in < from; in++) {
            for (int out = 0; out < to; out++) {
                layer.weights.set(random.uniform(-bound, bound), 0, out, in);
            }
        }
        for (int out = 0; out < to; out++) {
            layer.biases.set(random.uniform(-bound, bound), 0, out);
        }
    }

    /** Rows that fit in a batch. */
    int capacity() {
        return Math.toIntExact(input.size(1));
    }

    /** Predicts {@code features[order[from]]} to {@code features[order[to - 1]]} into {@link #prediction}. */
    void forward(double[][] features, int[] order, int from, int to) {
        rows.count = to - from;
        for (int row = 0; row < rows.count; row++) {
            MemorySegment.copy(features[order[from + row]], 0, input.segment(), DOUBLE, 8L * row * inputs, inputs);
        }
        backend.linear(rows, input, first.weights, first.biases, null, activation);
        MemorySegment units = activation.segment();
        for (long unit = 0; unit < (long) rows.count * hidden; unit++) {
            units.setAtIndex(DOUBLE, unit, Math.max(0, units.getAtIndex(DOUBLE, unit)));
        }
        backend.linear(rows, activation, second.weights, second.biases, null, output);
    }

    /** Of a row of the last {@link #forward}. */
    double prediction(int row) {
        return output.segment().getAtIndex(DOUBLE, row);
    }

    /** One step of Adam on the rows of the last {@link #forward}. */
    void step(double[] labels, int[] order, int from) {
        backend.fill(gradients, 0);
        double share = 1.0 / rows.count;
        for (int row = 0; row < rows.count; row++) {
            output.segment().setAtIndex(DOUBLE, row, share * (prediction(row) - labels[order[from + row]]));
        }
        backend.linearBackward(
                rows,
                output,
                activation,
                second.weights,
                activationGradient,
                second.weightGradients,
                second.biasGradients);
        MemorySegment slopes = activationGradient.segment();
        for (long unit = 0; unit < (long) rows.count * hidden; unit++) {
            if (activation.segment().getAtIndex(DOUBLE, unit) == 0) {
                slopes.setAtIndex(DOUBLE, unit, 0);
            }
        }
        backend.linearBackward(
                rows, activationGradient, input, first.weights, null, first.weightGradients, first.biasGradients);
        penalise(0, (long) hidden * inputs, share);
        penalise((long) hidden * inputs + hidden, hidden, share);
        step++;
        set(OptimizerArguments.STEP, step);
        // scikit-learn adds ε before the second moment's bias is corrected.
        set(OptimizerArguments.EPSILON, EPSILON / Math.sqrt(1 - Math.pow(BETA2, step)));
        backend.adamW(optimizer);
    }

    private void penalise(long offset, long size, double share) {
        backend.axpy(
                settings.penalty() * share, parameters.viewPerRun(offset, size), gradients.viewPerRun(offset, size));
    }

    /** A copy of all weights. */
    double[] weights() {
        return parameters.segment().toArray(DOUBLE);
    }

    @Override
    public void close() {
        owner.close();
    }
}
