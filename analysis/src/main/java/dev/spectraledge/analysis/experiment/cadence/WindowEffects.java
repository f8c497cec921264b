package dev.spectraledge.analysis.experiment.cadence;

import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.weights.LossAlong;
import dev.spectraledge.analysis.experiment.weights.OutputDivergence;
import dev.spectraledge.analysis.experiment.weights.WeightRemoval;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What the directions of a window do to the model of a snapshot, beside random directions. Since there are twenty windows at
 * each step, removals are looked at on few test sequences, bends of the loss and changes of the output
 * on fewer, and random directions are few.
 */
final class WindowEffects implements AutoCloseable {
    /** Random removals of the same norm: one of them is the worst of all four by chance in three cases of four. */
    static final int RANDOM_REMOVALS = 3;

    /** Directions that bends and changes of the output are compared with: all are exceeded by chance in one case of ten. */
    static final int RANDOM_DIRECTIONS = 9;

    /** Largest published amount of a small move. */
    static final double AMOUNT = 0.03;

    private static final long REMOVAL_SEED = 4000;
    private static final long DIRECTION_SEED = 5000;

    private final StudiedModel removalModel;
    private final StudiedModel model;
    private final WeightRemoval removal;
    private final LossAlong loss;
    private double baseAccuracy;
    private OutputDivergence divergence;
    private double randomCurvature;
    private double randomDivergence;

    /**
     * Of one window.
     *
     * @param cosine |⟨v_1, θ_A⟩|/‖θ_A‖
     * @param removedNorm of what the edge {v_1, v_2} takes from θ_A
     * @param accuracyChange without the edge
     * @param randomMean mean change without random vectors of that norm
     * @param randomWorst the most negative of those changes
     * @param shrinkChange with all weights shrunk by that norm
     * @param curvature v_1·Hv_1 of the test loss, from gradients
     * @param divergence larger KL divergence of the output at ±{@value #AMOUNT} along v_1
     */
    record Effects(
            double cosine,
            double removedNorm,
            double accuracyChange,
            double randomMean,
            double randomWorst,
            double shrinkChange,
            double curvature,
            double divergence) {}

    WindowEffects(StudiedRun run) {
        Protocol protocol = run.protocol(WindowCadence.NAME);
        removalModel = StudiedModel.of(run, run.data().test(), protocol.count(Parameter.REMOVAL_SEQUENCES));
        model = StudiedModel.of(run, run.data().test(), protocol.count(Parameter.SEQUENCES));
        removal = new WeightRemoval(removalModel);
        loss = new LossAlong(model);
    }

    /** Takes the weights of a snapshot, and looks along the random directions. */
    void load(long step) {
        removalModel.load(step);
        baseAccuracy = removal.nothing().accuracy();
        loss.load(step);
        divergence = new OutputDivergence(model);
        randomCurvature = Collections.max(
                loss.alongRandom(RANDOM_DIRECTIONS, DIRECTION_SEED, loss::curvatureByCentralDifference));
        randomDivergence = Collections.max(loss.alongRandom(RANDOM_DIRECTIONS, DIRECTION_SEED, this::divergence));
    }

    /** Largest v·Hv along random directions at the snapshot. */
    double randomCurvature() {
        return randomCurvature;
    }

    /** Largest KL divergence along random directions at the snapshot. */
    double randomDivergence() {
        return randomDivergence;
    }

    Effects of(ReplayedWindow window) {
        try (MemoryOwner owner = MemoryOwner.open("edge")) {
            List<Tensor> edge = new ArrayList<>();
            for (int k = 0; k < UpdateWindow.EDGE; k++) {
                Tensor direction = window.direction(model.backend(), owner, k);
                VectorProducts.orthonormalise(model.backend(), edge, direction);
                edge.add(direction);
            }
            return of(edge);
        }
    }

    /** @param edge orthonormal */
    Effects of(List<Tensor> edge) {
        model.restore();
        double cosine = Math.abs(VectorProducts.cosine(model.backend(), edge.getFirst(), model.attention()));
        WeightRemoval.Outcome removed = removal.projection(edge);
        List<Double> random = new ArrayList<>();
        for (int draw = 0; draw < RANDOM_REMOVALS; draw++) {
            random.add(removal.randomVector(removed.removedNorm(), REMOVAL_SEED + draw)
                            .accuracy()
                    - baseAccuracy);
        }
        return new Effects(
                cosine,
                removed.removedNorm(),
                removed.accuracy() - baseAccuracy,
                Statistics.mean(random),
                Collections.min(random),
                removal.shrink(removed.removedNorm()).accuracy() - baseAccuracy,
                loss.curvatureByCentralDifference(edge.getFirst()),
                divergence(edge.getFirst()));
    }

    private double divergence(Tensor direction) {
        double largest = 0;
        for (double amount : new double[] {-AMOUNT, AMOUNT}) {
            model.restore();
            model.move(amount, direction);
            model.evaluate();
            largest = Math.max(largest, divergence.mean());
        }
        return largest;
    }

    @Override
    public void close() {
        removalModel.close();
        model.close();
    }
}
