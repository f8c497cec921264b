package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An optimiser that updates each element from its own gradient and moments in one pass over the flat vectors: AdamW, Adam
 * and SGD. Adding one of this kind is a kernel in the backend and a factory method here.
 */
public final class FusedOptimizer implements Optimizer {
    @FunctionalInterface
    private interface Kernel {
        void apply(OptimizerArguments arguments);
    }

    private static final int FIRST_MOMENT = 0;
    private static final int SECOND_MOMENT = 1;
    private static final int DECAY_MOMENT = 2;

    private final Kernel kernel;
    private final DecayGroups hyperparameters;
    /** Whether weight decay goes through the moments, so that the decay part is not in proportion to the parameters. */
    private final boolean isCoupled;

    private final Map<String, Parameters> state = new LinkedHashMap<>();
    private final OptimizerArguments[][] slices;

    /**
     * Prepares for the last parameters, as many as are in {@code layout}.
     *
     * @param moments names of the state: first moment, second moment, decay moment, as many as the kernel has
     */
    private FusedOptimizer(
            OptimizerTarget target,
            ParameterLayout layout,
            Kernel kernel,
            DecayGroups hyperparameters,
            String... moments) {
        this.kernel = kernel;
        this.hyperparameters = hyperparameters;
        isCoupled = moments.length > DECAY_MOMENT;
        Tensor[] vectors = new Tensor[DECAY_MOMENT + 1];
        for (int i = 0; i < moments.length; i++) {
            Parameters moment = target.moment(layout);
            state.put(moments[i], moment);
            vectors[i] = moment.flat();
        }
        slices = slices(target, layout, vectors);
    }

    /** AdamW (Loshchilov and Hutter 2019). */
    public static FusedOptimizer adamW(OptimizerTarget target, List<OptimizerSettings> settings) {
        return adamW(target, settings, target.parameters().layout());
    }

    /** AdamW for whatever is not inside the blocks. */
    static FusedOptimizer adamW(OptimizerTarget target, List<OptimizerSettings> settings, HiddenMatrices matrices) {
        return adamW(target, settings, matrices.others());
    }

    private static FusedOptimizer adamW(
            OptimizerTarget target, List<OptimizerSettings> settings, ParameterLayout layout) {
        DecayGroups hyperparameters = new DecayGroups(target, settings, true);
        return new FusedOptimizer(target, layout, target.backend()::adamW, hyperparameters, "exp_avg", "exp_avg_sq");
    }

    /**
     * Adam with weight decay coupled through the gradient (Kingma and Ba 2015). PyTorch's {@code exp_avg} is the sum of
     * {@code exp_avg} and {@code exp_avg_decay} here.
     */
    public static FusedOptimizer adam(OptimizerTarget target, List<OptimizerSettings> settings) {
        DecayGroups hyperparameters = new DecayGroups(target, settings, true);
        return new FusedOptimizer(
                target,
                target.parameters().layout(),
                target.backend()::adam,
                hyperparameters,
                "exp_avg",
                "exp_avg_sq",
                "exp_avg_decay");
    }

    /** SGD with decoupled weight decay, and a momentum buffer if any run has momentum. */
    public static FusedOptimizer sgd(OptimizerTarget target, List<OptimizerSettings> settings) {
        return sgd(target, settings, false);
    }

    /** SGD whose momentum looks ahead (Nesterov, as PyTorch has it). */
    public static FusedOptimizer nesterov(OptimizerTarget target, List<OptimizerSettings> settings) {
        return sgd(target, settings, true);
    }

    private static FusedOptimizer sgd(OptimizerTarget target, List<OptimizerSettings> settings, boolean nesterov) {
        boolean momentum = settings.stream().anyMatch(own -> own.momentum() != 0);
        return new FusedOptimizer(
                target,
                target.parameters().layout(),
                arguments -> target.backend().sgd(arguments, nesterov),
                new DecayGroups(target, settings, false),
                momentum ? new String[] {"momentum_buffer"} : new String[0]);
    }

    /**
     * Each worker's part of the last parameters, cut where weight decay begins or ceases to act and where the watched prefix
     * ends. There is no decay part of what does not decay.
     */
    private OptimizerArguments[][] slices(OptimizerTarget target, ParameterLayout layout, Tensor[] moments) {
        Workers workers = target.workers();
        long begin = target.size() - layout.size();
        List<DecayStretch> stretches = DecayStretch.of(layout, target.decayed());
        OptimizerArguments[][] result = new OptimizerArguments[workers.count()][];
        for (int worker = 0; worker < result.length; worker++) {
            List<OptimizerArguments> own = new ArrayList<>();
            for (DecayStretch stretch : stretches) {
                long from = Math.max(workers.partBegin(layout.size(), worker), stretch.begin());
                long to = Math.min(workers.partBegin(layout.size(), worker + 1), stretch.end());
                if (from < to) {
                    addSlices(
                            target, new DecayStretch(begin + from, begin + to, stretch.decays()), begin, moments, own);
                }
            }
            result[worker] = own.toArray(OptimizerArguments[]::new);
        }
        return result;
    }

    private void addSlices(
            OptimizerTarget target, DecayStretch part, long begin, Tensor[] moments, List<OptimizerArguments> slices) {
        long from = part.begin();
        long to = part.end();
        long cut = part.decays() ? Math.clamp(target.watched(), from, to) : from;
        Tensor table = hyperparameters.table(part.decays());
        if (from < cut) {
            slices.add(
                    slice(target, begin, from, cut, moments, target.decayPart().slice(1, from, cut), table));
        }
        if (cut < to) {
            slices.add(slice(target, begin, cut, to, moments, null, table));
        }
    }

    private static OptimizerArguments slice(
            OptimizerTarget target, long begin, long from, long to, Tensor[] moments, Tensor decay, Tensor table) {
        Tensor[] own = new Tensor[moments.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = moments[i] == null ? null : moments[i].slice(1, from - begin, to - begin);
        }
        return new OptimizerArguments(
                target.parameters().flat().slice(1, from, to),
                target.gradients().flat().slice(1, from, to),
                own[FIRST_MOMENT],
                own[SECOND_MOMENT],
                own[DECAY_MOMENT],
                null,
                decay,
                table);
    }

    @Override
    public void stage(long firstStep, int count) {
        hyperparameters.stage(firstStep, count);
    }

    @Override
    public void begin(Tensor squares) {
        hyperparameters.begin(squares);
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
        hyperparameters.deactivate(run);
    }

    @Override
    public void changeWeightDecayAfter(int run, long step) {
        hyperparameters.schedule(run).changeWeightDecayAfter(step);
    }

    @Override
    public double learningRate(int run, long step) {
        return hyperparameters.schedule(run).learningRate(step);
    }

    @Override
    public double weightDecay(int run, long step) {
        return hyperparameters.schedule(run).weightDecay(step);
    }

    @Override
    public double decayRate(int run, ParameterSubset subset, long step) {
        return isCoupled && !hyperparameters.spares(subset) ? Double.NaN : hyperparameters.decayRate(run, subset, step);
    }

    @Override
    public double decayRate(int run, ParameterGroup group, long step) {
        return isCoupled ? Double.NaN : hyperparameters.schedule(run).decayRate(step);
    }

    @Override
    public Map<String, Parameters> state() {
        return state;
    }
}
