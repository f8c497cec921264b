package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.ShareCapacity;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Workspace;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A worker's lane, with room for its share: some of the sequences of the only run, with a gradient of its own; or some of
 * several runs, which take turns in one workspace and have whole gradients, so that their norms do not depend on the number
 * of workers.
 */
final class HostLane implements Lane {
    private final StepMemory memory;
    private final Backend backend;
    private final ShareCapacity capacity;
    /** Of the run's evaluation sets, where it shares the only run with others. */
    private final int share;

    private final int shares;
    private final Turn[] turns;

    /**
     * One of the runs.
     *
     * @param judged the model that is evaluated, which has the weights of the other
     * @param gradient of this lane's share of the run's batch
     * @param statistics {@code [objectives, 1, 3]}
     */
    private record Turn(int run, Model model, Model judged, PackedBatch batch, Tensor gradient, Tensor statistics) {}

    private HostLane(StepMemory memory, int[] runs, int share, int shares) {
        this.memory = memory;
        this.share = share;
        this.shares = shares;
        backend = memory.backend();
        TrainingSetup setup = memory.setup();
        ShareCapacity ofBatch = setup.capacity(shares);
        // Where sequences share prefixes, other models are judged.
        capacity = setup.judgesPrefixes()
                ? ofBatch
                : ofBatch.orAtLeast(setup.evaluationRows(), EvaluationShare.sourceRows(memory, share, shares));
        turns = new Turn[runs.length];
        Workspace training = null;
        Workspace judging = null;
        for (int turn = 0; turn < runs.length; turn++) {
            int run = runs[turn];
            Parameters parameters = memory.parameters().runs(run, run + 1);
            Parameters gradients = gradients(run);
            training = turn == 0 ? workspace(parameters, gradients) : training.inTurns(parameters, gradients);
            Model model = setup.architecture().create(training);
            Model judged = model;
            if (setup.judgesPrefixes()) {
                judging = turn == 0
                        ? EvaluationShare.sharingWorkspace(memory, parameters)
                        : judging.inTurns(parameters, null);
                judged = setup.architecture().create(judging);
            }
            int number = setup.runs() > 1 ? run : share;
            turns[turn] =
                    new Turn(run, model, judged, batch(), gradients.flat(), memory.statistics(number, number + 1));
        }
    }

    /** Every {@code lanes}-th run from number {@code lane} on. */
    static HostLane ofRuns(StepMemory memory, int lane, int lanes) {
        int runs = memory.setup().runs();
        return new HostLane(
                memory,
                IntStream.range(0, runs).filter(run -> run % lanes == lane).toArray(),
                0,
                1);
    }

    /** One of the shares of the only run. */
    static HostLane ofRun(StepMemory memory, int lane, int lanes) {
        return new HostLane(memory, new int[] {0}, lane, lanes);
    }

    private Parameters gradients(int run) {
        Parameters whole = memory.gradients().runs(run, run + 1);
        return share == 0
                ? whole
                : Parameters.allocate(backend, memory.owner(), memory.setup().precision(), 1, whole.layout());
    }

    private Workspace workspace(Parameters parameters, Parameters gradients) {
        TrainingSetup setup = memory.setup();
        return new Workspace(backend, memory.owner(), setup.precision(), 1, capacity.rows(), parameters, gradients)
                .withSourceRows(capacity.sourceRows())
                .withSharedPrefixes(capacity.keys())
                .withLossGradient(setup.lossGradient());
    }

    private PackedBatch batch() {
        TrainingSetup setup = memory.setup();
        return new PackedBatch(backend, memory.owner(), setup.precision(), setup.form(), 1, capacity);
    }

    /** Where this lane's share of a run's batch is to be packed; nothing if it has none. */
    List<PackedBatch> batches(int run) {
        return Arrays.stream(turns)
                .filter(turn -> turn.run == run)
                .map(Turn::batch)
                .toList();
    }

    @Override
    public void differentiate(boolean isFirst) {
        for (int index = 0; index < turns.length; index++) {
            Turn turn = turns[index];
            if (!memory.ended()[turn.run]) {
                if (isFirst) {
                    backend.fill(turn.gradient, 0);
                }
                turn.model.differentiate(turn.batch, turn.statistics);
            }
        }
    }

    @Override
    public List<Share> shares() {
        return Arrays.stream(turns)
                .map(turn -> new Share(turn.run, turn.gradient))
                .toList();
    }

    @Override
    public List<EvaluationShare> evaluation(List<EvaluationSet> sets) {
        TrainingSetup setup = memory.setup();
        return Arrays.stream(turns)
                .map(turn -> {
                    EvaluationShare.Place place =
                            new EvaluationShare.Place(memory, turn.run, List.of(sets.get(turn.run)), share, shares);
                    return setup.judgesPrefixes()
                            ? EvaluationShare.ofSharedPrefixes(place, turn.judged)
                            : EvaluationShare.ofWholeSequences(
                                    place, turn.judged, setup.evaluationRows(), capacity.sourceRows());
                })
                .toList();
    }

    @Override
    public void addLogitGradients(int run, LogitGradients gradients) {
        for (Turn turn : turns) {
            if (turn.run == run) {
                gradients.add(turn.batch, turn.model.logitsGradient());
            }
        }
    }

    @Override
    public void close() {}
}
