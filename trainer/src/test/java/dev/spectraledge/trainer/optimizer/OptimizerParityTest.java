package dev.spectraledge.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.training.TinySetup;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every optimiser, with clipping and schedules and three runs that differ in all settings, against the same written down
 * plainly in double precision: parameters after 100 steps, and the exact parts of their change.
 */
class OptimizerParityTest {
    private static final int STEPS = 100;
    private static final int EVENT = 55;
    private static final int AFTER_EVENT = 60;
    private static final double NEVER = Double.POSITIVE_INFINITY;
    private static final double ADAM_W_LEARNING_RATE = 3e-3;
    private static final ParameterLayout LAYOUT =
            TinySetup.setup(DType.FLOAT64, Batching.PADDED, 1).architecture().layout();
    private static final int SIZE = (int) LAYOUT.size();

    /** The third waits for an event, which says after step 55 that its weight decay changes after step 60. */
    private static final List<OptimizerSettings> SETTINGS = List.of(
            new OptimizerSettings(1e-2, 0.5, 0.9, 0.98, 1e-8, 0.9, 1, new ScheduleSettings(10, 80, 0.1, 0.1, 40, 20)),
            new OptimizerSettings(5e-3, 0, 0.8, 0.95, 1e-7, 0.5, NEVER, new ScheduleSettings(0, 200, 0, 1, 50, 0)),
            new OptimizerSettings(2e-2, 1, 0.9, 0.99, 1e-8, 0.95, 20, new ScheduleSettings(5, NEVER, 0, 0, NEVER, 10)));

    enum Kind {
        ADAM_W,
        ADAM,
        SGD,
        MOMENTUM,
        NESTEROV,
        MUON,
        MUON_LIKE_ADAM_W;

        boolean isMuon() {
            return this == MUON || this == MUON_LIKE_ADAM_W;
        }

        /** Largest factor by which the rule itself enlarges a relative error: the slope at zero of Newton–Schulz. */
        double amplification() {
            return isMuon() ? Math.pow(3.4445, 5) : 1;
        }

        List<OptimizerSettings> settings() {
            return this == SGD
                    ? SETTINGS.stream().map(own -> own.withMomentum(0)).toList()
                    : SETTINGS;
        }

        Optimizer create(OptimizerTarget target) {
            List<OptimizerSettings> others = settings().stream()
                    .map(own -> own.withLearningRate(ADAM_W_LEARNING_RATE))
                    .toList();
            return switch (this) {
                case ADAM_W -> FusedOptimizer.adamW(target, settings());
                case ADAM -> FusedOptimizer.adam(target, settings());
                case SGD, MOMENTUM -> FusedOptimizer.sgd(target, settings());
                case NESTEROV -> FusedOptimizer.nesterov(target, settings());
                case MUON ->
                    new Muon(
                            target,
                            settings(),
                            others,
                            new Muon.Settings(true, 5, MuonScale.ORIGINAL, MuonConvention.JORDAN));
                case MUON_LIKE_ADAM_W ->
                    new Muon(
                            target,
                            settings(),
                            others,
                            new Muon.Settings(false, 5, MuonScale.MATCH_RMS_ADAMW, MuonConvention.JORDAN));
            };
        }
    }

    private final Backend backend = new CpuBackend();

    @AfterEach
    void nothingLeaks() {
        assertThat(TestMemory.leaks()).isEmpty();
    }

    /** An optimiser and what it works on. */
    private final class Run implements AutoCloseable {
        final MemoryOwner owner = MemoryOwner.open("optimiser parity");
        final Workers workers;
        final Parameters parameters;
        final Parameters gradients;
        final Tensor decayPart;
        final Tensor squares;
        final Optimizer optimizer;
        final Random random = new Random(7);
        private long step;

        Run(Kind kind, DType type, int threads) {
            workers = new Workers(threads);
            parameters = Parameters.allocate(backend, owner, type, SETTINGS.size(), LAYOUT);
            gradients = Parameters.allocate(backend, owner, type, SETTINGS.size(), LAYOUT);
            decayPart = backend.allocate(owner, type, SETTINGS.size(), SIZE);
            squares = backend.allocate(owner, DType.FLOAT64, SETTINGS.size());
            fill(parameters.flat());
            optimizer = kind.create(new OptimizerTarget(backend, owner, workers, parameters, gradients, 1, decayPart));
        }

        private void fill(Tensor vectors) {
            for (int run = 0; run < SETTINGS.size(); run++) {
                for (int i = 0; i < SIZE; i++) {
                    vectors.set(0.1 * random.nextGaussian(), run, i);
                }
            }
        }

