package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HostMirror;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.PrefixTree;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A lane's share of an evaluation: some of the distinct examples of the sets that some runs are judged by, each weighted by how
 * often it is there, laid out in memory of the backend once and for all.
 */
final class EvaluationShare {
    /** Rows that sequences see, for each row that is kept: about what the published test set of Dyck words has. */
    private static final int KEYS_OF_ROW = 3;

    private final Place place;
    private final Model model;
    private final List<PackedBatch> batches;
    private final int batchRows;
    private final int batchSources;
    private final Tensor statistics;
    private final HostMirror mirror;
    /** Made when it is first asked for. */
    private GreedyDecoder decoder;

    /**
     * Where a share belongs.
     *
     * @param firstRun of those that the sets are for
     * @param sets one per run, all of one size
     * @param share number of this one among {@code shares}
     */
    record Place(StepMemory memory, int firstRun, List<EvaluationSet> sets, int share, int shares) {
        private ExampleForm form() {
            return sets.getFirst().examples().form();
        }

        /** Whether all of the only set is this share's, which runs that have the same one can share then. */
        private boolean isWhole() {
            return shares == 1 && sets.size() == 1;
        }
    }

    private EvaluationShare(Place place, Model model, List<PackedBatch> batches, int batchRows, int batchSources) {
        this.place = place;
        this.model = model;
        this.batches = batches;
        this.batchRows = batchRows;
        this.batchSources = batchSources;
        Backend backend = place.memory.backend();
        statistics = backend.allocate(
                place.memory.owner(), DType.FLOAT64, place.form().accuracies(), place.sets.size(), 3);
        mirror = backend.mirror(place.memory.owner(), statistics);
    }

    /**
     * Whole sequences.
     *
     * @param model with room for them
     * @param rows of one batch at most, unless one sequence has more
     * @param sourceRows that the model has room for
     */
    static EvaluationShare ofWholeSequences(Place place, Model model, int rows, int sourceRows) {
        TrainingSetup setup = place.memory.setup();
        int sources = setup.form().hasSource()
                ? Math.min(setup.batchSize(), sourceRows / setup.form().sourceLength())
                : setup.batchSize();
        return new EvaluationShare(place, model, batches(place, () -> wholeSequences(place, rows)), rows, sources);
    }

    /**
     * What sequences of the only run's set have in common is computed once.
     *
     * @param model in {@link #sharingWorkspace}
     */
    static EvaluationShare ofSharedPrefixes(Place place, Model model) {
        int rows = place.memory.setup().evaluationRows();
        return new EvaluationShare(place, model, batches(place, () -> sharedPrefixes(place, rows)), rows, 0);
    }

    /** For models of one run that only predict, from sequences whose common beginnings are there once. */
    static Workspace sharingWorkspace(StepMemory memory, Parameters parameters) {
        TrainingSetup setup = memory.setup();
        return new Workspace(
                        memory.backend(),
                        memory.owner(),
                        setup.precision(),
                        1,
                        setup.evaluationRows(),
                        parameters,
                        null)
                .withSharedPrefixes(KEYS_OF_ROW * setup.evaluationRows());
    }

    /** Rows of the sources of the largest batch of whole sequences that a share of any run's sets is cut into. */
    static int sourceRows(StepMemory memory, int share, int shares) {
        TrainingSetup setup = memory.setup();
        if (!setup.form().hasSource()) {
            return 0;
        }
        return Stream.concat(memory.trainSets().stream(), memory.testSets().stream())
                        .distinct()
                        .flatMap(set -> set.batches(share, shares, setup.evaluationRows(), setup.batchSize()).stream())
                        .mapToInt(batch -> batch.length)
                        .max()
                        .orElse(0)
                * setup.form().sourceLength();
    }

    private static List<PackedBatch> batches(Place place, Supplier<List<PackedBatch>> made) {
        return place.isWhole()
                ? place.memory.evaluated().computeIfAbsent(place.sets.getFirst(), set -> made.get())
                : made.get();
    }

    private static List<PackedBatch> sharedPrefixes(Place place, int rows) {
        StepMemory memory = place.memory;
        EvaluationSet set = place.sets.getFirst();
        return PrefixTree.of(set).parts(place.share, place.shares, rows, KEYS_OF_ROW * rows).stream()
                .map(part -> PackedBatch.of(
                        memory.backend(), memory.owner(), memory.setup().precision(), set.examples(), part))
                .toList();
    }

    private static List<PackedBatch> wholeSequences(Place place, int rows) {
        StepMemory memory = place.memory;
        TrainingSetup setup = memory.setup();
        List<EvaluationSet> sets = place.sets;
        List<List<int[]>> members = sets.stream()
                .map(own -> own.batches(place.share, place.shares, rows, setup.batchSize()))
                .toList();
        List<PackedBatch> batches = new ArrayList<>();
        for (int index = 0; index < members.getFirst().size(); index++) {
            PackedBatch batch = sets.getFirst()
                    .room(
                            memory.backend(),
                            memory.owner(),
                            setup.precision(),
                            sets.size(),
                            members.getFirst().get(index),
                            setup.sharesPrefixes());
            try (MemoryOwner staging = MemoryOwner.open("evaluation batch")) {
                PackedBatch staged = batch.onHost(staging);
                for (int run = 0; run < sets.size(); run++) {
                    sets.get(run).append(members.get(run).get(index), staged, run, setup.paddingToken());
                }
                staged.copyRows(memory.backend(), batch);
            }
            batches.add(batch);
        }
        return batches;
    }

    /** The operations that add everything up. */
    void addUp() {
        place.memory.backend().fill(statistics, 0);
        for (int i = 0; i < batches.size(); i++) {
            model.evaluate(batches.get(i), statistics);
        }
    }

    /** Begins to bring the sums to the host. */
    void download() {
        mirror.download();
    }

    /** Adds the downloaded sums to those of each run, {@code [S][accuracies][3]}. */
    void addTo(double[][][] sums) {
        mirror.await();
        Tensor own = mirror.values();
        for (int run = 0; run < place.sets.size(); run++) {
            double[][] ofRun = sums[place.firstRun + run];
            for (int accuracy = 0; accuracy < ofRun.length; accuracy++) {
                for (int column = 0; column < 3; column++) {
                    ofRun[accuracy][column] += own.get(accuracy, run, column);
                }
            }
        }
    }

    /** What the answers of this share are worth that each of its runs gives by itself. */
    Decoding[] decode() {
        if (decoder == null) {
            StepMemory memory = place.memory;
            decoder = new GreedyDecoder(
                    memory.backend(),
                    memory.owner(),
                    model,
                    memory.setup().precision(),
                    place.sets,
                    place.share,
                    place.shares,
                    memory.setup().paddingToken(),
                    batchRows,
                    batchSources);
        }
        return decoder.decode();
    }

    /** The first run that this is a share of. */
    int firstRun() {
        return place.firstRun;
    }
}
