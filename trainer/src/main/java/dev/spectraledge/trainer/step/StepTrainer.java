package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Replay;
import dev.spectraledge.kernels.ResultQueue;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.optimizer.Optimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.optimizer.OptimizerTarget;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Trains S models of one shape side by side, in memory. In a step every lane differentiates its share of each micro-batch into
 * a gradient of its own; these are added up in fixed order; their norm decides on clipping; an intervention may change them;
 * the optimiser updates; and the observers are fed. Each of these is recorded, so that a device replays it in one launch.
 *
 * <p>Lanes that are launched ahead get a stretch of steps at once, and the results of the stretch before are read meanwhile;
 * those of other lanes are known after each step. After warm-up a step on the host allocates nothing, and its result depends
 * on the setup and the number of lanes alone.
 */
public final class StepTrainer implements AutoCloseable {
    private static final StepListener NOBODY = step -> {};

    private final Backend backend;
    private final Workers workers;
    private final TrainingSetup setup;
    private final StepIntervention intervention;
    private final boolean intervenes;
    private final boolean computesEndedRuns;
    private final MemoryOwner owner = MemoryOwner.open("trainer");
    private final Parameters parameters;
    private final Parameters gradients;
    private final Tensor[] parametersOfRuns;
    private final Tensor[] gradientsOfRuns;
    private final boolean[] ended;
    private final int ahead;
    private final long longestStretch;
    private final int shares;
    private final ResultQueue results;
    private final Tensor statistics;
    private final Tensor squares;
    private final Lane[] lanes;
    private final BatchIntake intake;
    private final Reduction reduction;
    private final Optimizer optimizer;
    private final UpdateFeed feed;
    private final Replay settling;
    private final Replay updating;
    private final ObservationRecordings observations;
    private final Evaluations trainEvaluations;
    private final Evaluations testEvaluations;
    private final List<Evaluations> otherEvaluations;
    private final Tensor parameterSquares;
    private final double[] losses;
    private final double[] gradientNorms;
    private final Workers.Task differentiate = this::differentiate;
    private final Workers.Task intervene = this::intervene;
    private final Workers.Task update;
    private boolean isFirst;
    private boolean stretchEnds;
    private long launched;
    private long reported;
    private long firstStep;
    private long stepNanos;
    private long observerNanos;

    /** Hears of each step in order. */
    @FunctionalInterface
    public interface StepListener {
        /** Called when the results of {@code step} are known; {@link StepTrainer#loss} and the like are those of it. */
        void stepped(long step);
    }

    public StepTrainer(
            Lanes lanes, TrainingSetup setup, BatchSource batches, List<? extends UpdateObserver> observers) {
        this(lanes, setup, batches, observers, StepIntervention.NONE);
    }

