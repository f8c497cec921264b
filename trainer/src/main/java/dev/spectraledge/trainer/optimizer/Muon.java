package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.model.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Muon (Jordan et al. 2024): matrices inside the blocks move against their orthogonalised momentum, θ ← θ − ηωθ −
 * η·scale·NewtonSchulz(b), b being the momentum of {@link Backend#sgd}, or its average ({@link MuonConvention}); everything else moves by AdamW. Both parts of the
 * update are exact: Δθ_decay = −ηωθ, and Δθ_grad is the rest.
 *
 * <p>On the host each worker orthogonalises its matrices one after another; on a device all matrices of one shape, of all
 * runs, are one batch.
 */
public final class Muon implements Optimizer {
    private final Backend backend;
    private final Settings settings;
    private final Hyperparameters momentum;
    private final DecayGroups step;
    private final FusedOptimizer others;
    private final Map<String, Parameters> state = new LinkedHashMap<>();
    private final Batch[][] batches;
    private final boolean[] active;

    /**
     * What all runs have in common.
     *
     * @param nesterov whether momentum looks ahead
     * @param steps of the iteration that orthogonalises
     */
    public record Settings(boolean nesterov, int steps, MuonScale scale, MuonConvention convention) {}

    /**
     * Prepares for S runs.
     *
     * @param hidden of each run, for the matrices inside the blocks; their momentum is Muon's
     * @param others of each run, for AdamW
     */
    public Muon(
            OptimizerTarget target, List<OptimizerSettings> hidden, List<OptimizerSettings> others, Settings settings) {
        this.settings = settings;
        backend = target.backend();
        active = new boolean[target.runs()];
        Arrays.fill(active, true);
        HiddenMatrices matrices = new HiddenMatrices(target.parameters().layout(), target.decayed());
        // A step of rate −1 from zero leaves the momentum itself. What it moves is scaled and decays with the second
        // table.
        momentum = Hyperparameters.of(target, map(hidden, OptimizerSettings::forMomentumAlone), false);
        for (int run = 0; run < hidden.size(); run++) {
            momentum.dampen(run, settings.convention().dampening(hidden.get(run).momentum()));
        }
        step = new DecayGroups(target, map(hidden, OptimizerSettings::withoutClipping), false);
        Parameters buffer = target.moment(matrices.layout());
        state.put("momentum_buffer", buffer);
        this.others = FusedOptimizer.adamW(target, others, matrices);
        state.putAll(this.others.state());
        batches = parameters(target).isOnDevice()
                ? new Batch[][] {together(target, matrices, buffer.flat())}
                : apart(target, matrices, buffer.flat());
    }

    private static Tensor parameters(OptimizerTarget target) {
        return target.parameters().flat();
    }

    private static List<OptimizerSettings> map(
            List<OptimizerSettings> settings, UnaryOperator<OptimizerSettings> change) {
        return settings.stream().map(change).toList();
    }

    /** Matrices of one shape, all runs of each. */
    private Batch[] together(OptimizerTarget target, HiddenMatrices matrices, Tensor buffer) {
        List<List<HiddenMatrices.Matrix>> shapes = new ArrayList<>();
        for (HiddenMatrices.Matrix matrix : matrices.matrices()) {
            shapes.stream()
                    .filter(shape -> shape.getFirst().hasShapeOf(matrix))
                    .findFirst()
                    .orElseGet(() -> {
                        shapes.add(new ArrayList<>());
                        return shapes.getLast();
                    })
                    .add(matrix);
        }
        return shapes.stream()
                .map(shape -> new Batch(
                        target, buffer, shape, 0, target.runs(), scratch(target, shape.getFirst(), shape.size())))
                .toArray(Batch[]::new);
    }

    /** One matrix of one run at a time, the largest first to whichever worker has least to do. */
    private Batch[][] apart(OptimizerTarget target, HiddenMatrices matrices, Tensor buffer) {
        int workers = target.workers().count();
        List<List<Batch>> result = new ArrayList<>();
        List<Map<List<Long>, NewtonSchulz>> scratch = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            result.add(new ArrayList<>());
            scratch.add(new LinkedHashMap<>());
        }
        double[] load = new double[workers];
        List<HiddenMatrices.Matrix> sorted = matrices.matrices().stream()
                .sorted(Comparator.comparingDouble(HiddenMatrices.Matrix::cost).reversed())
                .toList();
        for (HiddenMatrices.Matrix matrix : sorted) {
            for (int run = 0; run < target.runs(); run++) {
                int worker = leastLoaded(load);
                load[worker] += matrix.cost();
                NewtonSchulz own = scratch.get(worker)
                        .computeIfAbsent(List.of(matrix.rows(), matrix.columns()), shape -> scratch(target, matrix, 1));
                result.get(worker).add(new Batch(target, buffer, List.of(matrix), run, run + 1, own));
            }
        }
        return result.stream().map(own -> own.toArray(Batch[]::new)).toArray(Batch[][]::new);
    }

    private static int leastLoaded(double[] load) {
        int least = 0;
        for (int worker = 1; worker < load.length; worker++) {
            least = load[worker] < load[least] ? worker : least;
        }
        return least;
    }

    private NewtonSchulz scratch(OptimizerTarget target, HiddenMatrices.Matrix matrix, int count) {
        Tensor parameters = parameters(target);
        long runs = parameters.isOnDevice() ? parameters.size(0) : 1;
        return new NewtonSchulz(
                backend,
                target.owner(),
                parameters.type(),
                count * runs,
                matrix.rows(),
                matrix.columns(),
                settings.steps(),
                settings.convention());
    }

    @Override
    public void stage(long firstStep, int count) {
        momentum.stage(firstStep, count);
        step.stage(firstStep, count);
        others.stage(firstStep, count);
    }

    @Override
    public void begin(Tensor squares) {
        momentum.begin(squares);
        step.begin(squares);
        others.begin(squares);
    }

    @Override
    public void update(int worker) {
        Batch[] own = batches[worker];
        for (int i = 0; i < own.length; i++) {
            own[i].update();
        }
        others.update(worker);
    }

    @Override
    public void deactivate(int run) {
        active[run] = false;
        momentum.deactivate(run);
        step.deactivate(run);
        others.deactivate(run);
    }

    @Override
    public void changeWeightDecayAfter(int run, long lastStep) {
        step.schedule(run).changeWeightDecayAfter(lastStep);
        others.changeWeightDecayAfter(run, lastStep);
    }

    /** That of the matrices inside the blocks. */
    @Override
    public double learningRate(int run, long ofStep) {
        return step.schedule(run).learningRate(ofStep);
    }

    @Override
    public double weightDecay(int run, long ofStep) {
        return step.schedule(run).weightDecay(ofStep);
    }

    @Override
    public double decayRate(int run, ParameterSubset subset, long ofStep) {
        boolean hasTwoRates = subset.groups().contains(ParameterGroup.OTHER) && !step.spares(subset);
        return hasTwoRates ? Double.NaN : step.decayRate(run, subset, ofStep);
    }

    @Override
    public double decayRate(int run, ParameterGroup group, long ofStep) {
        return group == ParameterGroup.OTHER
                ? others.decayRate(run, group, ofStep)
                : step.schedule(run).decayRate(ofStep);
    }

    @Override
    public Map<String, Parameters> state() {
        return state;
    }

    /** Matrices of one shape, of some of the runs. */
    private final class Batch {
        private final int from;
        private final int to;
        private final NewtonSchulz newtonSchulz;
        private final double scale;
        private final OptimizerArguments[] momentumSteps;
        private final OptimizerArguments[] steps;

        Batch(
                OptimizerTarget target,
                Tensor buffer,
                List<HiddenMatrices.Matrix> matrices,
                int from,
                int to,
                NewtonSchulz newtonSchulz) {
            this.from = from;
            this.to = to;
            this.newtonSchulz = newtonSchulz;
            scale = settings.scale()
                    .factor(matrices.getFirst().rows(), matrices.getFirst().columns());
            momentumSteps = new OptimizerArguments[matrices.size()];
            steps = new OptimizerArguments[matrices.size()];
            for (int i = 0; i < steps.length; i++) {
                HiddenMatrices.Matrix matrix = matrices.get(i);
                momentumSteps[i] = new OptimizerArguments(
                        part(newtonSchulz.input(), i, matrix),
                        slice(target.gradients().flat(), matrix),
                        slice(buffer, matrix),
                        null,
                        null,
                        null,
                        momentum.table().slice(0, from, to));
                boolean isAccumulated = matrix.decays() && matrix.offset() < target.watched();
                steps[i] = new OptimizerArguments(
                        slice(parameters(target), matrix),
                        part(newtonSchulz.output(), i, matrix),
                        null,
                        null,
                        null,
                        isAccumulated ? slice(target.decayPart(), matrix) : null,
                        step.table(matrix.decays()).slice(0, from, to));
            }
        }

        private Tensor slice(Tensor vectors, HiddenMatrices.Matrix matrix) {
            return vectors.slice(0, from, to).slice(1, matrix.offset(), matrix.offset() + matrix.elements());
        }

        /** Of the matrices of all runs, one after another, those of number {@code i}. */
        private Tensor part(Tensor matrices, int i, HiddenMatrices.Matrix matrix) {
            int runs = to - from;
            return matrices.slice(0, (long) i * runs, (i + 1L) * runs).reshape(runs, matrix.elements());
        }

        void update() {
            if (to - from == 1 && !active[from]) {
                return;
            }
            backend.fill(newtonSchulz.input(), 0);
            for (int i = 0; i < momentumSteps.length; i++) {
                backend.sgd(momentumSteps[i], settings.nesterov());
            }
            newtonSchulz.orthogonalise(scale);
            for (int i = 0; i < steps.length; i++) {
                backend.sgd(steps[i], false);
            }
        }
    }
}
