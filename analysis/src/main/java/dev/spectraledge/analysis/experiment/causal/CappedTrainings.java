package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.StepIntervention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The stretch of a window trained once more with one of its gaps closed, or with a random direction losing as much. */
final class CappedTrainings {
    static final String UNDISTURBED = "undisturbed";

    /** Of the first gaps so many are closed, and that at k*. */
    private static final int CAPPED = 4;

    private static final int RANDOM_DIRECTIONS = 3;
    private static final long SEED_STEP = 1000;

    private final StudiedRun run;
    private final UpdateWindow window;
    private final MemoryOwner owner;
    private final long start;
    private final Findings findings;
    private final int edge;

    private CappedTrainings(StudiedRun run, UpdateWindow window, MemoryOwner owner, long start, Findings findings) {
        this.run = run;
        this.window = window;
        this.owner = owner;
        this.start = start;
        this.findings = findings;
        edge = GapPositions.ofRatios(IntStream.range(0, window.size())
                .mapToDouble(window::singularValue)
                .toArray());
    }

    /**
     * Trains.
     *
     * @param stride steps of an update of the window
     * @param start a snapshot not after the window's first one, with the optimiser's state, or of step 0
     */
    static void measure(StudiedRun run, UpdateWindow window, long stride, long start, Findings findings) {
        try (MemoryOwner owner = MemoryOwner.open("capped trainings")) {
            new CappedTrainings(run, window, owner, start, findings).measure(stride);
        }
    }

    private void measure(long stride) {
        List<Arm> arms = new ArrayList<>();
        for (int index = 0; index < run.protocol(GapMaximality.NAME).count(Parameter.UNDISTURBED); index++) {
            arms.add(new Arm(UNDISTURBED, Procedure.CONTROLLED, seed() + index * SEED_STEP, StepIntervention.NONE));
        }
        Map<Integer, UpdateCap> caps = caps(stride);
        caps.forEach((position, cap) -> arms.add(new Arm(item(position), Procedure.CONTROLLED, seed(), cap)));
        ArmCourses courses = new ArmCourses(run, arms, start);
        courses.follow(end(), end(), findings);
        Null chance = Null.of(courses.indices(UNDISTURBED).stream()
                .map(arm -> courses.lastLoss(arm, end()))
                .toList());
        findings.controlled("edge", "window", end(), edge);
        findings.controlled(GapMaximality.LOSS, UNDISTURBED + "/own batches", end(), courses.lastLoss(0, end()));
        findings.controlled(GapMaximality.LOSS, UNDISTURBED + "/median", end(), chance.median());
        double most = Double.NEGATIVE_INFINITY;
        boolean isEdge = false;
        for (int position : caps.keySet()) {
            double loss = courses.lastLoss(courses.indices(item(position)).getFirst(), end());
            report(item(position), loss, chance);
            if (loss > most) {
                most = loss;
                isEdge = position == edge;
            }
        }
        findings.controlled("most-harmful-is-edge", "window", end(), isEdge ? 1 : 0);
        lose(caps.get(edge).removed(), chance);
    }

    private long seed() {
        return run.config().training().seed();
    }

    private DType type() {
        return run.config().training().precision().type();
    }

    private long end() {
        return window.step();
    }

    private String item(int position) {
        return position == edge ? "edge" : "v" + position;
    }

    /** By position of the gap that each closes. */
    private Map<Integer, UpdateCap> caps(long stride) {
        Map<Integer, UpdateCap> caps = new TreeMap<>();
        for (int position = 1; position < window.size(); position++) {
            if (position <= CAPPED || position == edge) {
                caps.put(
                        position,
                        new UpdateCap(
                                run.backend(),
                                owner,
                                type(),
                                window.direction(position - 1),
                                window.singularValue(position) / Math.sqrt((double) window.size()),
                                stride,
                                start,
                                end()));
            }
        }
        return caps;
    }

    /** Random directions that lose what the edge has lost. */
    private void lose(double[] removed, Null chance) {
        findings.controlled(
                "norm-lost",
                "edge",
                end(),
                Arrays.stream(removed).map(Math::abs).sum());
        List<Arm> arms = new ArrayList<>();
        for (Tensor direction : RandomDirections.draw(
                run.backend(),
                owner,
                seed() + end(),
                RANDOM_DIRECTIONS,
                window.direction(0).size(1))) {
            arms.add(new Arm(
                    "random-" + (arms.size() + 1),
                    Procedure.CONTROLLED,
                    seed(),
                    new Removals(run.backend(), owner, type(), direction, start, removed)));
        }
        ArmCourses courses = new ArmCourses(run, arms, start);
        courses.follow(end(), end(), findings);
        for (int arm = 0; arm < arms.size(); arm++) {
            report(arms.get(arm).condition(), courses.lastLoss(arm, end()), chance);
        }
    }

    private void report(String item, double loss, Null chance) {
        double known = Double.isFinite(loss) ? loss : Double.NaN;
        findings.controlled(GapMaximality.LOSS, item, end(), known);
        findings.controlled("loss-over-undisturbed", item, end(), known / chance.median());
        findings.controlled("harm-p", item, end(), chance.probability(loss));
        findings.controlled("help-p", item, end(), chance.atMost(loss));
    }
}