    /** With something done to every step. */
    public StepTrainer(
            Lanes lanes,
            TrainingSetup setup,
            BatchSource batches,
            List<? extends UpdateObserver> observers,
            StepIntervention intervention) {
        backend = lanes.backend();
        workers = lanes.workers();
        computesEndedRuns = lanes.computeEndedRuns();
        this.setup = setup;
        this.intervention = intervention;
        intervenes = !intervention.equals(StepIntervention.NONE);
        int runs = setup.runs();
        parameters = allocateParameters();
        gradients = allocateParameters();
        parametersOfRuns = intervenes ? ofRuns(parameters) : new Tensor[0];
        gradientsOfRuns = intervenes ? ofRuns(gradients) : new Tensor[0];
        ended = new boolean[runs];
        ahead = lanes.ahead(setup);
        longestStretch = Math.max(lanes.block(), 4L * ahead);
        shares = lanes.shares(setup);
        int objectives = setup.form().objectives();
        long sums = 3L * objectives * shares;
        results = new ResultQueue(backend, owner, lanes.queued(setup), sums + runs);
        statistics = results.written().slice(0, 0, sums).reshape(objectives, shares, 3);
        squares = results.written().slice(0, sums, sums + runs);
        StepMemory memory = new StepMemory(
                backend,
                owner,
                setup,
                parameters,
                gradients,
                statistics,
                ended,
                setup.trainEvaluation(),
                setup.testEvaluation(),
                new IdentityHashMap<>());
        Lanes.Opened opened = lanes.open(memory, batches);
        this.lanes = opened.lanes().toArray(Lane[]::new);
        intake = opened.intake();
        reduction = new Reduction(memory, workers, opened.lanes(), squares);
        feed = new UpdateFeed(
                backend,
                owner,
                workers,
                parameters,
                new UpdateFeed.Gradients(
                        gradients,
                        squares,
                        setup.settings().stream().map(OptimizerSettings::clip).toList()),
                rates(),
                observers);
        optimizer = setup.optimizer()
                .create(
                        new OptimizerTarget(
                                backend, owner, workers, parameters, gradients, Math.max(1, ahead), feed.decayPart()),
                        setup.settings());
        update = optimizer::update;
        settling = Replay.afterFirst(backend, this::settle);
        updating = Replay.afterFirst(backend, intervenes ? this::update : this::settleAndUpdate);
        observations = new ObservationRecordings(backend, () -> feed.stepped(launched));
        trainEvaluations = evaluations(memory.trainSets());
        testEvaluations = evaluations(memory.testSets());
        otherEvaluations = IntStream.range(0, setup.otherNames().size())
                .mapToObj(setup::otherEvaluation)
                .map(this::evaluations)
                .toList();
        parameterSquares = backend.allocate(owner, DType.FLOAT64, runs);
        losses = new double[runs];
        gradientNorms = new double[runs];
    }

    private Parameters allocateParameters() {
        return Parameters.allocate(
                backend,
                owner,
                setup.precision(),
                setup.runs(),
                setup.architecture().layout());
    }

    private static Tensor[] ofRuns(Parameters all) {
        Tensor[] result = new Tensor[Math.toIntExact(all.flat().size(0))];
        for (int run = 0; run < result.length; run++) {
            result[run] = all.runs(run, run + 1).flat();
        }
        return result;
    }

    private Evaluations evaluations(List<EvaluationSet> sets) {
        return new Evaluations(
                backend,
                workers,
                setup.form(),
                setup.runs(),
                Arrays.stream(lanes).map(lane -> lane.evaluation(sets)).toList());
    }

    /** Of the optimiser, which comes after the feed whose accumulator it fills. */
    private UpdateFeed.Rates rates() {
        return new UpdateFeed.Rates() {
            @Override
            public double learningRate(int run, long ofStep) {
                return optimizer.learningRate(run, ofStep);
            }

            @Override
            public double decayRate(int run, ParameterSubset subset, long ofStep) {
                return optimizer.decayRate(run, subset, ofStep);
            }

            @Override
            public double decayRate(int run, ParameterGroup group, long ofStep) {
                return optimizer.decayRate(run, group, ofStep);
            }
        };
    }

    /** Draws the initial weights of each run from its seed; the alternative is to fill {@link #parameters}. */
    public void initialise() {
        parameters.initialise(backend, setup.seeds());
    }

    /** Must be called once the parameters hold what training starts from, before the first step of a new run. */
    public void start() {
        feed.start();
    }

    /** Goes on from a state that was read into {@link #parameters}, {@link #optimizer} and {@link #state}. */
    public void resumeFrom(long stepsDone) {
        firstStep = stepsDone;
        launched = stepsDone;
        reported = stepsDone;
        feed.resumeFrom(stepsDone);
    }

    /** One step of every run that has not ended. */
    public void step() {
        advanceTo(reported + 1, NOBODY);
    }

    /**
     * Does all steps up to number {@code last}, of every run that has not ended; the model is that of step {@code last} when
     * this returns, and the observers have absorbed all updates up to it.
     *
     * @throws DivergenceException if the loss or the gradient of a run is not finite. The run keeps the weights before that
     *     step; once it has ended, the others can go on with another call, which reports the step for them. Until that has
     *     returned, their weights may be those of a later step than {@link #stepsDone}.
     */
    public void advanceTo(long last, StepListener listener) {
        stretchEnds = false;
        try {
            while (reported < (stretchEnds ? Math.min(launched, last) : last)) {
                advance(last, listener);
            }
        } finally {
            completeObservations();
        }
    }

