package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.Representations;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.probe.InputIdentity;
import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.Examples;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The inputs among which a functional coordinate is looked for, each different one once, with the responses of a run to a
 * small move of its weights. Of sequences of tokens those of the test set, whole sequences to learn from and others to judge
 * on; of modular arithmetic the training pairs to learn from and the test pairs, which the model has never seen, to judge on.
 */
final class StudiedInputs implements AutoCloseable {
    private static final int SEQUENCES = 300;
    private static final int SPLIT_SEED = 42;
    private static final String LAYER = "normalised";

    private final List<StudiedModel> models = new ArrayList<>();
    /** Rows of each model that are used. */
    private final List<int[]> rows = new ArrayList<>();

    private final List<Candidate> candidates;
    private final ProbeSplit split;

    StudiedInputs(StudiedRun run) {
        Examples train = run.data().train();
        Examples test = run.data().test();
        if (!train.form().eachToken()) {
            int trained = Math.toIntExact(train.size());
            int tested = Math.toIntExact(test.size());
            models.add(StudiedModel.of(run, train, train.size()));
            models.add(StudiedModel.of(run, test, test.size()));
            rows.add(IntStream.range(0, trained).toArray());
            rows.add(IntStream.range(0, tested).toArray());
            List<Candidate> ofTrain = CandidateCoordinates.ofResidues(train, train.vocabulary());
            List<Candidate> ofTest = CandidateCoordinates.ofResidues(test, train.vocabulary());
            candidates = IntStream.range(0, ofTrain.size())
                    .mapToObj(index -> joined(ofTrain.get(index), ofTest.get(index)))
                    .toList();
            int all = trained + tested;
            split = new ProbeSplit(
                    IntStream.range(0, trained).toArray(),
                    IntStream.range(trained, all).toArray());
        } else {
            StudiedModel model = StudiedModel.of(run, test, SEQUENCES);
            models.add(model);
            model.load(run.steps().last());
            HiddenStates states = Representations.of(model, LAYER);
            boolean answers = test.form().hasSource();
            int[] identities = InputIdentity.of(states, test.form());
            int[] used = firstOfEach(identities);
            rows.add(used);
            candidates = (answers ? CandidateCoordinates.ofAnswers(states) : CandidateCoordinates.ofBrackets(states))
                    .stream().map(candidate -> candidate.of(used)).toList();
            split = ProbeSplit.ofSequences(
                    SPLIT_SEED,
                    IntStream.of(used).map(row -> states.sequence()[row]).toArray(),
                    IntStream.of(used).map(row -> identities[row]).toArray());
        }
    }

    private static Candidate joined(Candidate first, Candidate second) {
        return new Candidate(
                first.name(),
                IntStream.concat(IntStream.of(first.groups()), IntStream.of(second.groups()))
                        .toArray());
    }

    private static int[] firstOfEach(int[] identities) {
        Set<Integer> seen = new HashSet<>();
        return IntStream.range(0, identities.length)
                .filter(row -> seen.add(identities[row]))
                .toArray();
    }

    List<Candidate> candidates() {
        return candidates;
    }

    /** Inputs to learn from and inputs to judge on. */
    ProbeSplit split() {
        return split;
    }

    /** Takes the weights of a snapshot. */
    void load(long step) {
        models.forEach(model -> model.load(step));
    }

    StudiedModel model() {
        return models.getFirst();
    }

    /** Δh of all inputs for each direction, one row for each input, scaled to a mean square of 1. */
    List<double[][]> responses(List<Tensor> directions) {
        List<double[][]> responses = new ArrayList<>();
        for (int index = 0; index < directions.size(); index++) {
            responses.add(new double[candidates.getFirst().groups().length][]);
        }
        int begin = 0;
        for (int index = 0; index < models.size(); index++) {
            Perturbation perturbation = new Perturbation(models.get(index), LAYER);
            int[] used = rows.get(index);
            for (int direction = 0; direction < directions.size(); direction++) {
                double[][] change =
                        perturbation.along(directions.get(direction)).values();
                for (int row = 0; row < used.length; row++) {
                    responses.get(direction)[begin + row] = change[used[row]];
                }
            }
            begin += used.length;
        }
        responses.forEach(StudiedInputs::scale);
        return responses;
    }

    private static void scale(double[][] responses) {
        double squares = 0;
        for (double[] row : responses) {
            for (double value : row) {
                squares += value * value / responses.length;
            }
        }
        double scale = 1 / Math.sqrt(squares);
        for (double[] row : responses) {
            for (int column = 0; column < row.length; column++) {
                row[column] *= scale;
            }
        }
    }

    @Override
    public void close() {
        models.forEach(StudiedModel::close);
    }
}