        void drawGradients() {
            fill(gradients.flat());
        }

        void step() {
            backend.sumOfSquares(gradients.flat(), squares);
            optimizer.stage(++step, 1);
            optimizer.begin(squares);
            workers.run(optimizer::update);
        }

        double[] read(Tensor vectors, int run) {
            double[] values = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                values[i] = vectors.get(run, i);
            }
            return values;
        }

        @Override
        public void close() {
            workers.close();
            owner.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void followsItsDefinitionInDouble(Kind kind) {
        follows(kind, DType.FLOAT64, 0x1p-52);
    }

    @ParameterizedTest
    @EnumSource
    void followsItsDefinitionInSingle(Kind kind) {
        follows(kind, DType.FLOAT32, 0x1p-23);
    }

    private void follows(Kind kind, DType type, double epsilon) {
        try (Run run = new Run(kind, type, 2)) {
            Plain[] plain = new Plain[SETTINGS.size()];
            double[][] begin = new double[plain.length][];
            for (int i = 0; i < plain.length; i++) {
                begin[i] = run.read(run.parameters.flat(), i);
                plain[i] = new Plain(kind, kind.settings().get(i), begin[i].clone());
            }
            double[] travelled = new double[plain.length];
            double[] travelledByParts = new double[plain.length];
            for (int step = 1; step <= STEPS; step++) {
                run.drawGradients();
                run.step();
                for (int i = 0; i < plain.length; i++) {
                    plain[i].step(step, run.read(run.gradients.flat(), i));
                    travelled[i] += plain[i].longest;
                    travelledByParts[i] += plain[i].longestPart;
                    assertThat(run.optimizer.learningRate(i, step)).isEqualTo(plain[i].learningRate);
                    assertThat(run.optimizer.weightDecay(i, step)).isEqualTo(plain[i].weightDecay);
                }
                if (step == EVENT) {
                    run.optimizer.changeWeightDecayAfter(2, AFTER_EVENT);
                    plain[2].weightDecayChange = AFTER_EVENT;
                }
            }
            for (int i = 0; i < plain.length; i++) {
                // Each step rounds θ and the accumulators once, and what is added to them a few times.
                double rounded = STEPS * epsilon * largest(begin[i], plain[i].parameters);
                double bound = rounded + 8 * epsilon * kind.amplification() * travelled[i];
                double boundOfParts = rounded + 8 * epsilon * kind.amplification() * travelledByParts[i];
                double[] parameters = run.read(run.parameters.flat(), i);
                double[] decayPart = run.read(run.decayPart, i);
                double[] sum = new double[SIZE];
                for (int j = 0; j < SIZE; j++) {
                    sum[j] = begin[i][j] + plain[i].gradientPart[j] + decayPart[j];
                }
                String name = kind + " " + type + " run " + i;
                requireClose(name + " parameters", parameters, plain[i].parameters, bound);
                requireClose(name + " decay part", decayPart, plain[i].decayPart, boundOfParts);
                requireClose(name + " sum of the parts", sum, parameters, boundOfParts);
            }
        }
    }

    private static double largest(double[]... vectors) {
        double largest = 0;
        for (double[] vector : vectors) {
            for (double value : vector) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest;
    }

    private static void requireClose(String name, double[] actual, double[] expected, double bound) {
        double largest = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
        }
        System.out.printf("%-44s error %.2e, %.3f of its bound%n", name, largest, largest / bound);
        assertThat(largest).as(name).isLessThanOrEqualTo(bound);
    }

    @Tag("garbage")
    @ParameterizedTest
    @EnumSource
    void aStepAllocatesNothing(Kind kind) {
        try (Run run = new Run(kind, DType.FLOAT32, 1)) {
            run.drawGradients();
            Workers.Task update = run.optimizer::update;
            assertThat(Allocations.bytesPerCall(() -> {
                        run.optimizer.stage(1, 1);
                        run.optimizer.begin(run.squares);
                        run.workers.run(update);
                    }))
                    .isZero();
        }
    }

    /** One run, in plain loops over double. */
    private static final class Plain {
        final Kind kind;
        final OptimizerSettings settings;
        final double[] parameters;
        final double[] gradientPart = new double[SIZE];
        final double[] decayPart = new double[SIZE];
        final double[] first = new double[SIZE];
        final double[] second = new double[SIZE];
        final double[] decayed = new double[SIZE];
        double weightDecayChange;
        double learningRate;
        double weightDecay;
        /** Largest change of a parameter in the last step, and the same of its parts with what enlarges their errors. */
        double longest;

        double longestPart;
        /** How much a cancellation in g + ωθ enlarges the errors of Adam's parts: moments of |g| + |ωθ| by those of g + ωθ. */
        final double[] cancellation = new double[SIZE];

        final double[] magnitudes = new double[SIZE];

        Plain(Kind kind, OptimizerSettings settings, double[] parameters) {
            this.kind = kind;
            this.settings = settings;
            this.parameters = parameters;
            weightDecayChange = settings.schedule().weightDecayChange();
        }

        void step(int step, double[] gradient) {
            learningRate = settings.learningRate() * schedule(step);
            weightDecay = weightDecay(step);
            double norm = norm(gradient);
            if (norm + 1e-6 > settings.clip()) {
                for (int i = 0; i < SIZE; i++) {
                    gradient[i] *= settings.clip() / (norm + 1e-6);
                }
            }
            double[] change = new double[SIZE];
            double[] decay = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                decay[i] = -learningRate * weightDecay * parameters[i];
            }
            switch (kind) {
                case ADAM_W -> adamW(step, gradient, change, decay, learningRate);
                case ADAM -> adam(step, gradient, change, decay);
                case SGD -> descend(gradient, change);
                case MOMENTUM -> descend(momentum(gradient, false), change);
                case NESTEROV -> descend(momentum(gradient, true), change);
                case MUON -> muon(step, gradient, change, decay, true);
                case MUON_LIKE_ADAM_W -> muon(step, gradient, change, decay, false);
            }
            longest = 0;
            longestPart = 0;
            for (int i = 0; i < SIZE; i++) {
                gradientPart[i] += change[i];
                decayPart[i] += decay[i];
                parameters[i] += change[i] + decay[i];
                longest = Math.max(longest, Math.abs(change[i] + decay[i]));
                longestPart = Math.max(longestPart, (1 + cancellation[i]) * (Math.abs(change[i]) + Math.abs(decay[i])));
            }
        }

        private double schedule(int step) {
            ScheduleSettings schedule = settings.schedule();
            if (step < schedule.warmUpSteps()) {
                return step / schedule.warmUpSteps();
            }
            if (schedule.cosineEnd() == NEVER) {
                return 1;
            }
            double progress = (step - schedule.warmUpSteps()) / (schedule.cosineEnd() - schedule.warmUpSteps());
            double cosine = progress >= 1 ? 0 : 0.5 * (1 + Math.cos(Math.PI * progress));
            return Math.max(cosine, schedule.learningRateFloor());
        }

        private double weightDecay(int step) {
            double after = step - weightDecayChange;
            double ramp = Math.max(1, settings.schedule().weightDecayRamp());
            if (after <= 0) {
                return settings.weightDecay();
            }
            double finished = settings.schedule().finalWeightDecay();
            return after >= ramp ? finished : settings.weightDecay() * (1 - after / ramp) + finished * (after / ramp);
        }

        private static double norm(double[] vector) {
            double sum = 0;
            for (double value : vector) {
                sum += value * value;
            }
            return Math.sqrt(sum);
        }

        private void adamW(int step, double[] gradient, double[] change, double[] decay, double rate) {
            for (int i = 0; i < SIZE; i++) {
                first[i] = settings.beta1() * first[i] + (1 - settings.beta1()) * gradient[i];
                second[i] = settings.beta2() * second[i] + (1 - settings.beta2()) * gradient[i] * gradient[i];
                change[i] = -rate * corrected(first[i], settings.beta1(), step) / root(i, step);
                decay[i] = -rate * weightDecay * parameters[i];
            }
        }

        /** Adam of g + ωθ, and what of its change comes from ωθ: m without it is that of the gradients alone. */
        private void adam(int step, double[] gradient, double[] change, double[] decay) {
            for (int i = 0; i < SIZE; i++) {
                double coupled = gradient[i] + weightDecay * parameters[i];
                first[i] = settings.beta1() * first[i] + (1 - settings.beta1()) * coupled;
                decayed[i] = settings.beta1() * decayed[i] + (1 - settings.beta1()) * weightDecay * parameters[i];
                second[i] = settings.beta2() * second[i] + (1 - settings.beta2()) * coupled * coupled;
                double whole = -learningRate * corrected(first[i], settings.beta1(), step) / root(i, step);
                decay[i] = -learningRate * corrected(decayed[i], settings.beta1(), step) / root(i, step);
                change[i] = whole - decay[i];
                double magnitude = Math.abs(gradient[i]) + Math.abs(weightDecay * parameters[i]);
                magnitudes[i] = settings.beta2() * magnitudes[i] + (1 - settings.beta2()) * magnitude * magnitude;
                cancellation[i] = Math.sqrt(magnitudes[i] / second[i]);
            }
        }

        private double root(int i, int step) {
            return Math.sqrt(corrected(second[i], settings.beta2(), step)) + settings.epsilon();
        }

        private static double corrected(double moment, double beta, int step) {
            return moment / (1 - Math.pow(beta, step));
        }

        private double[] momentum(double[] gradient, boolean nesterov) {
            double[] direction = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                first[i] = settings.momentum() * first[i] + gradient[i];
                direction[i] = nesterov ? gradient[i] + settings.momentum() * first[i] : first[i];
            }
            return direction;
        }

