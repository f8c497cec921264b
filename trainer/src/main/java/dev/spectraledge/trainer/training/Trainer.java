package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.data.BatchPacker;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Workspace;
import dev.spectraledge.trainer.optimizer.Optimizer;
import dev.spectraledge.trainer.optimizer.OptimizerTarget;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Trains S models of one shape side by side, in memory. A step is: draw and pack the batch; forward and backward of each
 * shard into its own gradient; reduce in fixed order; clip; update; hand the update to the observers. After warm-up a
 * step allocates nothing, and its result depends on the setup and the number of workers alone.
 */
public final class Trainer implements ModelTrainer {
    /** Steps whose updates an observer may take together. */
    static final int STRETCH = 8;

    private static final int EVALUATION_ROWS = 1024;

    private final Backend backend;
    private final Workers workers;
    private final TrainingSetup setup;
    private final BatchSource batches;
    private final StepIntervention intervention;
    private final boolean intervenes;
    private final MemoryOwner owner = MemoryOwner.open("trainer");
    private final Parameters parameters;
    private final Parameters gradients;
    private final Tensor[] parametersOfRuns;
    private final Tensor[] gradientsOfRuns;
    private final Shard[] shards;
    private final PackedBatch[] shardBatches;
    private final PackedBatch[] batchOfRun = new PackedBatch[1];
    private final boolean runsApart;
    private final BatchPacker packer;
    private final long[] draws;
    private final Tensor[][] gradientParts;
    private final Tensor[] squares;
    private final Tensor parameterSquares;
    private final Optimizer optimizer;
    private final UpdateFeed feed;
    private final Evaluator trainEvaluator;
    private final Evaluator testEvaluator;
    /** Of each shard; null where sequences answer no sources. */
    private final GreedyDecoder[] testDecoders;

    private final Decoding[] decodings;
    private final double[] losses;
    private final double[] gradientNorms;
    private final Tensor gradientSquares;
    private final boolean[] finished;
    private final Workers.Task differentiate = this::differentiate;
    private final Workers.Task reduce = this::reduce;
    private final Workers.Task intervene = this::intervene;
    private final Workers.Task update = this::update;
    private final Workers.Task decode = this::decode;
    private long step;
    private boolean stretchEnds;
    private long stepNanos;
    private long observerNanos;

    public Trainer(
            Backend backend,
            Workers workers,
            TrainingSetup setup,
            BatchSource batches,
            List<? extends UpdateObserver> observers) {
        this(backend, workers, setup, batches, observers, StepIntervention.NONE);
    }

    /** With something done to every step. */
    public Trainer(
            Backend backend,
            Workers workers,
            TrainingSetup setup,
            BatchSource batches,
            List<? extends UpdateObserver> observers,
            StepIntervention intervention) {
        this.backend = backend;
        this.workers = workers;
        this.setup = setup;
        this.batches = batches;
        this.intervention = intervention;
        intervenes = !intervention.equals(StepIntervention.NONE);
        int runs = setup.runs();
        ParameterLayout layout = setup.architecture().layout();
        parameters = Parameters.allocate(backend, owner, setup.precision(), runs, layout);
        gradients = Parameters.allocate(backend, owner, setup.precision(), runs, layout);
        parametersOfRuns = intervenes ? ofRuns(parameters) : new Tensor[0];
        gradientsOfRuns = intervenes ? ofRuns(gradients) : new Tensor[0];
        runsApart = runs > 1;
        shards = makeShards(layout);
        shardBatches = new PackedBatch[shards.length];
        for (int shard = 0; shard < shards.length; shard++) {
            shardBatches[shard] = shards[shard].batch();
        }
        packer = new BatchPacker(
                setup.contextLength(),
                setup.batching(),
                setup.paddingToken(),
                setup.batchSize(),
                runsApart ? 1 : shards.length);
        draws = new long[setup.batchSize()];
        gradientParts = runsApart ? gradientsOfShards() : slicesOfGradients();
        squares = new Tensor[gradientParts.length];
        for (int part = 0; part < squares.length; part++) {
            squares[part] = backend.allocate(owner, DType.FLOAT64, 1);
        }
        parameterSquares = backend.allocate(owner, DType.FLOAT64, runs);
        feed = new UpdateFeed(backend, owner, workers, parameters, this::decayRate, observers);
        OptimizerTarget target = new OptimizerTarget(backend, owner, workers, parameters, gradients, feed.decayPart());
        optimizer = setup.optimizer().create(target, setup.settings());
        int evaluationRows = Math.max(setup.contextLength(), Math.min(EVALUATION_ROWS, setup.capacityRows()));
        EvaluationPlan plan = evaluationPlan(evaluationRows);
        List<EvaluationSet> tested = setup.testEvaluation();
        trainEvaluator = evaluator(plan, setup.trainEvaluation());
        testEvaluator = evaluator(plan, tested);
        testDecoders = setup.form().hasSource() ? decoders(evaluationRows, tested) : null;
        decodings = new Decoding[shards.length];
        losses = new double[runs];
        gradientNorms = new double[runs];
        gradientSquares = backend.allocate(owner, DType.FLOAT64, runs);
        finished = new boolean[runs];
    }

