package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.ResultQueue;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Workspace;
import dev.spectraledge.trainer.optimizer.Optimizer;
import dev.spectraledge.trainer.optimizer.OptimizerTarget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains with recorded steps: one replay is a whole step of all runs, from taking the batch to leaving loss and gradient
 * norm in a queue. The host launches a stretch of steps, packs the batches of the next, and reads the results of the one
 * before meanwhile; it never waits for a single step. For backends of devices, where launching an operation costs more
 * than doing it.
 */
public final class GraphTrainer implements ModelTrainer {
    /** Steps that are launched before the host looks at the results of those before them. */
    static final int STRETCH = 64;

    /** Observations that may wait for the host: those of two stretches. */
    static final int QUEUED = 2 * STRETCH;

    private static final int EVALUATION_ROWS = 1024;

    private final Backend backend;
    private final TrainingSetup setup;
    private final MemoryOwner owner = MemoryOwner.open("graph trainer");
    private final Workers alone = new Workers(1);
    private final Parameters parameters;
    private final Parameters gradients;
    private final Model model;
    private final BatchRing batches;
    private final UpdateFeed feed;
    private final Optimizer optimizer;
    private final int objectives;
    private final ResultQueue results;
    private final Tensor statistics;
    private final Tensor squares;
    private final Map<BatchSize, RecordedOperations> steps = new HashMap<>();
    private final Map<Long, RecordedOperations> observations = new HashMap<>();
    private final RecordedEvaluator trainEvaluator;
    private final RecordedEvaluator testEvaluator;
    /** Null where sequences answer no sources. */
    private final GreedyDecoder testDecoder;

    private final Tensor parameterSquares;
    private final double[] losses;
    private final double[] gradientNorms;
    private final boolean[] finished;
    private long launched;
    private long reported;
    private long firstStep;
    private long stepNanos;
    private long observerNanos;

    public GraphTrainer(
            Backend backend, TrainingSetup setup, BatchSource source, List<? extends UpdateObserver> observers) {
        this.backend = backend;
        this.setup = setup;
        int runs = setup.runs();
        ParameterLayout layout = setup.architecture().layout();
        parameters = Parameters.allocate(backend, owner, setup.precision(), runs, layout);
        gradients = Parameters.allocate(backend, owner, setup.precision(), runs, layout);
        batches = new BatchRing(backend, owner, setup, source, STRETCH);
        int rows = Math.max(batches.capacityRows(), Math.max(EVALUATION_ROWS, setup.contextLength()));
        model = setup.architecture()
                .create(new Workspace(backend, owner, setup.precision(), runs, rows, parameters, gradients)
                        .withSourceRows(batches.capacitySourceRows())
                        .withLossGradient(setup.lossGradient()));
        feed = new UpdateFeed(backend, owner, alone, parameters, this::decayRate, observers);
        OptimizerTarget target = new OptimizerTarget(backend, owner, alone, parameters, gradients, feed.decayPart());
        optimizer = setup.optimizer().create(target, setup.settings());
        objectives = setup.form().objectives();
        long sums = 3L * objectives * runs;
        results = new ResultQueue(backend, owner, QUEUED, sums + runs);
        statistics = results.written().slice(0, 0, sums).reshape(objectives, runs, 3);
        squares = results.written().slice(0, sums, sums + runs);
        List<EvaluationSet> tested = setup.testEvaluation();
        trainEvaluator = evaluator(setup.trainEvaluation());
        testEvaluator = evaluator(tested);
        testDecoder = setup.form().hasSource() ? decoder(tested) : null;
        parameterSquares = backend.allocate(owner, DType.FLOAT64, runs);
        losses = new double[runs];
        gradientNorms = new double[runs];
        finished = new boolean[runs];
    }

    private RecordedEvaluator evaluator(List<EvaluationSet> data) {
        return new RecordedEvaluator(
                backend,
                owner,
                model,
                data,
                setup.paddingToken(),
                setup.precision(),
                EVALUATION_ROWS,
                setup.batchSize());
    }

    private GreedyDecoder decoder(List<EvaluationSet> tested) {
        return new GreedyDecoder(
                backend,
                owner,
                model,
                setup.precision(),
                tested,
                0,
                1,
                setup.paddingToken(),
                Math.max(EVALUATION_ROWS, setup.contextLength()),
                setup.batchSize());
    }

    private double decayRate(int run, ParameterSubset subset, long ofStep) {
        return optimizer.decayRate(run, subset, ofStep);
    }

    @Override
    public void initialise() {
        parameters.initialise(backend, setup.seeds());
    }