        private void descend(double[] direction, double[] change) {
            for (int i = 0; i < SIZE; i++) {
                change[i] = -learningRate * direction[i];
            }
        }

        /** Everything by AdamW first, and then the hidden matrices once more, whose momentum is kept elsewhere. */
        private void muon(int step, double[] gradient, double[] change, double[] decay, boolean nesterov) {
            double rate = ADAM_W_LEARNING_RATE * schedule(step);
            double[] hiddenDecay = decay.clone();
            adamW(step, gradient, change, decay, rate);
            for (ParameterSpec spec : LAYOUT.specs()) {
                String name = spec.name();
                boolean hidden = name.contains(".layers.") && spec.shape().length == 2;
                int matrices = hidden ? name.contains("in_proj") ? 3 : 1 : 0;
                for (int matrix = 0; matrix < matrices; matrix++) {
                    int rows = (int) spec.shape()[0] / matrices;
                    int columns = (int) spec.shape()[1];
                    int begin = (int) LAYOUT.offset(name) + matrix * rows * columns;
                    double[][] direction = new double[rows][columns];
                    for (int i = 0; i < rows * columns; i++) {
                        double g = gradient[begin + i];
                        decayed[begin + i] = settings.momentum() * decayed[begin + i] + g;
                        direction[i / columns][i % columns] =
                                nesterov ? g + settings.momentum() * decayed[begin + i] : decayed[begin + i];
                    }
                    double scale = kind == Kind.MUON
                            ? Math.sqrt(Math.max(1, rows / (double) columns))
                            : 0.2 * Math.sqrt(Math.max(rows, columns));
                    double[][] update = orthogonalised(direction);
                    for (int i = 0; i < rows * columns; i++) {
                        change[begin + i] = -learningRate * scale * update[i / columns][i % columns];
                        decay[begin + i] = hiddenDecay[begin + i];
                    }
                }
            }
        }