    private static Tensor[] ofRuns(Parameters all) {
        Tensor[] result = new Tensor[Math.toIntExact(all.flat().size(0))];
        for (int run = 0; run < result.length; run++) {
            result[run] = all.runs(run, run + 1).flat();
        }
        return result;
    }

    private EvaluationPlan evaluationPlan(int rows) {
        if (!setup.architecture().sharesPrefixes()) {
            List<Model> models = Arrays.stream(shards).map(Shard::model).toList();
            return EvaluationPlan.ofWholeSequences(backend, owner, setup, models, rows);
        }
        List<Parameters> ofShards = new ArrayList<>();
        for (int shard = 0; shard < shards.length; shard++) {
            int run = runsApart ? shard : 0;
            ofShards.add(parameters.runs(run, run + 1));
        }
        return EvaluationPlan.ofSharedPrefixes(backend, owner, setup, ofShards, workers.count(), rows);
    }

    private Evaluator evaluator(EvaluationPlan plan, List<EvaluationSet> data) {
        return new Evaluator(backend, owner, workers, plan, runsApart, data);
    }

    private GreedyDecoder[] decoders(int rows, List<EvaluationSet> tested) {
        GreedyDecoder[] result = new GreedyDecoder[shards.length];
        for (int shard = 0; shard < result.length; shard++) {
            result[shard] = new GreedyDecoder(
                    backend,
                    owner,
                    shards[shard].model(),
                    setup.precision(),
                    List.of(tested.get(runsApart ? shard : 0)),
                    runsApart ? 0 : shard,
                    runsApart ? 1 : result.length,
                    setup.paddingToken(),
                    rows,
                    setup.batchSize());
        }
        return result;
    }

    /** A shard per run where there are several, whose workers take one after the other; else a shard of the batch per worker. */
    private Shard[] makeShards(ParameterLayout layout) {
        Shard[] result = new Shard[runsApart ? setup.runs() : workers.count()];
        Workspace[] workspaces = new Workspace[workers.count()];
        for (int shard = 0; shard < result.length; shard++) {
            int run = runsApart ? shard : 0;
            int worker = shard % workers.count();
            Parameters ownParameters = parameters.runs(run, run + 1);
            Parameters ownGradients = runsApart || shard == 0
                    ? gradients.runs(run, run + 1)
                    : Parameters.allocate(backend, owner, setup.precision(), 1, layout);
            workspaces[worker] = workspaces[worker] == null
                    ? new Workspace(
                                    backend,
                                    owner,
                                    setup.precision(),
                                    1,
                                    setup.capacityRows(),
                                    ownParameters,
                                    ownGradients)
                            .withSourceRows(setup.capacitySourceRows())
                            .withLossGradient(setup.lossGradient())
                    : workspaces[worker].inTurns(ownParameters, ownGradients);
            result[shard] = new Shard(
                    owner,
                    setup.architecture(),
                    workspaces[worker],
                    setup.precision(),
                    setup.form(),
                    setup.batchSize(),
                    setup.capacityRows());
        }
        return result;
    }

    /** The shards' gradients, cut into one slice per worker, who adds them up. */
    private Tensor[][] slicesOfGradients() {
        Tensor[][] slices = new Tensor[workers.count()][shards.length];
        long size = gradients.flat().size(1);
        for (int worker = 0; worker < slices.length; worker++) {
            for (int shard = 0; shard < shards.length; shard++) {
                slices[worker][shard] = shards[shard]
                        .gradient()
                        .slice(1, workers.partBegin(size, worker), workers.partBegin(size, worker + 1));
            }
        }
        return slices;
    }