    @Override
    public void start() {
        feed.start();
    }

    @Override
    public void resumeFrom(long stepsDone) {
        firstStep = stepsDone;
        launched = stepsDone;
        reported = stepsDone;
        feed.resumeFrom(stepsDone);
        optimizer.resumeFrom(stepsDone);
    }

    @Override
    public void advanceTo(long last, StepListener listener) {
        while (reported < last) {
            long begin = System.nanoTime();
            long before = launched;
            // More than a stretch waits only where a divergence has interrupted the reading.
            if (launched < last && launched - reported <= STRETCH) {
                launch((int) Math.min(batches.room(), last - launched));
            }
            stepNanos += System.nanoTime() - begin;
            // The stretch that was launched just now runs while the results of the one before it are read.
            while (reported < before) {
                report(reported + 1);
                listener.stepped(reported);
            }
        }
    }

    @Override
    public long longestStretch() {
        return 4L * STRETCH;
    }

    private void launch(int count) {
        BatchSize size = batches.stage(launched + 1, count);
        RecordedOperations step = steps.computeIfAbsent(size, this::recordStep);
        for (int i = 0; i < count; i++) {
            step.run();
            launched++;
            long pattern = feed.pattern(launched);
            if (pattern != 0) {
                observation(pattern).run();
            }
        }
        results.fetch(launched - firstStep);
        feed.fetch(launched);
    }

    /** What follows a step of this pattern, of which the one that was launched last is one. */
    private RecordedOperations observation(long pattern) {
        RecordedOperations known = observations.get(pattern);
        if (known == null) {
            long representative = launched;
            known = new RecordedOperations(backend, () -> feed.stepped(representative));
            observations.put(pattern, known);
        }
        return known;
    }

    private RecordedOperations recordStep(BatchSize size) {
        PackedBatch batch = batches.batch(size);
        return new RecordedOperations(backend, () -> step(batch));
    }

    /** All the operations of a step. */
    private void step(PackedBatch batch) {
        batches.take(batch);
        backend.fill(gradients.flat(), 0);
        backend.fill(statistics, 0);
        model.differentiate(batch, statistics);
        backend.sumOfSquares(gradients.flat(), squares);
        optimizer.begin(squares);
        optimizer.update(0);
        results.publish();
    }

    private void report(long step) {
        long begin = System.nanoTime();
        Tensor result = results.entry(step - firstStep - 1);
        int runs = setup.runs();
        for (int run = 0; run < runs; run++) {
            losses[run] = 0;
            for (int objective = 0; objective < objectives; objective++) {
                losses[run] += result.getDouble(3L * (objective * runs + run));
            }
            gradientNorms[run] = Math.sqrt(result.getDouble(3L * objectives * runs + run));
        }
        long read = System.nanoTime();
        stepNanos += read - begin;
        for (int run = 0; run < runs; run++) {
            if (!finished[run] && (!Double.isFinite(losses[run]) || !Double.isFinite(gradientNorms[run]))) {
                throw diverged(run, step);
            }
        }
        feed.absorb(step);
        reported = step;
        observerNanos += System.nanoTime() - read;
    }

    private DivergenceException diverged(int run, long step) {
        return new DivergenceException(
                run,
                setup.seeds()[run],
                step,
                "the loss is " + losses[run] + " and the gradient norm " + gradientNorms[run]);
    }

    @Override
    public void finish(int run) {
        finished[run] = true;
        optimizer.deactivate(run);
    }

    @Override
    public long stepsDone() {
        return reported;
    }

    @Override
    public Evaluation[] evaluateTrain() {
        return trainEvaluator.evaluate();
    }

    @Override
    public Evaluation[] evaluateTest() {
        return testEvaluator.evaluate();
    }

    @Override
    public Decoding[] decodeTest() {
        return testDecoder.decode();
    }

    @Override
    public double loss(int run) {
        return losses[run];
    }

    @Override
    public double gradientNorm(int run) {
        return gradientNorms[run];
    }

    @Override
    public double[] parameterNorms() {
        return parameters.norms(backend, parameterSquares);
    }

    @Override
    public long stepNanos() {
        return stepNanos;
    }

    @Override
    public long observerNanos() {
        return observerNanos;
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Optimizer optimizer() {
        return optimizer;
    }

    @Override
    public Map<String, Tensor> state() {
        return feed.state();
    }

    @Override
    public void close() {
        steps.values().forEach(RecordedOperations::close);
        observations.values().forEach(RecordedOperations::close);
        trainEvaluator.close();
        testEvaluator.close();
        alone.close();
        owner.close();
    }
}
