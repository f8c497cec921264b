package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.trainer.model.ParameterSpec;
import java.util.Arrays;

/** One run, in plain loops over double. */
final class PlainOptimizer {
    private static final int SIZE = OptimizerRun.SIZE;
    private static final double NEVER = Double.POSITIVE_INFINITY;

    final OptimizerKind kind;
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

    /** 1 for each parameter that weight decay acts on, and 0 for the others. */
    private final double[] acts = new double[SIZE];

    PlainOptimizer(OptimizerKind kind, OptimizerSettings settings, double[] parameters, DecayedParameters decayed) {
        this.kind = kind;
        this.settings = settings;
        this.parameters = parameters;
        weightDecayChange = settings.schedule().weightDecayChange();
        for (ParameterSpec spec : OptimizerRun.LAYOUT.specs()) {
            int begin = (int) OptimizerRun.LAYOUT.offset(spec.name());
            Arrays.fill(acts, begin, begin + (int) spec.elements(), decayed.contains(spec) ? 1 : 0);
        }
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
            decay[i] = -learningRate * acts[i] * weightDecay * parameters[i];
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
            decay[i] = -rate * acts[i] * weightDecay * parameters[i];
        }
    }

    /** Adam of g + ωθ, and what of its change comes from ωθ: m without it is that of the gradients alone. */
    private void adam(int step, double[] gradient, double[] change, double[] decay) {
        for (int i = 0; i < SIZE; i++) {
            double coupled = gradient[i] + acts[i] * weightDecay * parameters[i];
            first[i] = settings.beta1() * first[i] + (1 - settings.beta1()) * coupled;
            decayed[i] = settings.beta1() * decayed[i] + (1 - settings.beta1()) * acts[i] * weightDecay * parameters[i];
            second[i] = settings.beta2() * second[i] + (1 - settings.beta2()) * coupled * coupled;
            double whole = -learningRate * corrected(first[i], settings.beta1(), step) / root(i, step);
            decay[i] = -learningRate * corrected(decayed[i], settings.beta1(), step) / root(i, step);
            change[i] = whole - decay[i];
            double magnitude = Math.abs(gradient[i]) + Math.abs(acts[i] * weightDecay * parameters[i]);
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
        double rate = OptimizerKind.ADAM_W_LEARNING_RATE * schedule(step);
        double[] hiddenDecay = decay.clone();
        adamW(step, gradient, change, decay, rate);
        for (ParameterSpec spec : OptimizerRun.LAYOUT.specs()) {
            String name = spec.name();
            boolean hidden = name.contains(".layers.") && spec.shape().length == 2;
            int matrices = hidden ? name.contains("in_proj") ? 3 : 1 : 0;
            for (int matrix = 0; matrix < matrices; matrix++) {
                int rows = (int) spec.shape()[0] / matrices;
                int columns = (int) spec.shape()[1];
                int begin = (int) OptimizerRun.LAYOUT.offset(name) + matrix * rows * columns;
                double[][] direction = new double[rows][columns];
                for (int i = 0; i < rows * columns; i++) {
                    double g = gradient[begin + i];
                    decayed[begin + i] = settings.momentum() * decayed[begin + i] + g;
                    direction[i / columns][i % columns] =
                            nesterov ? g + settings.momentum() * decayed[begin + i] : decayed[begin + i];
                }
                double scale = kind == OptimizerKind.MUON
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