    private void advance(long last, StepListener listener) {
        long begin = System.nanoTime();
        long before = launched;
        // More than a stretch waits only where a divergence has interrupted the reading.
        if (!stretchEnds && launched < last && launched - reported <= ahead) {
            launch((int) Math.min(intake.room(launched + 1), last - launched));
        }
        stepNanos += System.nanoTime() - begin;
        // The stretch that was launched just now runs while the results of the one before it are read.
        long known = ahead == 0 || stretchEnds ? launched : before;
        while (reported < known) {
            report(reported + 1);
            listener.stepped(reported);
        }
    }

    private void completeObservations() {
        long begin = System.nanoTime();
        feed.complete();
        feed.fetch(launched);
        feed.absorb(reported);
        observerNanos += System.nanoTime() - begin;
    }

    /** Lets {@link #advanceTo} return before its last step, as soon as it can; called by its listener. */
    public void endStretch() {
        stretchEnds = true;
    }

    /** Preferred number of steps per call of {@link #advanceTo}. */
    public long longestStretch() {
        return longestStretch;
    }

    private void launch(int count) {
        intake.stage(launched + 1, count);
        optimizer.stage(launched + 1, count);
        for (int i = 0; i < count; i++) {
            launched++;
            for (int batch = 0; batch < setup.accumulation(); batch++) {
                intake.next();
                isFirst = batch == 0;
                workers.run(differentiate);
            }
            if (intervenes) {
                settling.replay();
                workers.run(intervene);
            }
            updating.replay();
            long pattern = feed.pattern(launched);
            if (pattern != 0) {
                long begin = System.nanoTime();
                observations.replay(pattern);
                long taken = System.nanoTime() - begin;
                observerNanos += taken;
                stepNanos -= taken;
            }
        }
        results.fetch(launched - firstStep);
        feed.fetch(launched);
    }

    private void differentiate(int worker) {
        for (int lane = worker; lane < lanes.length; lane += workers.count()) {
            lanes[lane].differentiate(isFirst);
        }
    }

    /** The gradient of the whole batch, and what its norm decides: whether it is clipped, and which runs take the step. */
    private void settle() {
        reduction.run();
        optimizer.begin(squares);
    }

    private void intervene(int worker) {
        for (int run = worker; run < ended.length; run += workers.count()) {
            if (!ended[run]) {
                intervention.intervene(run, launched, parametersOfRuns[run], gradientsOfRuns[run]);
            }
        }
    }

    private void update() {
        workers.run(update);
        results.publish(statistics);
    }

    private void settleAndUpdate() {
        settle();
        update();
    }

    private void report(long step) {
        long begin = System.nanoTime();
        read(results.entry(step - firstStep - 1));
        long read = System.nanoTime();
        stepNanos += read - begin;
        for (int run = 0; run < losses.length; run++) {
            if (!ended[run] && (!Double.isFinite(losses[run]) || !Double.isFinite(gradientNorms[run]))) {
                throw diverged(run, step);
            }
        }
        feed.absorb(step);
        reported = step;
        observerNanos += System.nanoTime() - read;
    }

    private void read(Tensor result) {
        int ofRun = shares / losses.length;
        for (int run = 0; run < losses.length; run++) {
            if (!ended[run]) {
                losses[run] = 0;
                for (int share = run * ofRun; share < (run + 1) * ofRun; share++) {
                    losses[run] += loss(result, share);
                }
                gradientNorms[run] =
                        Math.sqrt(result.getDouble(3L * setup.form().objectives() * shares + run));
            }
        }
    }

    /** The sum over the objectives. */
    private double loss(Tensor result, int share) {
        double loss = 0;
        for (int objective = 0; objective < setup.form().objectives(); objective++) {
            loss += result.getDouble(3L * (objective * shares + share));
        }
        return loss;
    }

