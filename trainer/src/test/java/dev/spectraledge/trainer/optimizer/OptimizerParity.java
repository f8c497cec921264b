package dev.spectraledge.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.trainer.model.ParameterSpec;
import java.util.Arrays;

/** Compares parameters and the exact parts of their change with {@link PlainOptimizer}. */
record OptimizerParity(OptimizerKind kind, DType type, DecayedParameters decayed) {
    /** Compares; after about half of the steps it becomes known when the weight decay of the third run changes. */
    void follow(Backend backend, int threads, int steps) {
        double epsilon = type == DType.FLOAT64 ? 0x1p-52 : 0x1p-23;
        int event = steps * 11 / 20;
        int afterEvent = steps * 12 / 20;
        try (OptimizerRun run = new OptimizerRun(backend, kind, type, threads, decayed)) {
            PlainOptimizer[] plain = new PlainOptimizer[kind.settings().size()];
            double[][] begin = new double[plain.length][];
            for (int i = 0; i < plain.length; i++) {
                begin[i] = run.read(run.parameters.flat(), i);
                plain[i] = new PlainOptimizer(kind, kind.settings().get(i), begin[i].clone(), decayed);
            }
            double[] travelled = new double[plain.length];
            double[] travelledByParts = new double[plain.length];
            for (int step = 1; step <= steps; step++) {
                run.drawGradients();
                run.step();
                for (int i = 0; i < plain.length; i++) {
                    plain[i].step(step, run.read(run.gradients.flat(), i));
                    travelled[i] += plain[i].longest;
                    travelledByParts[i] += plain[i].longestPart;
                    assertThat(run.optimizer.learningRate(i, step)).isEqualTo(plain[i].learningRate);
                    assertThat(run.optimizer.weightDecay(i, step)).isEqualTo(plain[i].weightDecay);
                }
                if (step == event) {
                    run.optimizer.changeWeightDecayAfter(2, afterEvent);
                    plain[2].weightDecayChange = afterEvent;
                }
            }
            for (int i = 0; i < plain.length; i++) {
                // Each step rounds θ and the accumulators once, and what is added to them a few times.
                double rounded = steps * epsilon * largest(begin[i], plain[i].parameters);
                double bound = rounded + 8 * epsilon * kind.amplification() * travelled[i];
                double boundOfParts = rounded + 8 * epsilon * kind.amplification() * travelledByParts[i];
                double[] parameters = run.read(run.parameters.flat(), i);
                double[] decayPart = run.read(run.decayPart, i);
                double[] sum = new double[OptimizerRun.SIZE];
                for (int j = 0; j < OptimizerRun.SIZE; j++) {
                    sum[j] = begin[i][j] + plain[i].gradientPart[j] + decayPart[j];
                }
                requireNoDecayOfOthers(decayPart);
                String name = kind + " " + backend.name() + " " + type + " run " + i;
                requireClose(
                        name + " parameters",
                        parameters,
                        plain[i].parameters,
                        kind == OptimizerKind.ADAM ? boundOfParts : bound);
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

    private void requireNoDecayOfOthers(double[] decayPart) {
        for (ParameterSpec spec : OptimizerRun.LAYOUT.specs()) {
            int begin = (int) OptimizerRun.LAYOUT.offset(spec.name());
            if (!decayed.contains(spec)) {
                assertThat(Arrays.copyOfRange(decayPart, begin, begin + (int) spec.elements()))
                        .as(spec.name())
                        .containsOnly(0);
            }
        }
    }
}
