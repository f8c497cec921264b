package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TrainingReplay;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.WindowModes;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * How much a model answers to moves along the first directions of its last gradients, of its last single updates, and of its last
 * updates between snapshots, and along the last direction of each window, over random directions (thesis §7, N1).
 */
final class EdgeResponses {
    /** Gradients or updates of a window, and directions of its edge: as published. */
    static final int WIDTH = 20;

    static final int RANK = 3;
    private static final int RANDOM_DIRECTIONS = 20;
    private static final int EMBEDDING_MOVES = 4;
    private static final long SEED = 0x65646765;

    private EdgeResponses() {}

    /** At each of some steps, up to as many of them as the protocol has. */
    static void measure(StudiedRun run, Collection<Long> phases, Findings findings) {
        List<Long> steps = new TreeSet<>(phases)
                .stream()
                        .limit(run.protocol(EdgeTraining.NAME).count(Parameter.RECORDS))
                        .toList();
        try (StudiedModel model = StudiedModel.tokenByToken(
                        run, run.data().test(), run.protocol(EdgeTraining.NAME).count(Parameter.SEQUENCES));
                TokenResponse response = new TokenResponse(
                        model, EMBEDDING_MOVES, run.config().training().seed())) {
            List<Long> unreached = new ArrayList<>();
            for (long step : steps) {
                OptionalLong start = TrainingReplay.start(run, step - WIDTH);
                if (start.isEmpty()) {
                    unreached.add(step);
                } else {
                    response.load(step);
                    respond(run, response, start.getAsLong(), step, findings);
                }
            }
            if (!unreached.isEmpty()) {
                findings.lack(
                        "no gradients of the " + WIDTH + " steps up to "
                                + String.join(
                                        ", ",
                                        unreached.stream().map(String::valueOf).toList()),
                        Objections.OPTIMIZER_STATE);
            }
        }
    }

    private static void respond(StudiedRun run, TokenResponse response, long start, long step, Findings findings) {
        Backend backend = run.backend();
        long size = run.layout().size(ParameterSubset.ATTENTION);
        Responses responses =
                new Responses(response, backend, size, run.config().training().seed(), step, findings);
        try (RecentVectors updates = new RecentVectors(backend, Observed.UPDATES, WIDTH, size);
                RecentVectors gradients = new RecentVectors(backend, Observed.GRADIENTS, WIDTH, size);
                TrainingReplay replay = new TrainingReplay(run, start, List.of(updates, gradients))) {
            replay.advanceTo(step);
            findings.controlled("replay-distance", "run", step, replay.distance());
            responses.add("gradients", gradients.vectors());
            responses.add("updates-of-a-step", updates.vectors());
        }
        long stride = Cadences.published(run);
        if (UpdateWindow.exists(run, step, stride, WIDTH)) {
            try (UpdateWindow window = UpdateWindow.ending(run, step, stride, WIDTH)) {
                List<Tensor> rows = new ArrayList<>();
                for (int row = 0; row < window.size(); row++) {
                    rows.add(window.update(row));
                }
                responses.add("updates-of-snapshots", rows);
            }
        }
    }

    /** Responses at one step, against those to random directions. */
    private static final class Responses {
        private final TokenResponse response;
        private final Backend backend;
        private final long step;
        private final Findings findings;
        private final Null ofGradients;
        private final Null ofLogits;

        Responses(TokenResponse response, Backend backend, long size, long seed, long step, Findings findings) {
            this.response = response;
            this.backend = backend;
            this.step = step;
            this.findings = findings;
            List<double[]> random = RandomDirections.along(backend, seed + SEED, RANDOM_DIRECTIONS, size, direction ->
                    new double[] {response.ofGradients(direction), response.ofLogits(direction)});
            ofGradients = Null.of(random.stream().map(both -> both[0]).toList());
            ofLogits = Null.of(random.stream().map(both -> both[1]).toList());
        }

        /** The first directions of a window, and its last one. */
        void add(String item, List<Tensor> rows) {
            WindowModes modes = new WindowModes(backend, rows);
            for (int mode = 0; mode < Math.min(RANK, modes.resolved()); mode++) {
                add(item + "/v" + (mode + 1), modes, mode);
            }
            if (modes.resolved() > RANK) {
                add(item + "/last", modes, modes.resolved() - 1);
            }
        }

        private void add(String item, WindowModes modes, int mode) {
            try (MemoryOwner scratch = MemoryOwner.open("direction")) {
                Tensor direction = modes.direction(scratch, mode);
                double gradients = response.ofGradients(direction);
                double logits = response.ofLogits(direction);
                findings.published("response-over-random", item, step, gradients / ofGradients.median());
                findings.controlled("response-p", item, step, ofGradients.probability(gradients));
                findings.controlled("logit-response-over-random", item, step, logits / ofLogits.median());
                findings.controlled("logit-response-p", item, step, ofLogits.probability(logits));
            }
        }
    }
}