    private DivergenceException diverged(int run, long step) {
        String what = parameters
                .nameOfNonFinite(backend, run)
                .map(name -> "the weights " + name + " are not finite")
                .or(() -> gradients
                        .nameOfNonFinite(backend, run)
                        .map(name -> "the gradient of " + name + " is not finite"))
                .orElse("the gradient, though finite, too large to be squared");
        return new DivergenceException(run, setup.seeds()[run], step, "the loss is " + losses[run] + " and " + what);
    }

    /** Ends a run whose weights nobody needs any more: it stays as it is. Called when {@link #advanceTo} has returned. */
    public void finish(int run) {
        ended[run] = true;
        optimizer.deactivate(run);
    }

    /** Whether a run that has ended costs as much as the others. */
    public boolean computesEndedRuns() {
        return computesEndedRuns;
    }

    /** Steps done and reported. */
    public long stepsDone() {
        return reported;
    }

    /** Loss and accuracy on the training set, one per run. */
    public Evaluation[] evaluateTrain() {
        return trainEvaluations.evaluate();
    }

    /** Loss and accuracy on the test set, one per run. */
    public Evaluation[] evaluateTest() {
        return testEvaluations.evaluate();
    }

    /** The same of each of the further sets, {@link TrainingSetup#otherNames}. */
    public List<Evaluation[]> evaluateOthers() {
        return otherEvaluations.stream().map(Evaluations::evaluate).toList();
    }

    /** What the answers to the sources of the test set are worth that each run gives by itself; only where there are sources. */
    public Decoding[] decodeTest() {
        return testEvaluations.decode();
    }

    /** Loss of the last reported step's batch, before the step. */
    public double loss(int run) {
        return losses[run];
    }

    /** Global norm of the last reported step's gradient, before clipping. */
    public double gradientNorm(int run) {
        return gradientNorms[run];
    }

    /** What the derivatives by the logits of a run's last batch are like, of its last micro-batch; on the host only. */
    public LogitGradients logitGradients(int run) {
        LogitGradients gradients = new LogitGradients();
        for (Lane lane : lanes) {
            lane.addLogitGradients(run, gradients);
        }
        return gradients;
    }

    /** Learning rate of the last reported step. */
    public double learningRate(int run) {
        return optimizer.learningRate(run, reported);
    }

    /** Weight decay of the last reported step. */
    public double weightDecay(int run) {
        return optimizer.weightDecay(run, reported);
    }

    /** ‖θ‖ of each run. */
    public double[] parameterNorms() {
        return parameters.norms(backend, parameterSquares);
    }

    /** Time spent in training steps by this object, without what observers do. */
    public long stepNanos() {
        return stepNanos;
    }

    /** Time that the host spent on updates and their observers. */
    public long observerNanos() {
        return observerNanos;
    }

    /** What has been allocated, on the host. */
    public TrainingMemory memory() {
        long moments = optimizer.state().values().stream()
                .mapToLong(moment -> bytes(moment.flat()))
                .sum();
        long own = Arrays.stream(lanes)
                .flatMap(lane -> lane.shares().stream())
                .mapToLong(share -> bytes(share.gradient()))
                .sum();
        long windows =
                feed.state().values().stream().mapToLong(StepTrainer::bytes).sum();
        long known = bytes(parameters.flat()) + moments + own + windows;
        return new TrainingMemory(bytes(parameters.flat()), moments, own, owner.allocatedBytes() - known, windows);
    }

    private static long bytes(Tensor tensor) {
        return tensor.elements() * tensor.type().bytes();
    }

    /** θ. */
    public Parameters parameters() {
        return parameters;
    }

    /** Gradient of the last launched step's batch, before clipping. */
    public Parameters gradients() {
        return gradients;
    }

    public Optimizer optimizer() {
        return optimizer;
    }

    /** What a checkpoint must hold besides parameters, optimiser and observers. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        feed.state().forEach((name, tensor) -> state.put("feed." + name, tensor));
        intervention.state().forEach((name, tensor) -> state.put("intervention." + name, tensor));
        return state;
    }

    @Override
    public void close() {
        settling.close();
        updating.close();
        observations.close();
        trainEvaluations.close();
        testEvaluations.close();
        otherEvaluations.forEach(Evaluations::close);
        for (Lane lane : lanes) {
            lane.close();
        }
        owner.close();
    }
}