    /** Where each shard is a run, whole gradients: their norms then do not depend on the number of workers. */
    private Tensor[][] gradientsOfShards() {
        Tensor[][] whole = new Tensor[shards.length][1];
        for (int shard = 0; shard < shards.length; shard++) {
            whole[shard][0] = shards[shard].gradient();
        }
        return whole;
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
    public void advanceTo(long last, StepListener listener) {
        stretchEnds = false;
        try {
            while (step < last && !stretchEnds) {
                step();
                listener.stepped(step);
            }
        } catch (DivergenceException divergence) {
            completeObservations();
            throw divergence;
        }
        completeObservations();
    }

    private void completeObservations() {
        long begin = System.nanoTime();
        feed.complete();
        absorbObservations();
        observerNanos += System.nanoTime() - begin;
    }

    private void absorbObservations() {
        feed.fetch(step);
        feed.absorb(step);
    }

    @Override
    public void endStretch() {
        stretchEnds = true;
    }

    @Override
    public long longestStretch() {
        return STRETCH;
    }

    /**
     * One training step of every run that is not finished.
     *
     * @throws DivergenceException before anything has changed, if the loss or the gradient of a run is not finite
     */
    public void step() {
        long begin = System.nanoTime();
        differentiateBatch(step + 1);
        workers.run(reduce);
        for (int run = 0; run < losses.length; run++) {
            if (!finished[run]) {
                collectLossAndNorm(run);
            }
        }
        step++;
        optimizer.begin(gradientSquares);
        if (intervenes) {
            workers.run(intervene);
        }
        workers.run(update);
        long trained = System.nanoTime();
        feed.stepped(step);
        absorbObservations();
        stepNanos += trained - begin;
        observerNanos += System.nanoTime() - trained;
    }

    /** Loss and gradient of the batch of one step, at the present parameters, without changing them. */
    private void differentiateBatch(long ofStep) {
        for (int shard = 0; shard < shards.length; shard++) {
            shardBatches[shard].clear();
        }
        if (runsApart) {
            for (int run = 0; run < shards.length; run++) {
                drawRun(ofStep, run);
            }
        } else {
            batches.draw(ofStep, 0, draws);
            packer.pack(setup.data().getFirst().train(), 0, draws, shardBatches);
        }
        workers.run(differentiate);
    }

    private void drawRun(long ofStep, int run) {
        if (!finished[run]) {
            batchOfRun[0] = shardBatches[run];
            batches.draw(ofStep, run, draws);
            packer.pack(setup.data().get(run).train(), 0, draws, batchOfRun);
        }
    }

    private boolean isIdle(int shard) {
        return runsApart && finished[shard];
    }

    private void differentiate(int worker) {
        for (int shard = worker; shard < shards.length; shard += workers.count()) {
            if (!isIdle(shard)) {
                shards[shard].differentiate();
            }
        }
    }

    private void reduce(int worker) {
        for (int part = worker; part < gradientParts.length; part += workers.count()) {
            if (!isIdle(part)) {
                Tensor[] parts = gradientParts[part];
                for (int shard = 1; shard < parts.length; shard++) {
                    backend.axpy(1, parts[shard], parts[0]);
                }
                backend.sumOfSquares(parts[0], squares[part]);
            }
        }
    }

    private void collectLossAndNorm(int run) {
        int from = runsApart ? run : 0;
        int to = runsApart ? run + 1 : shards.length;
        double loss = 0;
        double square = 0;
        for (int shard = from; shard < to; shard++) {
            loss += shards[shard].loss();
            square += squares[shard].getDouble(0);
        }
        double norm = Math.sqrt(square);
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw nonFinite(run, loss);
        }
        losses[run] = loss;
        gradientNorms[run] = norm;
        gradientSquares.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, run, square);
    }

    private DivergenceException nonFinite(int run, double loss) {
        String where = "the loss is " + loss;
        for (ParameterSpec spec : parameters.layout().specs()) {
            if (!finite(parameters.get(spec.name()).at(run), spec)) {
                return diverged(run, where + " and the weights " + spec.name() + " are not finite");
            }
        }
        for (ParameterSpec spec : parameters.layout().specs()) {
            if (!finite(gradients.get(spec.name()).at(run), spec)) {
                return diverged(run, where + " and the gradient of " + spec.name() + " is not finite");
            }
        }
        return diverged(run, where + " and the gradient, though finite, too large to be squared");
    }

    private DivergenceException diverged(int run, String what) {
        return new DivergenceException(run, setup.seeds()[run], step + 1, what);
    }

    private static boolean finite(Tensor tensor, ParameterSpec spec) {
        Tensor flat = tensor.reshape(spec.elements());
        for (long i = 0; i < spec.elements(); i++) {
            if (!Double.isFinite(flat.get(i))) {
                return false;
            }
        }
        return true;
    }

    private void intervene(int worker) {
        for (int run = worker; run < finished.length; run += workers.count()) {
            if (!finished[run]) {
                intervention.intervene(run, step, parametersOfRuns[run], gradientsOfRuns[run]);
            }
        }
    }

    private void update(int worker) {
        optimizer.update(worker);
    }

    @Override
    public void finish(int run) {
        finished[run] = true;
        optimizer.deactivate(run);
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
        workers.run(decode);
        if (runsApart) {
            return decodings;
        }
        Decoding all = new Decoding();
        for (Decoding part : decodings) {
            all.add(part);
        }
        return new Decoding[] {all};
    }

    private void decode(int worker) {
        for (int shard = worker; shard < shards.length; shard += workers.count()) {
            decodings[shard] = testDecoders[shard].decode()[0];
        }
    }

    @Override
    public long stepsDone() {
        return step;
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
    public double[] parameterNorms() {
        return parameters.norms(backend, parameterSquares);
    }

    @Override
    public void resumeFrom(long stepsDone) {
        step = stepsDone;
        feed.resumeFrom(stepsDone);
        optimizer.resumeFrom(stepsDone);
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
    public Parameters parameters() {
        return parameters;
    }

    /** Gradient of the last step's batch, before clipping. */
    public Parameters gradients() {
        return gradients;
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
        owner.close();
    }
}
