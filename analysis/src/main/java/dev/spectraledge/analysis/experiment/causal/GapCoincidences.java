package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.causal.GapPositions.Pair;
import dev.spectraledge.analysis.experiment.weights.WeightRemoval;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** In how many windows of a run singular values, curvatures and losses have the gap at one place, against surrogate windows. */
final class GapCoincidences {
    private static final int SURROGATES = 49;

    private GapCoincidences() {}

    /** At some windows over the run, as many as the protocol has at most, of full width where there are any. */
    static void measure(StudiedRun run, long stride, int width, Findings findings) {
        List<Long> ends = SnapshotSteps.ends(run.steps(), stride, width);
        List<Long> full = ends.stream()
                .filter(end -> updates(run, end, stride, width) == width)
                .toList();
        List<Long> wanted = SnapshotSteps.thinned(
                full.isEmpty()
                        ? ends.stream()
                                .filter(end -> updates(run, end, stride, width) >= GapMaximality.FEWEST_UPDATES)
                                .toList()
                        : full,
                run.protocol(GapMaximality.NAME).count(Parameter.RECORDS));
        if (wanted.isEmpty()) {
            findings.lack(
                    "no window of " + GapMaximality.FEWEST_UPDATES + " or more updates of " + stride + " steps",
                    Cadences.settings(run));
            return;
        }
        long sequences = run.protocol(GapMaximality.NAME).count(Parameter.SEQUENCES);
        List<List<GapPositions>> positions = new ArrayList<>();
        try (StudiedModel train = StudiedModel.of(run, run.data().train(), sequences);
                StudiedModel test = StudiedModel.of(run, run.data().test(), sequences)) {
            for (long end : wanted) {
                try (UpdateWindow window = UpdateWindow.ending(run, end, stride, width)) {
                    positions.add(positions(run, train, test, window, findings));
                }
            }
        }
        count(positions, wanted.getLast(), findings);
    }

    private static int updates(StudiedRun run, long end, long stride, int width) {
        return SnapshotSteps.window(run.steps(), end, stride, width).size() - 1;
    }

    private static List<GapPositions> positions(
            StudiedRun run, StudiedModel train, StudiedModel test, UpdateWindow window, Findings findings) {
        long step = window.step();
        train.load(step);
        test.load(step);
        WeightRemoval removal = new WeightRemoval(test);
        double[] sigma = IntStream.range(0, window.size())
                .mapToDouble(window::singularValue)
                .toArray();
        try (MemoryOwner scratch = MemoryOwner.open("direction")) {
            Tensor direction = train.backend()
                    .allocate(scratch, DType.FLOAT64, 1, window.direction(0).size(1));
            List<GapPositions> found = new GapPositions.Window(
                            sigma, WindowCurvature.of(train, window), coordinates -> {
                                train.backend().fill(direction, 0);
                                for (int j = 0; j < coordinates.length; j++) {
                                    train.backend().axpy(coordinates[j], window.direction(j), direction);
                                }
                                return removal.projection(List.of(direction)).loss();
                            })
                    .positions(SURROGATES, run.config().training().seed(), step);
            GapPositions own = found.getFirst();
            findings.controlled("position", "ratio", step, own.ratio());
            findings.controlled("position", "curvature", step, own.curvature());
            findings.controlled("position", "removal", step, own.removal());
            return found;
        }
    }

    /**
     * In how many windows positions coincide, and how rarely in as many of the surrogates.
     *
     * @param positions of each window its own, and then those of its surrogates
     */
    static void count(List<List<GapPositions>> positions, long last, Findings findings) {
        for (Pair pair : Pair.values()) {
            double[] counts = new double[positions.getFirst().size()];
            for (List<GapPositions> window : positions) {
                for (int draw = 0; draw < counts.length; draw++) {
                    counts[draw] += pair.coincide(window.get(draw)) ? 1 : 0;
                }
            }
            Null chance = Null.of(IntStream.range(1, counts.length)
                    .mapToDouble(draw -> counts[draw])
                    .toArray());
            findings.controlled("windows-that-coincide", pair.title(), last, counts[0]);
            findings.controlled("share-that-coincides", pair.title(), last, counts[0] / positions.size());
            findings.controlled("share-of-surrogates", pair.title(), last, chance.mean() / positions.size());
            findings.controlled("coincidence-p", pair.title(), last, chance.probability(counts[0]));
        }
    }
}