        /** As in the published code: tall matrices transposed, then x ← ax + (bA + cA²)x with A = xxᵀ. */
        private static double[][] orthogonalised(double[][] matrix) {
            if (matrix.length > matrix[0].length) {
                return transposed(orthogonalised(transposed(matrix)));
            }
            double norm = 0;
            for (double[] row : matrix) {
                norm += norm(row) * norm(row);
            }
            norm = Math.sqrt(norm) + 1e-7;
            double[][] x = sum(1 / norm, matrix, 0, matrix);
            for (int step = 0; step < 5; step++) {
                double[][] gram = product(x, transposed(x));
                double[][] polynomial = sum(-4.7750, gram, 2.0315, product(gram, gram));
                x = sum(3.4445, x, 1, product(polynomial, x));
            }
            return x;
        }

        private static double[][] transposed(double[][] matrix) {
            double[][] result = new double[matrix[0].length][matrix.length];
            for (int i = 0; i < matrix.length; i++) {
                for (int j = 0; j < matrix[0].length; j++) {
                    result[j][i] = matrix[i][j];
                }
            }
            return result;
        }

        private static double[][] product(double[][] a, double[][] b) {
            double[][] result = new double[a.length][b[0].length];
            for (int i = 0; i < a.length; i++) {
                for (int k = 0; k < b.length; k++) {
                    for (int j = 0; j < b[0].length; j++) {
                        result[i][j] += a[i][k] * b[k][j];
                    }
                }
            }
            return result;
        }

        private static double[][] sum(double alpha, double[][] a, double beta, double[][] b) {
            double[][] result = new double[a.length][a[0].length];
            for (int i = 0; i < a.length; i++) {
                for (int j = 0; j < a[0].length; j++) {
                    result[i][j] = alpha * a[i][j] + beta * b[i][j];
                }
            }
            return result;
        }
    }
}
