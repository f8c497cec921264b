package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.model.Parameters;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An optimiser that updates each element from its own gradient and moments in one pass over the flat vectors: AdamW and
 * SGD. Adding one of this kind is a kernel in the backend and a factory method here.
 */
public final class FusedOptimizer implements Optimizer {
    @FunctionalInterface
    private interface Kernel {
        void apply(OptimizerArguments arguments);
    }

    private final Kernel kernel;
    private final Tensor hyperparameters;
    private final Map<String, Parameters> state = new LinkedHashMap<>();
    private final OptimizerArguments[][] slices;

    private FusedOptimizer(
            Target target, Kernel kernel, List<OptimizerSettings> settings, boolean adam, boolean momentum) {
        this.kernel = kernel;
        int runs = settings.size();
        hyperparameters =
                target.backend.allocate(target.owner, DType.FLOAT64, runs, OptimizerArguments.HYPERPARAMETERS);
        for (int run = 0; run < runs; run++) {
            OptimizerSettings own = settings.get(run);
            Tensor row = hyperparameters.run(run);
            row.set(own.learningRate(), OptimizerArguments.LEARNING_RATE);
            row.set(own.weightDecay(), OptimizerArguments.WEIGHT_DECAY);
            row.set(adam ? own.beta1() : own.momentum(), OptimizerArguments.BETA1);
            row.set(own.beta2(), OptimizerArguments.BETA2);
            row.set(own.epsilon(), OptimizerArguments.EPSILON);
            row.set(1, OptimizerArguments.ACTIVE);
        }
        Tensor first = adam ? target.state(state, "exp_avg") : momentum ? target.state(state, "momentum_buffer") : null;
        Tensor second = adam ? target.state(state, "exp_avg_sq") : null;
        slices = target.slices(first, second, hyperparameters);
    }

    /** AdamW (Loshchilov and Hutter 2019). */
    public static FusedOptimizer adamW(Target target, List<OptimizerSettings> settings) {
        return new FusedOptimizer(target, target.backend::adamW, settings, true, false);
    }

    /** SGD, with a momentum buffer if any run has momentum, optionally with Nesterov's look-ahead. */
    public static FusedOptimizer sgd(Target target, List<OptimizerSettings> settings, boolean nesterov) {
        boolean momentum = settings.stream().anyMatch(own -> own.momentum() != 0);
        return new FusedOptimizer(
                target, arguments -> target.backend.sgd(arguments, nesterov), settings, false, momentum);
    }

    @Override
    public void prepare(long step, double[] gradientScale) {
        for (int run = 0; run < gradientScale.length; run++) {
            Tensor row = hyperparameters.run(run);
            set(row, OptimizerArguments.STEP, (double) step);
            set(row, OptimizerArguments.GRADIENT_SCALE, gradientScale[run]);
        }
    }

    /** FLOAT64 {@code [S, HYPERPARAMETERS]} of {@link OptimizerArguments}, for steps that the backend itself begins. */
    public Tensor hyperparameters() {
        return hyperparameters;
    }

    private static void set(Tensor row, int column, double value) {
        row.segment().set(ValueLayout.JAVA_DOUBLE, (long) column * Double.BYTES, value);
    }

    @Override
    public void update(int worker) {
        OptimizerArguments[] own = slices[worker];
        for (int slice = 0; slice < own.length; slice++) {
            kernel.apply(own[slice]);
        }
    }

    @Override
    public void deactivate(int run) {
        hyperparameters.set(0, run, OptimizerArguments.ACTIVE);
    }

    @Override
    public double learningRate(int run) {
        return hyperparameters.run(run).getDouble(OptimizerArguments.LEARNING_RATE);
    }

    @Override
    public Map<String, Parameters> state() {
        return state;
    }

    /**
     * What an optimiser works on.
     *
     * @param parameters θ
     * @param gradients of the whole batch
     * @param decayPart {@code [S, n]} accumulator of Δθ_decay for the first n parameters, or null where nobody watches
     */
    public record Target(
            Backend backend,
            MemoryOwner owner,
            Workers workers,
            Parameters parameters,
            Parameters gradients,
            Tensor decayPart) {
        private Tensor state(Map<String, Parameters> state, String name) {
            Tensor flat = parameters.flat();
            Parameters moment = Parameters.allocate(
                    backend, owner, flat.type(), Math.toIntExact(flat.size(0)), parameters.layout());
            state.put(name, moment);
            return moment.flat();
        }

        /** Each worker's part, cut where the watched prefix ends. */
        private OptimizerArguments[][] slices(Tensor first, Tensor second, Tensor hyperparameters) {
            long size = parameters.flat().size(1);
            long watched = decayPart == null ? 0 : decayPart.size(1);
            OptimizerArguments[][] result = new OptimizerArguments[workers.count()][];
            for (int worker = 0; worker < result.length; worker++) {
                long begin = workers.partBegin(size, worker);
                long end = workers.partBegin(size, worker + 1);
                long cut = Math.clamp(watched, begin, end);
                List<OptimizerArguments> own = new ArrayList<>();
                if (begin < cut) {
                    own.add(slice(begin, cut, first, second, decayPart.slice(1, begin, cut), hyperparameters));
                }
                if (cut < end) {
                    own.add(slice(cut, end, first, second, null, hyperparameters));
                }
                result[worker] = own.toArray(OptimizerArguments[]::new);
            }
            return result;
        }

        private OptimizerArguments slice(
                long from, long to, Tensor first, Tensor second, Tensor decay, Tensor hyperparameters) {
            return new OptimizerArguments(
                    parameters.flat().slice(1, from, to),
                    gradients.flat().slice(1, from, to),
                    first == null ? null : first.slice(1, from, to),
                    second == null ? null : second.slice(1, from, to),
                    null,
                    decay,
                    hyperparameters);
        }
    }
}
